"""Write docs/reference/settings.md from the comments beside the settings that are read.

``python -m tools.settings_doc`` writes it; a test compares. A setting's words are the comment lines right above
the statement that reads it.
"""

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "naite" / "config" / "settings.py"
TARGET = ROOT / "docs" / "reference" / "settings.md"
READERS = {
    "text": "text",
    "flag": "true or false",
    "number": "number",
    "items": "list, by commas",
    "kept_secret": "secret",
}
HEAD = """# Settings

Written from the comments in `src/naite/config/settings.py` by `python -m tools.settings_doc`. Every setting is an
environment variable. For one that holds a secret, `NAME_FILE` may name a file instead.

| variable | kind | default | what it does |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Setting:
    """One environment variable as it is read in the source."""

    name: str
    kind: str
    default: str
    words: str


def _words_above(lines: list[str], line: int) -> str:
    """Return the comment block that ends right above a line (1-based), as one sentence or more."""
    found: list[str] = []
    at = line - 2
    while at >= 0 and lines[at].lstrip().startswith("#"):
        found.append(lines[at].lstrip().lstrip("#").strip())
        at -= 1
    return " ".join(reversed(found))


def settings() -> list[Setting]:
    """Return every setting in the order of the source."""
    source = SOURCE.read_text("utf-8")
    lines = source.splitlines()
    found = []
    for statement in ast.walk(ast.parse(source)):
        if not isinstance(statement, ast.stmt) or isinstance(statement, ast.FunctionDef | ast.If | ast.For):
            continue
        for call in ast.walk(statement):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            if ast.unparse(call.func.value) != "env" or call.func.attr not in READERS:
                continue
            name = call.args[0].value if isinstance(call.args[0], ast.Constant) else ""
            default = ast.unparse(call.args[1]) if len(call.args) > 1 else "–"
            words = _words_above(lines, call.lineno) or _words_above(lines, statement.lineno)
            found.append((call.lineno, Setting(str(name), READERS[call.func.attr], default, words)))
    return [setting for _, setting in sorted(dict.fromkeys(found), key=lambda item: item[0])]


def page() -> str:
    rows = [f"| `{s.name}` | {s.kind} | `{s.default}` | {s.words} |\n" for s in settings()]
    return HEAD + "".join(rows)


def main() -> int:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
