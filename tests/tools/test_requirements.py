"""Marks on tests name rows and parts that exist."""

from collections import Counter
from pathlib import Path

import pytest
from tools.requirements import ROOT, ROWS, is_done, marks


def test_every_mark_in_the_tests_can_be_read() -> None:
    assert {row for row, _ in marks(ROOT / "tests")} <= set(ROWS)


def test_a_mark_may_name_several_parts(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text('@pytest.mark.req("A9", "rule", "refusal")\ndef test_a(): ...\n')
    assert marks(tmp_path) == Counter({("A9", "rule"): 1, ("A9", "refusal"): 1})


def test_an_unknown_row_is_told(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text('@pytest.mark.req("Z1", "rule")\ndef test_a(): ...\n')
    with pytest.raises(SystemExit, match="names no row"):
        marks(tmp_path)


def test_a_row_is_done_when_every_part_is_proven_or_cannot_be() -> None:
    assert is_done("X3", Counter({("X3", "browser"): 1, ("X3", "rule"): 1, ("X3", "refusal"): 1}))
    assert not is_done("A9", Counter({("A9", "rule"): 3}))
