"""Use of results: only what law or source says is said, and what the learner writes stays the learner's."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from tests import factories as make
from tests.web.learner.world import entry

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.trunk.records import services as records
from naite.trunk.records.models import Entry, Outcome
from naite.trunk.records.outcomes import services
from naite.trunk.records.outcomes.routes import ROUTES, Facts, routes_for
from naite.trunk.records.outcomes.services import faults

NOW, TODAY = make.NOW, date(2026, 11, 24)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def facts(**changes: Any) -> Facts:
    plain: dict[str, Any] = {
        "section": 5,
        "recognised": False,
        "credit_bank_course": False,
        "area": "",
        "category": "",
        "title": "요가",
    }
    return Facts(**{**plain, **changes})


@pytest.mark.req("A24", "rule")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        (
            {"section": 4, "recognised": True},
            [("credit_bank", "law"), ("schooling", "law"), ("qualification", "law"), ("self_study", "ask")],
        ),
        ({"credit_bank_course": True}, [("credit_bank", "source")]),
        ({"section": 3}, [("credit_bank", "ask"), ("self_study", "ask")]),
        ({"area": "career"}, [("qualification", "ask")]),
        ({"area": "civic"}, [("volunteering", "ask")]),
        ({"title": "도서관 봉사"}, [("volunteering", "ask")]),
        ({"category": "basic_literacy"}, [("schooling", "ask")]),
    ],
)
def test_a_law_is_named_only_for_recognised_courses(changes: dict[str, Any], found: list[Any]) -> None:
    possible = routes_for(facts(**changes))
    assert [(each.route.code, each.certainty) for each in possible] == found
    assert all(("제23조" in str(each.words)) == (each.certainty == "law") for each in possible)
    assert all("확인" in str(each.words) for each in possible if each.certainty == "ask")


def test_every_route_names_its_office() -> None:
    assert all(route.office and (route.url.startswith("https://") or not route.url) for route in ROUTES)


@pytest.mark.req("A24", "rule")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"state": "won"}, "state"),
        ({"applied_on": None}, "applied_on"),
        ({"applied_on": TODAY + timedelta(days=1)}, "applied_on"),
        ({"decided_on": None}, "decided_on"),
        ({"decided_on": TODAY + timedelta(days=1)}, "decided_on"),
        ({"decided_on": date(2026, 10, 1)}, "decided_on"),
        ({"result": " "}, "result"),
        ({"result": "가" * 201}, "result"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any], field: str) -> None:
    sound: dict[str, Any] = {
        "state": "recognised",
        "applied_on": date(2026, 11, 1),
        "decided_on": date(2026, 11, 20),
        "result": "3학점",
    }
    assert faults(**sound, today=TODAY) == {}
    assert next(iter(faults(**{**sound, **changes}, today=TODAY))) == field


@pytest.fixture
def mine(db: None) -> Entry:
    return entry(make.account(make.person()), 2025, section=4, recognition_number="제2024-1호")


def kept(of: Entry, **changes: Any) -> Outcome:
    how: dict[str, Any] = {
        "route": "credit_bank",
        "state": "applied",
        "applied_on": date(2026, 11, 1),
        "decided_on": None,
        "result": "",
        "actor": of.account.person,
        "now": NOW,
    }
    return services.keep_outcome(entry=of, **{**how, **changes})


@pytest.mark.req("A24", "rule")
def test_an_application_becomes_a_result_with_its_paper(mine: Entry) -> None:
    first = kept(mine, proof=io.BytesIO(PDF), proof_name="접수증.pdf")
    done = kept(
        mine,
        state="recognised",
        decided_on=date(2026, 11, 20),
        result="3학점",
        proof=io.BytesIO(PDF + b"%2\n"),
        proof_name="결과.pdf",
        seen_version=first.version,
    )
    assert (done.id, done.version, done.result) == (first.id, 2, "3학점")
    assert [file.erased_at for file in StoredFile.objects.order_by("kept_at", "id")] == [NOW, None]
    assert services.outcomes_of(mine)["credit_bank"].proof == done.proof
    services.remove_outcome(outcome=done, actor=mine.account.person, now=NOW)
    services.remove_outcome(outcome=done, actor=mine.account.person, now=NOW)
    assert services.outcomes_of(mine) == {}
    assert not StoredFile.objects.filter(erased_at=None).exists()


@pytest.mark.req("A24", "refusal")
def test_others_and_second_windows_change_nothing(mine: Entry) -> None:
    with pytest.raises(NotAllowed):
        kept(mine, actor=make.person())
    first = kept(mine)
    with pytest.raises(Refused, match="다른 창"):
        kept(mine)
    kept(mine, seen_version=first.version)
    with pytest.raises(Refused, match="다른 창"):
        kept(mine, seen_version=first.version)
    with pytest.raises(NotAllowed):
        services.remove_outcome(outcome=first, actor=make.person(), now=NOW)
    with pytest.raises(NotAllowed):
        services.proof_of(outcome=first, actor=make.person())


@pytest.mark.req("A24", "refusal")
def test_what_is_no_document_keeps_nothing(mine: Entry) -> None:
    with pytest.raises(Invalid):
        kept(mine, proof=io.BytesIO(b"MZ\x90 not a pdf"), proof_name="결과.pdf")
    with pytest.raises(Invalid):
        kept(mine, route="lottery")
    with pytest.raises(Refused):
        kept(mine, state="refused", decided_on=TODAY, result="900101-1234568")
    records.void_entry(entry=mine, reason="잘못", actor=None, now=NOW)
    with pytest.raises(Refused, match="거둔"):
        kept(mine)
    assert not Outcome.objects.exists()
