import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make
from tests.committee_rows import committee, meeting
from tests.recognition_rows import Offices, application, offices, round_

from naite.trunk.people.models import Role
from naite.trunk.recognition.models import Application, Meeting
from naite.web.office import committee as committee_page

pytestmark = pytest.mark.django_db
S = Application.State


@pytest.fixture
def where(monkeypatch: pytest.MonkeyPatch) -> Offices:
    clock.hold(monkeypatch, make.NOW)
    return offices()


@pytest.mark.req("A10", "browser")
def test_from_preparation_to_minutes(client: Client, where: Offices) -> None:
    committee(where)
    case = application(where, round_(where.national), S.EVALUATED, verdict="recognise")
    client.force_login(where.officer)
    form = {
        "starts_at": "2026-11-27T14:00",
        "manner": "in_person",
        "place": "제1회의실",
        "quorum": "majority",
    }
    assert client.post(reverse("office-committee-new"), form).status_code == 302
    made = Meeting.objects.get()
    here = reverse("office-committee-meeting", args=[made.pk])
    assert case.number in client.get(here).content.decode()
    for act, data in (
        ("add", {"case": [str(case.pk), "no-id"]}),
        ("open", {}),
        ("presence", None),
    ):
        if data is None:
            data = {"seat": [str(seat.pk) for seat in made.seats.all()]}
        assert client.post(reverse(f"office-committee-{act}", args=[made.pk]), data).status_code == 302
    item = made.items.get()
    page = client.get(reverse("office-committee-paper", args=[item.pk])).content.decode()
    assert "위하늬" in page
    told = {"outcome": "refuse", "how": "vote", "votes_for": "4", "revision": "1", "grounds": ""}
    decide = reverse("office-committee-decide", args=[item.pk])
    answer = client.post(decide, told)
    assert answer.status_code == 422
    assert "평가단의 판정과 다르게 정하려면" in answer.content.decode()
    assert client.post(decide, told | {"grounds": "강의실을 확인할 수 없음"}).status_code == 302
    assert client.post(reverse("office-committee-close", args=[made.pk]), {}).status_code == 302
    minutes = client.get(reverse("office-committee-minutes", args=[made.pk]))
    assert b"".join(minutes).startswith(b"%PDF")  # type: ignore[arg-type]
    assert client.get(reverse("office-committee-excel", args=[made.pk])).status_code == 200
    case.refresh_from_db()
    assert (case.state, case.verdict) == (S.DELIBERATED, "refuse")


@pytest.mark.req("A10", "refusal")
@pytest.mark.parametrize("who", ["staff", "local_officer", "official"])
def test_it_is_nobody_elses_page(client: Client, where: Offices, who: str) -> None:
    committee(where)
    made = meeting(where, [application(where, round_(where.national), S.EVALUATED, verdict="recognise")])
    client.force_login(getattr(where, who))
    for url in (
        reverse("office-committee"),
        reverse("office-committee-meeting", args=[made.pk]),
        reverse("office-committee-paper", args=[made.items.get().pk]),
    ):
        assert client.get(url).status_code == 403
    assert client.post(reverse("office-committee-close", args=[made.pk])).status_code == 403


@pytest.mark.req("A10", "browser")
def test_a_member_reads_the_papers_and_withdraws_but_decides_nothing(client: Client, where: Offices) -> None:
    people = committee(where)
    made = meeting(where, [application(where, round_(where.national), S.EVALUATED, verdict="recognise")])
    item = made.items.get()
    client.force_login(people[1].person)
    assert "결정 적기" not in client.get(reverse("office-committee-paper", args=[item.pk])).content.decode()
    out = reverse("office-committee-recuse", args=[item.pk])
    assert client.post(out, {"reason": "과정 설계를 도왔음"}).status_code == 302
    assert item.recusals.filter(member=people[1]).exists()
    decide = reverse("office-committee-decide", args=[item.pk])
    assert client.post(decide, {"outcome": "recognise", "how": "consensus", "revision": 1}).status_code == 403


def test_a_meeting_asks_as_much_for_many_cases_as_for_one(
    client: Client, where: Offices, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    committee(where)
    of = round_(where.national)
    made = meeting(where, [application(where, of, S.EVALUATED, verdict="recognise") for _ in range(12)])
    client.force_login(where.officer)
    client.get(reverse("office-committee"))
    with django_assert_max_num_queries(16):
        client.get(reverse("office-committee-meeting", args=[made.pk]))


@pytest.mark.req("A10", "browser")
def test_members_are_appointed_for_a_term(client: Client, where: Offices) -> None:
    someone = make.staff(where.national, Role.COMMITTEE_MEMBER, "위채움")
    client.force_login(where.officer)
    url = reverse("office-committee-members")
    form = {"person": str(someone.pk), "term_from": "2026-12-01", "last_day": "2026-11-30", "is_chair": "on"}
    answer = client.post(url, form)
    assert answer.status_code == 422
    assert "임기의 끝 날은" in answer.content.decode()
    assert client.post(url, form | {"last_day": "2028-11-30"}).status_code == 302
    assert "2028-11-30" in client.get(url).content.decode()


@pytest.mark.req("A10", "browser")
def test_a_large_agenda_comes_in_pages_and_all_that_waits_goes_on_it_at_once(
    client: Client, where: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committee_page, "PAGE", 2)
    committee(where)
    of, other = round_(where.national), round_(where.national)
    cases = [application(where, of, S.EVALUATED, verdict="recognise") for _ in range(5)]
    elsewhere = application(where, other, S.EVALUATED, verdict="recognise")
    made = meeting(where, cases[:1])
    Meeting.objects.filter(pk=made.pk).update(round=of)
    client.force_login(where.officer)
    here = reverse("office-committee-meeting", args=[made.pk])
    page = client.get(here).content.decode()
    assert "기다리는 과정 모두 올리기" in page
    assert sum(case.number in page for case in [*cases, elsewhere]) == 3, "one on the agenda, two of the rest"
    client.post(reverse("office-committee-add", args=[made.pk]), {"all": "1", "page": "1"})
    assert set(made.items.values_list("application", flat=True)) == {case.pk for case in cases}
    second = client.get(here, {"page": "2"}).content.decode()
    assert "3쪽 가운데 2쪽" in second
    third = made.items.order_by("position")[2]
    assert third.application.number in second
    answer = client.post(reverse("office-committee-down", args=[third.pk]), {"page": "2"})
    assert answer["Location"] == f"{here}?page=2"
    assert made.items.order_by("position")[3].pk == third.pk
    paper = client.get(reverse("office-committee-paper", args=[third.pk]))
    assert (paper.context["place"], paper.context["count"]) == (4, 5)
    order = list(made.items.order_by("position", "id").values_list("pk", flat=True))
    assert (paper.context["before"], paper.context["after"]) == (order[2], order[4])
