"""``make requirements``: which part of which requirement row is proven by how many tests."""

import ast
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("browser", "api", "rule", "refusal")


def marks(folder: Path) -> Counter[tuple[str, str]]:
    """Count ``@pytest.mark.req(row, part)`` over all test functions below a folder."""
    found: Counter[tuple[str, str]] = Counter()
    for file in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.req")):
                continue
            row, part = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
            if part not in PARTS:
                raise SystemExit(f"{file}:{node.lineno}: part {part!r} is none of {', '.join(PARTS)}")
            found[row, part] += 1
    return found


def _order(row: str) -> tuple[str, int, str]:
    match = re.fullmatch(r"([A-Z])(\d+)(\w*)", row)
    return (match[1], int(match[2]), match[3]) if match else (row, 0, "")


def main() -> int:
    found = marks(ROOT / "tests")
    print(f"{'row':6}" + "".join(f"{part:>9}" for part in PARTS))
    for row in sorted({row for row, _ in found}, key=_order):
        print(f"{row:6}" + "".join(f"{found[row, part] or '–':>9}" for part in PARTS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
