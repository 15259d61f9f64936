"""Answers of the API have names of their own: of two with one name the description would keep only the last."""

import ast
from collections import Counter
from pathlib import Path

import naite


def test_no_two_schemas_share_a_name() -> None:
    folder = Path(naite.__file__).parent / "api" / "v1"
    names = Counter(
        node.name
        for path in folder.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Schema" for base in node.bases)
    )
    assert len(names) > 20
    assert [name for name, times in names.items() if times > 1] == []
