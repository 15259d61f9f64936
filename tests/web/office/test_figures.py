from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make
from tests.recognition_rows import Offices, application, offices, round_

from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.figures import queries, rules
from naite.trunk.recognition.letters import batches
from naite.trunk.recognition.models import Application, CaseEvent, Round

pytestmark = [pytest.mark.django_db, pytest.mark.req("A25", "browser")]
S = Application.State


@pytest.fixture
def where(monkeypatch: pytest.MonkeyPatch) -> Offices:
    clock.hold(monkeypatch, make.NOW)
    return offices()


def played(where: Offices, count: int) -> Round:
    of = round_(where.national)
    for number in range(count):
        case = application(
            where,
            of,
            S.APPROVED,
            verdict="recognise",
            recognition_number=f"제2026-{number + 1:04}호",
            decided_at=make.NOW - timedelta(days=1),
        )
        for day, act in enumerate(
            ("submit", "receive", "forward", "seat_panel", "pass", "deliberate", "approve")
        ):
            at = make.NOW - timedelta(days=40 - day * 3)
            note_event(act=act, actor=None, now=at, application=case)
    batch = batches.send_out(round_=of, actor=where.officer, now=make.NOW - timedelta(days=20))
    for _ in batches.distribute(batch_id=batch.pk, now=make.NOW - timedelta(days=20)):
        pass
    return of


def test_each_chart_says_its_finding_and_has_its_table(client: Client, where: Offices) -> None:
    of = played(where, 3)
    client.force_login(where.official)
    page = client.get(reverse("office-figures")).content.decode()
    for part in (
        "신청 3건 가운데 평가를 마친 것 3건, 통보한 것 0건",
        "가장 늦은 단계는 배정 (진흥원): 가운데값 6.0일, 기준 5일",
        "신청이 가장 많은 곳은 서울 3건, 통보가 늦은 곳 1곳",
        "지자체 1곳 가운데 7일 안에 통보한 곳 0곳, 지난 곳 1곳",
        "통보가 늦은 시군구 1곳",
        "표로 보기",
    ):
        assert part in page
    assert page.count('role="img"') == 4
    csv = client.get(reverse("office-figures-csv", args=[of.pk, "funnel"])).content.decode("utf-8-sig")
    assert csv.splitlines()[1] == "신청,3,100.0"
    assert client.get(reverse("office-figures-csv", args=[of.pk, "nothing"])).status_code == 404
    assert client.get(reverse("office-figures-excel", args=[of.pk])).content.startswith(b"PK")


def test_what_the_database_counts_is_what_the_histories_say(where: Offices) -> None:
    of = played(where, 3)
    again = application(where, of, S.EVALUATED)
    for day, act in enumerate(
        ("submit", "receive", "seat_panel", "pass", "deliberate", "send_back", "lapse")
    ):
        note_event(act=act, actor=None, now=make.NOW - timedelta(days=9 - day), application=again)
    reached: dict[str, set[object]] = {step: set() for step, _acts in rules.STEPS}
    for event in CaseEvent.objects.filter(application__round=of):
        for step, acts in rules.STEPS:
            if event.act in acts:
                reached[step].add(event.application_id)
    assert queries.steps(of) == [(step, len(cases)) for step, cases in reached.items()]


def test_figures_are_kept_for_a_minute_unless_a_case_moves(where: Offices) -> None:
    cache.clear()
    of = played(where, 2)
    first = queries.whole(of, now=make.NOW)
    assert queries.whole(of, now=make.NOW + timedelta(seconds=5)).at == first.at
    application(where, of, S.RECEIVED)
    assert queries.whole(of, now=make.NOW + timedelta(seconds=5)).at != first.at


@pytest.mark.req("A25", "refusal")
def test_officers_alone_see_them(client: Client, where: Offices) -> None:
    of = played(where, 1)
    client.force_login(where.staff)
    for url in (reverse("office-figures"), reverse("office-figures-excel", args=[of.pk])):
        assert client.get(url).status_code == 403
    client.force_login(where.local_officer)
    assert client.get(reverse("office-figures")).status_code == 200


def test_a_round_without_anything_has_a_page(client: Client, where: Offices) -> None:
    client.force_login(where.officer)
    assert "아직 공고한 차수가 없습니다" in client.get(reverse("office-figures")).content.decode()
    round_(where.national, criteria=None)
    assert client.get(reverse("office-figures")).status_code == 200


def test_figures_ask_as_much_for_many_cases_as_for_one(
    client: Client, where: Offices, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    played(where, 12)
    client.force_login(where.officer)
    client.get(reverse("office-figures"))
    with django_assert_max_num_queries(42):
        client.get(reverse("office-figures"))


def test_small_numbers_are_for_those_who_see_every_case(client: Client, where: Offices) -> None:
    of = played(where, 3)
    page = reverse("office-figures-round", args=[of.pk])
    table = reverse("office-figures-csv", args=[of.pk, "regions-table"])
    client.force_login(where.official)
    assert "서울특별시,3,0,3" in client.get(table).content.decode()
    client.force_login(where.local_officer)
    assert "서울특별시,,," in client.get(table).content.decode()
    assert "5건보다 적거나" in client.get(page).content.decode()


def test_the_report_on_a_round_is_pdf_and_hwpx_with_its_cases(client: Client, where: Offices) -> None:
    of = played(where, 3)
    client.force_login(where.official)
    assert client.get(reverse("office-figures-report-pdf", args=[of.pk])).content.startswith(b"%PDF-")
    made = client.get(reverse("office-figures-report-hwpx", args=[of.pk])).content
    with ZipFile(BytesIO(made)) as file:
        said = "".join(file.read(name).decode() for name in file.namelist() if "section" in name)
    for words in ("결과 보고", "어디까지 왔나", "제2026-0001호"):
        assert words in said
    client.force_login(where.staff)
    assert client.get(reverse("office-figures-report-pdf", args=[of.pk])).status_code == 403
