"""Reports on courses as pages: learner, institution, institute."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests import factories as make
from tests.branches.counselling.conftest import Offices, offices  # noqa: F401 - fixtures
from tests.branches.counselling.test_reports import completed, hall, run, say  # noqa: F401 - fixtures
from tests.clock import hold

from naite.branches.counselling.models import CourseFollowUp, CourseReport
from naite.trunk.delivery.models import CourseRun
from naite.trunk.people.models import Organisation

pytestmark = pytest.mark.django_db
NOW = make.NOW
GRADES = {"content": "4", "teaching": "5", "facility": "3", "operation": "4"}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, NOW)


@pytest.mark.req("A23", "browser")
def test_a_learner_reports_and_reads_the_answer(
    client: Client,
    hall: Organisation,  # noqa: F811
    run: CourseRun,  # noqa: F811
) -> None:
    enrolment = completed(run, 1)
    client.force_login(enrolment.person)
    path = f"/my/monitoring/{enrolment.pk}/"
    assert "5명보다 적어" in client.get(path).content.decode()
    refused = client.post(path, {**GRADES, "content": "", "text": "남는 글", "edition": "0"})
    assert refused.status_code == 422
    assert "남는 글" in refused.content.decode()
    client.post(path, {**GRADES, "text": "좋았습니다", "edition": "0"})
    row = CourseReport.objects.get()
    assert not row.anonymous
    staff = make.staff(hall)
    client.force_login(staff)
    assert "좋았습니다" in client.get("/work/monitoring/").content.decode()
    here = f"/work/monitoring/{row.pk}/"
    assert client.post(here + "answer/", {"answer": ""}).status_code == 422
    assert client.post(here + "flag/", {"reason": ""}).status_code == 422
    client.post(here + "answer/", {"answer": "고맙습니다"})
    client.force_login(enrolment.person)
    assert "고맙습니다" in client.get(path).content.decode()
    client.force_login(make.person("남"))
    assert client.get(path).status_code == 404
    client.force_login(make.staff(make.organisation("다른 기관", kind="hub")))
    assert client.get(here).status_code == 404
    assert "좋았습니다" not in client.get("/work/monitoring/").content.decode()


@pytest.mark.req("A23", "refusal")
def test_an_anonymous_writer_is_named_nowhere(
    client: Client,
    offices: Offices,  # noqa: F811
    hall: Organisation,  # noqa: F811
    run: CourseRun,  # noqa: F811
) -> None:
    rows = [say(completed(run, number), text=f"글{number}") for number in range(1, 7)]
    client.force_login(make.staff(hall))
    page = client.get("/work/monitoring/").content.decode()
    assert "글1" in page and "배운이" not in page
    assert "배운이" not in client.get(f"/work/monitoring/{rows[0].pk}/").content.decode()
    sheet = load_workbook(BytesIO(client.get("/work/monitoring/?format=xlsx").content)).active
    assert sheet is not None
    told = str(list(sheet.iter_rows(values_only=True)))
    assert "글1" in told and "배운이" not in told
    client.force_login(offices.national)
    assert "배운이" not in client.get("/office/monitoring/?by=run").content.decode()


@pytest.mark.req("A23", "browser")
def test_the_institute_sees_patterns_decides_and_follows_up(
    client: Client,
    offices: Offices,  # noqa: F811
    hall: Organisation,  # noqa: F811
    run: CourseRun,  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    rows = [say(completed(run, number), facility=2) for number in range(1, 6)]
    small = make.run(make.version(make.organisation("작은 곳", kind="hub"), title="작은 강좌"))
    say(completed(small, 1))
    client.force_login(make.staff(hall))
    client.post(f"/work/monitoring/{rows[0].pk}/flag/", {"reason": "사실이 아닙니다"})
    client.force_login(offices.national)
    page = client.get("/office/monitoring/").content.decode()
    # one small group would be told by the rest, so both are left out
    assert "보여 드릴 수 있는 것이 없습니다" in page and "작은 강좌" not in page
    assert "사실이 아닙니다" in page
    for number in range(2, 7):
        say(completed(small, number))
    with django_assert_max_num_queries(12):
        page = client.get("/office/monitoring/").content.decode()
    assert "낮음" in page and "작은 강좌" in page
    client.post(f"/office/monitoring/reports/{rows[0].pk}/decide/", {"act": "hide", "reason": "욕설"})
    rows[0].refresh_from_db()
    assert rows[0].state == CourseReport.State.HIDDEN
    course = rows[0].course_id
    assert (
        "까닭을 적어"
        in client.post(
            f"/office/monitoring/courses/{course}/follow-up/", {"reason": ""}, follow=True
        ).content.decode()
    )
    client.post(f"/office/monitoring/courses/{course}/follow-up/", {"reason": "시설이 낮음"})
    assert "살펴보는 중" in client.get("/office/monitoring/").content.decode()
    follow = CourseFollowUp.objects.get()
    client.post(f"/office/monitoring/follow-ups/{follow.pk}/close/", {"reason": "고쳤음"})
    sheet = load_workbook(BytesIO(client.get("/office/monitoring/?format=xlsx").content)).active
    assert sheet is not None and sheet.max_row == 3


@pytest.mark.req("A23", "refusal")
def test_others_see_no_patterns(
    client: Client,
    offices: Offices,  # noqa: F811
    hall: Organisation,  # noqa: F811
    run: CourseRun,  # noqa: F811
) -> None:
    row = say(completed(run, 1))
    for who in (make.person(), make.staff(hall)):
        client.force_login(who)
        assert client.get("/office/monitoring/").status_code == 403
    client.force_login(offices.provincial)
    assert client.get("/office/monitoring/").status_code == 200
    refused = client.post(f"/office/monitoring/reports/{row.pk}/decide/", {"act": "hide", "reason": "까닭"})
    assert refused.status_code == 403
