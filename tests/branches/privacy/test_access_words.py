"""Whoever looks into "who saw it" reads a sentence for each act, not a guess from its verb."""

import ast
from pathlib import Path

import naite
from naite.branches.privacy.access_words import WORDS


def acts_about_people() -> set[str]:
    found = set()
    for path in Path(naite.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "record"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and {"about", "people"} & {keyword.arg for keyword in node.keywords}
            ):
                found.add(str(node.args[0].value))
    return found


def test_every_act_about_a_person_has_its_words() -> None:
    acts = acts_about_people()
    assert len(acts) > 60
    assert acts - set(WORDS) == set()
