"""Write docs/reference/workflows.md: a diagram and a table of every workflow that the code follows.

``python -m tools.workflow_docs`` writes it; a test compares. A workflow is a ``Workflow`` at the top of a module
that is called ``workflow`` or lies in a package of that name.
"""

import importlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
TARGET = ROOT / "docs" / "reference" / "workflows.md"
HEAD = """# Workflows

Written from the tables of moves in the code by `python -m tools.workflow_docs`. Each move is one conditional update
that must change exactly one row, so of two people who press at once the second is told.
"""


def modules() -> list[str]:
    """Return the modules that may hold tables of moves, in order."""
    found = (path for path in (SOURCE / "naite").rglob("*.py") if "workflow" in (path.stem, path.parent.name))
    return sorted(".".join(path.relative_to(SOURCE).with_suffix("").parts) for path in found)


def render() -> str:
    """Return the page."""
    from naite.roots.workflow import Workflow  # noqa: PLC0415 - needs the settings first

    parts = [HEAD]
    for name in modules():
        if name.endswith("roots.workflow"):
            continue
        module = importlib.import_module(name)
        tables = {key: value for key, value in vars(module).items() if isinstance(value, Workflow)}
        area = name.removeprefix("naite.").removesuffix(".workflow").split(".", 1)[1]
        for key, table in tables.items():
            title = area if key == "WORKFLOW" else f"{area}: {key.lower().replace('_', ' ')}"
            rows = [
                f"| `{step.name}` | {', '.join(step.sources)} | {step.target} | {step.note} |"
                for step in table.steps.values()
            ]
            parts.append(
                f"## {title}\n\n```mermaid\n{table.mermaid()}\n```\n\n"
                "| move | from | to | when |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
            )
    return "\n".join(parts)


def main() -> None:
    """Write the page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naite.config.settings")
    import django  # noqa: PLC0415 - needs the settings first

    django.setup()
    TARGET.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
