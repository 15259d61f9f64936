"""One history for each audience, in words."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from tests import factories as make
from tests import recognition_rows as rows

import naite
from naite.trunk.recognition.applications.workflow import WORKFLOW, note_event
from naite.trunk.recognition.models import Application, CaseEvent
from naite.web import history

A = CaseEvent.Audience
SOURCE = Path(naite.__file__).parent


def acts_in_the_source() -> set[str]:
    """Every act that some code writes to a case by a literal name."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {
                "note_event",
                "note",
            }:
                found |= {
                    word.value.value
                    for word in node.keywords
                    if word.arg == "act"
                    and isinstance(word.value, ast.Constant)
                    and isinstance(word.value.value, str)
                }
    return found


@pytest.mark.req("A15", "rule")
def test_every_act_has_words() -> None:
    lacking = (set(WORKFLOW.steps) | acts_in_the_source()) - set(history.ACTS)
    assert not lacking, f"add words for these acts to trunk/recognition/words.py: {sorted(lacking)}"


@pytest.mark.req("A15", "rule")
@pytest.mark.django_db
def test_each_audience_reads_its_part_and_only_offices_read_names() -> None:
    where = rows.offices()
    case = rows.application(where, rows.round_(where.national), Application.State.RECOGNISED)
    assert case.version is not None
    given = make.recognition(case.version, granted_by=where.national)
    Application.objects.filter(pk=case.pk).update(recognition=given)
    case.refresh_from_db()
    for minute, (act, audience, about) in enumerate(
        [
            ("receive", A.PARTIES, {"application": case}),
            ("seat_panel", A.OFFICES, {"application": case}),
            ("take_effect", A.PUBLIC, {"application": case}),
            ("cancelled", A.PUBLIC, {"recognition": given}),
        ]
    ):
        note_event(
            act=act,
            actor=where.officer,
            office=where.national,
            now=make.NOW + timedelta(minutes=minute),
            reason=f"{act}의 까닭",
            audience=audience,
            number="제1호",
            secret_key="보이지 않는 값",
            **about,
        )

    def words(audience: str, of: Application | object = case) -> list[str]:
        return [str(line.what) for line in history.lines_of(of, audience=audience)]  # type: ignore[arg-type]

    assert words(A.PUBLIC) == ["평가인정 취소", "인정 효력 발생"]
    assert words(A.PARTIES) == ["평가인정 취소", "인정 효력 발생", "접수"]
    assert words(A.OFFICES) == ["평가인정 취소", "인정 효력 발생", "평가단 배정", "접수"]
    assert words(A.OFFICES, given) == words(A.OFFICES)

    for audience, named in ((A.PUBLIC, False), (A.PARTIES, False), (A.OFFICES, True)):
        page = render_to_string(
            "parts/history.html", {"lines": history.lines_of(case, audience=audience), "who": audience}
        )
        assert (where.officer.name in page) is named
        assert where.national.name in page and "cancelled의 까닭" in page
        assert "보이지 않는 값" not in page and "제1호" in page
    assert "seat_panel의 까닭" not in render_to_string(
        "parts/history.html", {"lines": history.lines_of(case, audience=A.PARTIES), "who": "parties"}
    )
