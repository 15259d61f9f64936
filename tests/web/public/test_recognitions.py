from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make
from tests.recognition_rows import application, offices, round_

from naite.trunk.recognition.applications import workflow
from naite.trunk.recognition.models import Application, CaseEvent, Recognition

pytestmark = [pytest.mark.django_db, pytest.mark.req("A10", "browser")]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.hold(monkeypatch, make.NOW)


def posted(title: str, region: str = "11440", **fields: object) -> Recognition:
    where = make.organisation(f"{title} 기관", region=make.region(region, region))
    return make.recognition(make.version(where, title=title), **fields)


def titles(client: Client, **query: str) -> set[str]:
    page = client.get(reverse("recognitions"), query)
    return {row["it"].course.current.title for row in page.context["rows"]}


def test_anybody_finds_recognitions_and_cancellations_by_region_field_and_word(client: Client) -> None:
    posted("목공", "11440")
    posted("도자기", "26350", cancelled_on=date(2026, 10, 1), cancel_reason="내용과 다르게 운영")
    posted("서예", "11440", valid_until=date(2026, 1, 1))
    assert titles(client) == {"목공", "도자기", "서예"}
    assert titles(client, region="11000") == {"목공", "서예"}
    assert titles(client, q="도자") == {"도자기"}
    assert titles(client, standing="cancelled") == {"도자기"}
    assert titles(client, standing="live") == {"목공"}
    assert titles(client, standing="over") == {"서예"}
    assert titles(client, area="career") == set()
    assert titles(client, area="nonsense", region="nonsense") == {"목공", "도자기", "서예"}


def test_a_cancelled_one_says_when_and_why(client: Client) -> None:
    row = posted("도자기", cancelled_on=date(2026, 10, 1), cancel_reason="내용과 다르게 운영")
    page = client.get(reverse("recognition", args=[row.pk])).content.decode()
    assert "2026.10.01에 평가인정이 취소되었습니다." in page
    assert "내용과 다르게 운영" in page


def test_only_the_public_part_of_the_history_is_shown_and_refusals_never(client: Client) -> None:
    where = offices()
    of = round_(where.national)
    case = application(where, of, Application.State.APPROVED)
    row = make.recognition(case.version or make.version(), granted_by=where.national)
    Application.objects.filter(pk=case.pk).update(recognition=row)
    A = CaseEvent.Audience
    for audience, said in ((A.PUBLIC, "모두에게"), (A.PARTIES, "기관에게"), (A.OFFICES, "담당에게")):
        workflow.note_event(
            act="x", actor=None, now=make.NOW, application=case, reason=said, audience=audience
        )
    refused = application(where, of, Application.State.REFUSED, number="2026-1-9999")
    text = client.get(reverse("recognition", args=[row.pk])).content.decode()
    assert "모두에게" in text
    assert "기관에게" not in text
    assert "담당에게" not in text
    assert refused.number not in client.get(reverse("recognitions")).content.decode()
    assert len(client.get(reverse("recognitions")).context["rows"]) == 1


def test_the_list_asks_as_much_for_many_as_for_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(15):
        posted(f"과정 {number}")
    client.get(reverse("recognitions"))
    with django_assert_max_num_queries(4):
        client.get(reverse("recognitions"))
