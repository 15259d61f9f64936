from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make

from naite.trunk.assessment.models import Completion, Result
from naite.trunk.delivery.models import Attendance, CourseRun, Enrolment
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db
AFTER = make.NOW + timedelta(days=60)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CourseRun:
    clock.hold(monkeypatch, AFTER)
    return make.run(sessions=1)


@pytest.fixture
def staff(client: Client, run: CourseRun) -> Person:
    someone = make.staff(run.organisation)
    client.force_login(someone)
    return someone


def seat(run: CourseRun, name: str, state: str) -> Enrolment:
    enrolment = Enrolment.objects.create(
        run=run,
        person=make.person(name),
        number=run.enrolments.count() + 1,
        state=Enrolment.State.CONFIRMED,
        applied_at=make.NOW,
    )
    Attendance.objects.create(
        session=run.sessions.get(), enrolment=enrolment, state=state, method="staff", recorded_at=make.NOW
    )
    return enrolment


def url(run: CourseRun) -> str:
    return reverse("work-completion", args=[run.pk])


@pytest.mark.req("A19", "browser")
def test_deciding_for_the_chosen_and_then_the_rest(client: Client, run: CourseRun, staff: Person) -> None:
    one, two = seat(run, "가온", "present"), seat(run, "나린", "absent")
    page = client.get(url(run)).content.decode()
    assert "수료 예정" in page
    assert "미수료 예정" in page
    assert "2명을 판정할 수 있습니다. 지금 기준으로 수료 1명입니다." in page
    none = client.post(url(run), {"act": "decide"})
    assert (none.status_code, "하나 이상 고르세요" in none.content.decode()) == (409, True)
    assert client.post(url(run), {"act": "decide", "enrolment": [one.pk]}).status_code == 302
    assert Completion.objects.get().enrolment == one
    client.post(url(run), {"act": "decide", "enrolment": [one.pk, two.pk]})
    outcomes = dict(Completion.objects.values_list("enrolment__person__name", "outcome"))
    assert outcomes == {"가온": "completed", "나린": "not_completed"}
    assert "판정 2명 가운데 수료 1명" in client.get(url(run)).content.decode()


@pytest.mark.req("A19", "refusal")
def test_before_the_end_nothing_is_decided(
    client: Client, run: CourseRun, staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = seat(run, "가온", "present")
    clock.hold(monkeypatch, make.NOW)
    assert "뒤에 판정할 수 있습니다" in client.get(url(run)).content.decode()
    answer = client.post(url(run), {"act": "decide", "enrolment": [one.pk]})
    assert answer.status_code == 409
    assert not Completion.objects.exists()


@pytest.mark.req("A19", "browser")
def test_scores_are_saved_all_or_none(client: Client, run: CourseRun, staff: Person) -> None:
    CourseRun.objects.update(pass_mark=60)
    one, two = seat(run, "가온", "present"), seat(run, "나린", "present")
    assert "점수를 먼저 넣어 주세요." in client.get(url(run)).content.decode()
    wrong = client.post(url(run), {"act": "scores", f"score-{one.pk}": "87.5", f"score-{two.pk}": "아흔"})
    body = wrong.content.decode()
    assert wrong.status_code == 422
    assert 'value="87.5"' in body
    assert 'value="아흔"' in body
    assert not Result.objects.exists()
    client.post(url(run), {"act": "scores", f"score-{one.pk}": "87.5", f"score-{two.pk}": ""})
    assert Result.objects.get().score == 87.5
    cleared = client.post(url(run), {"act": "scores", f"score-{one.pk}": ""})
    assert "비울 수 없습니다" in cleared.content.decode()
    both = client.post(url(run), {"act": "decide", "enrolment": [one.pk, two.pk]})
    assert both.status_code == 409
    assert not Completion.objects.exists()


@pytest.mark.req("A19", "browser")
def test_a_corrected_attendance_is_decided_anew_with_a_reason(
    client: Client, run: CourseRun, staff: Person
) -> None:
    one = seat(run, "가온", "absent")
    client.post(url(run), {"act": "decide", "enrolment": [one.pk]})
    first = Completion.objects.get()
    Attendance.objects.update(state="present")
    assert "판정한 뒤 출석이나 점수가 바뀌었습니다." in client.get(url(run)).content.decode()
    again = reverse("work-completion-correct", args=[first.pk])
    assert client.get(again).status_code == 405
    assert client.post(again, {"reason": ""}).status_code == 422
    assert client.post(again, {"reason": "출석부 오류"}).status_code == 302
    assert Completion.objects.get(superseded_at=None).outcome == "completed"
    client.force_login(make.staff(make.organisation("다른 기관")))
    assert client.post(again, {"reason": "출석부 오류"}).status_code == 403


def test_the_page_asks_the_same_number_of_questions(
    client: Client, run: CourseRun, staff: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        for name in ("가온", "나린", "다솜"):
            seat(run, name, "present")
        with django_assert_num_queries(15):
            client.get(url(run))
    book = load_workbook(BytesIO(client.get(reverse("work-completion-excel", args=[run.pk])).content))
    assert book.active.max_row == 7
