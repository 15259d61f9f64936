from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.trunk.delivery import codes, services
from naite.trunk.delivery.models import Attendance, CourseRun, Enrolment, Session
from naite.trunk.people.models import Person, Role

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    run = make.run(sessions=3)
    first = Session.objects.select_related("run__organisation").get(run=run, number=1)
    assert first.starts_at
    clock.hold(monkeypatch, first.starts_at)
    return first


@pytest.fixture
def staff(client: Client, session: Session) -> Person:
    someone = make.staff(session.run.organisation)
    client.force_login(someone)
    return someone


def take(run: CourseRun, name: str) -> Enrolment:
    return services.enrol(run_id=run.pk, person=make.person(name), now=make.NOW)


def url(session: Session, name: str = "work-attendance") -> str:
    return reverse(name, args=[session.pk])


@pytest.mark.req("K7", "browser")
def test_marking_works_with_and_without_script(client: Client, session: Session, staff: Person) -> None:
    one, two = take(session.run, "가온"), take(session.run, "나린")
    plain = client.post(url(session), {"enrolment": one.pk, "state": "present"})
    assert plain["Location"].endswith(f"#p-{one.pk}")
    swapped = client.post(url(session), {"enrolment": two.pk, "state": "late"}, **HTMX).content.decode()
    assert swapped.lstrip().startswith(f'<li id="p-{two.pk}" class="late"')
    assert 'id="counts" hx-swap-oob="true"' in swapped
    assert "<html" not in swapped
    states = dict(Attendance.objects.values_list("enrolment__person__name", "state"))
    assert states == {"가온": "present", "나린": "late"}
    page = client.get(url(session)).content.decode()
    assert page.index("가온") < page.index("나린")
    assert "담당자" in page
    only = client.get(url(session), {"show": "late"}).content.decode()
    assert f'id="p-{two.pk}"' in only
    assert f'id="p-{one.pk}"' not in only


@pytest.mark.req("K7", "refusal")
def test_a_past_session_asks_for_the_reason_and_keeps_what_was_there(
    client: Client, session: Session, staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = take(session.run, "가온")
    assert session.ends_at
    clock.hold(monkeypatch, session.ends_at + timedelta(days=1))
    for extra in ({}, HTMX):
        answer = client.post(url(session), {"enrolment": one.pk, "state": "present"}, **extra)
        assert answer.status_code == 422
        assert "까닭을 적어 주세요" in answer.content.decode()
    assert not Attendance.objects.exists()
    client.post(url(session), {"enrolment": one.pk, "state": "present", "reason": "종이 출석부로\x00 확인"})
    assert Attendance.objects.get().reason == "종이 출석부로 확인"


@pytest.mark.req("K7", "refusal")
def test_strangers_and_nonsense_are_not_marked(client: Client, session: Session, staff: Person) -> None:
    stranger = take(make.run(), "다른 반")
    for given in (str(stranger.pk), "nonsense", ""):
        assert client.post(url(session), {"enrolment": given, "state": "present"}).status_code == 404
    mine = take(session.run, "가온")
    assert client.post(url(session), {"enrolment": mine.pk, "state": "asleep"}).status_code == 422
    assert not Attendance.objects.exists()


@pytest.mark.req("K7", "browser")
def test_the_board_hears_of_those_who_came_since(
    client: Client, session: Session, staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = take(session.run, "가온"), take(session.run, "나린")
    assert session.starts_at
    client.post(url(session), {"enrolment": one.pk, "state": "present"})
    later = session.starts_at + timedelta(minutes=1)
    clock.hold(monkeypatch, later)
    code = codes.code_at(bytes(session.code_secret), later).qr
    services.check_in(session=session, person=two.person, code=code, now=later)
    since = (later - timedelta(seconds=5)).isoformat()
    live = client.get(url(session, "work-attendance-live"), {"since": since}).content.decode()
    assert f'<li id="p-{two.pk}" class="present" hx-swap-oob="true"' in live
    assert f'id="p-{one.pk}"' not in live
    assert client.get(url(session, "work-attendance-live"), {"since": "no time"}).status_code == 200


@pytest.mark.req("K7", "browser")
def test_a_paper_list_goes_in_as_one_table(client: Client, session: Session, staff: Person) -> None:
    one, two, three = (take(session.run, name) for name in ("가온", "나린", "다솜"))
    page = client.get(url(session, "work-attendance-table")).content.decode()
    assert page.count('type="radio"') == 15
    data = {f"state-{one.pk}": "present", f"state-{two.pk}": "absent"}
    assert client.post(url(session, "work-attendance-table"), data).status_code == 302
    assert dict(Attendance.objects.values_list("enrolment_id", "state")) == {
        one.pk: "present",
        two.pk: "absent",
    }
    wrong = client.post(url(session, "work-attendance-table"), data | {f"state-{three.pk}": "asleep"})
    assert wrong.status_code == 422
    assert "다솜" in wrong.content.decode()


@pytest.mark.req("K7", "browser")
def test_the_projector_shows_the_code_and_no_names(
    client: Client, session: Session, staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(session.run, "가온누리")
    assert session.starts_at
    code = codes.code_at(bytes(session.code_secret), session.starts_at)
    answer = client.get(url(session, "work-projector"))
    page = answer.content.decode()
    assert f"{code.number[:3]} {code.number[3:]}" in page
    assert '<meta http-equiv="refresh"' in page
    assert "가온누리" not in page
    assert answer["Cache-Control"] == "no-store"
    part = client.get(url(session, "work-projector"), **HTMX).content.decode()
    assert "<html" not in part
    clock.hold(monkeypatch, session.starts_at + timedelta(seconds=30))
    assert (
        f"{code.number[:3]} {code.number[3:]}"
        not in client.get(url(session, "work-projector")).content.decode()
    )
    client.force_login(make.staff(session.run.organisation, Role.INSTRUCTOR))
    assert client.get(url(session, "work-projector")).status_code == 200
    for someone in (make.person(), make.staff(make.organisation("다른 기관"))):
        client.force_login(someone)
        assert client.get(url(session, "work-projector")).status_code == 403
    client.logout()
    assert client.get(url(session, "work-projector")).status_code == 302


@pytest.mark.req("K7", "browser")
def test_the_sheet_on_paper_and_as_excel(client: Client, session: Session, staff: Person) -> None:
    one = take(session.run, "가온")
    client.post(url(session), {"enrolment": one.pk, "state": "late"})
    page = client.get(reverse("work-sheet", args=[session.run_id])).content.decode()
    assert "1 / 3" in page
    assert "data-print" in page
    book = load_workbook(BytesIO(client.get(reverse("work-sheet-excel", args=[session.run_id])).content))
    row = [cell.value for cell in book.active[2]]
    assert row == ["가온", "지각", None, None, 1, 3, 2] or row == ["가온", "지각", "", "", 1, 3, 2]


def test_looking_is_on_record_and_questions_do_not_grow(
    client: Client, session: Session, staff: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        for name in ("가온", "나린", "다솜"):
            take(session.run, name)
        with django_assert_num_queries(11):
            client.get(url(session))
    looks = AuditEvent.objects.filter(action="delivery.view_attendance", actor_id=staff.pk)
    assert len(looks.order_by("-id")[0].detail["people"]) == 6
    assert client.put(url(session)).status_code == 405
