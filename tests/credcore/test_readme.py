"""The tour in the README runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import credcore


def test_the_tour_runs() -> None:
    readme = Path(credcore.__file__).with_name("README.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert len(blocks) == 5
    exec(compile("\n".join(blocks), "README.md", "exec"), {})


def test_every_module_named_in_the_map_exists() -> None:
    folder = Path(credcore.__file__).parent
    table = (folder / "README.md").read_text("utf-8").split("## Map")[1]
    names = [
        name for row in re.findall(r"^\| (`.*?) \|", table, re.M) for name in re.findall(r"`(\w+)`", row)
    ]
    assert len(names) > 15
    assert [name for name in names if not (folder / f"{name}.py").is_file()] == []
