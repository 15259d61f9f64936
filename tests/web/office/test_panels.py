"""The institute's pages about panels and the institution's page about its review."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from tests import factories as make
from tests import panel_rows as panels
from tests.clock import hold

from naite.roots.notices.models import Message
from naite.trunk.people.models import Role
from naite.trunk.recognition.models import Application, Assignment, Challenge, Panel, ReviewFee, Score
from naite.trunk.recognition.panels import challenges
from naite.trunk.recognition.results import queries, supplements

pytestmark = pytest.mark.django_db
S = Application.State
TWO_THIRDS = ["0.7", "0.7", "0.7", "0.7", "0.5", "0.5"]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> panels.World:
    hold(monkeypatch, make.NOW)
    return panels.world(members=6)


def as_(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


@pytest.mark.req("A7", "browser")
def test_a_panel_is_made_filled_and_given_cases_with_reasons(world: panels.World) -> None:
    client = as_(world.where.officer)
    page = reverse("office-panels")
    assert client.post(page, {"field": "civic_participation", "name": "시민참여 1반"}).status_code == 422
    made = client.post(page, {"field": "vocational", "name": "직업능력 1반"})
    panel = Panel.objects.get(name="직업능력 1반")
    assert made["Location"] == reverse("office-panel", args=[panel.pk])
    change = reverse("office-panel-change", args=[panel.pk])
    for each in world.evaluators[:4]:
        client.post(change, {"what": "add", "evaluator": str(each.pk)})
    seat = panel.members.first()
    client.post(change, {"what": "chair", "member": str(seat.pk)})
    assert panel.members.get(is_chair=True) == seat
    world.evaluators[0].affiliations.create(
        organisation=world.where.institution, valid_from=make.NOW.date() - timedelta(days=99)
    )
    application = world.application()
    url = reverse("office-panel-assign", args=[panel.pk])
    text = client.get(url + "?all=1").content.decode()
    assert application.number in text
    assert "제척: 신청 기관이나 그 위 지자체에 속했음" in text
    wrong = {"take": str(application.pk), f"pick-{application.pk}": [str(e.pk) for e in world.evaluators[:3]]}
    refused = client.post(url + "?all=1", wrong)
    assert refused.status_code == 422
    assert "서아람 위원에게" in refused.content.decode()
    assert not Assignment.objects.exists()
    right = {
        "take": str(application.pk),
        f"pick-{application.pk}": [str(e.pk) for e in world.evaluators[1:4]],
    }
    assert client.post(url + "?all=1", right).status_code == 302
    assert Assignment.objects.filter(application=application).count() == 3


@pytest.mark.req("A7", "refusal")
def test_only_the_institute_opens_its_pages_and_no_page_shows_a_sealed_score(world: panels.World) -> None:
    application, given = world.seated()
    for each in given[:2]:
        panels.fill(each, "0.9")
        Score.objects.filter(assignment=each).update(comment="비밀의견가나다", points="6.13")
    given[0].refresh_from_db()
    paths = [
        reverse("office-panels"),
        reverse("office-panel", args=[world.panel.pk]),
        reverse("office-panel-assign", args=[world.panel.pk]),
        reverse("office-panel-case", args=[application.pk]),
        reverse("office-evaluators"),
        reverse("office-evaluator", args=[given[0].evaluator_id]),
        reverse("office-fees"),
    ]
    officer = as_(world.where.officer)
    for path in paths:
        answer = officer.get(path)
        assert answer.status_code == 200, path
        assert "비밀의견가나다".encode() not in answer.content
        assert b"6.13" not in answer.content
    for person in (
        world.where.staff,
        world.where.local_officer,
        world.where.provincial_officer,
        world.people[0],
    ):
        client = as_(person)
        for path in paths:
            assert client.get(path).status_code == 403, path
    assert Client().get(paths[0]).status_code == 302


@pytest.mark.req("A8", "browser")
def test_the_sheet_opens_to_the_officer_when_all_have_submitted(world: panels.World) -> None:
    application, given = world.seated()
    for each, share in zip(given, ("0.9", "0.9", "0.5"), strict=True):
        panels.submit(each, [share, "0.8", "0.8", "0.8", "0.8", "0.8"])
    text = as_(world.where.officer).get(reverse("office-panel-case", args=[application.pk])).content.decode()
    assert "76.66" in text
    assert "이야기할 항목" in text
    assert "다른 위원과 차이가 큼" in text
    assert all(each.evaluator.person.name in text for each in given)


@pytest.mark.req("A7", "browser")
def test_replacing_and_deciding_a_challenge_on_the_page_of_the_case(world: panels.World) -> None:
    application, given = world.seated()
    client, url = as_(world.where.officer), reverse("office-panel-case", args=[application.pk])
    form = {"assignment": str(given[0].pk), "by": str(world.evaluators[4].pk)}
    assert client.post(url, {**form, "reason": ""}).status_code == 422
    assert client.post(url, {**form, "reason": "출장"}).status_code == 302
    assert client.post(url, {**form, "reason": "또"}).status_code == 422
    institution = as_(world.where.staff)
    page = reverse("work-application-result", args=[application.pk])
    assert "기피 신청" in institution.get(page).content.decode()
    institution.post(
        reverse("work-application-challenge", args=[application.pk]),
        {"evaluator": str(given[1].evaluator_id), "reason": "우리와 다투는 기관의 이사"},
    )
    filed = Challenge.objects.get()
    decide = reverse("office-challenge-decide", args=[filed.pk])
    client.post(decide, {"decide": "uphold", "decision": ""})
    filed.refresh_from_db()
    assert filed.state == Challenge.State.OPEN
    client.post(decide, {"decide": "uphold", "decision": "사실로 확인됨"})
    filed.refresh_from_db()
    assert filed.state == Challenge.State.UPHELD
    assert "빈 자리가 1개" in client.get(url).content.decode()
    assert "사실로 확인됨" in institution.get(page).content.decode()
    assert institution.post(decide, {"decide": "dismiss", "decision": "x"}).status_code == 403


@pytest.mark.req("A9", "browser")
def test_an_institution_supplements_what_fell_short_and_hands_it_in_again(world: panels.World) -> None:
    application, given = world.seated()
    client = as_(world.where.staff)
    page = reverse("work-application-result", args=[application.pk])
    assert "못 미친" not in client.get(page).content.decode()
    case = reverse("work-application", args=[application.pk])
    assert f'href="{page}"' in client.get(case).content.decode()  # the case leads there
    for each in given:
        panels.submit(each, TWO_THIRDS)
    application.refresh_from_db()
    text = client.get(page).content.decode()
    assert "통보서를 받은 날부터 30일 안에 보완하여" in text
    assert "통보서를 받은 날부터 30일 안에 보완해 다시 내세요." in client.get(case).content.decode()
    supplements.begin_period(application=application, received_on=date(2026, 11, 24), now=make.NOW)
    told = client.get(case).content.decode()
    assert "12.24(목) 24시까지 보완해 다시 내세요." in told
    assert f'href="{page}"' in told and "못 미친 항목 보완하기" in told
    text = client.get(page).content.decode()
    assert "12.24(목) 24시까지 보완하여" in text
    assert text.count("이 항목 저장") == 2
    assert "출결과 학습자 관리에 대한 의견" in text
    item_id = sorted(queries.short_item_ids(application))[0]
    url = reverse("work-application-supplement", args=[application.pk, item_id])
    again = reverse("work-application-again", args=[application.pk])
    assert client.post(again).status_code == 422
    form = {"text": "고쳐 쓴 설명", "revision": str(application.revision)}
    wrong = client.post(url, {**form, "files": BytesIO(b"MZ\x90")})
    assert wrong.status_code == 422
    assert "고쳐 쓴 설명" in wrong.content.decode()
    assert client.post(url, form).status_code == 302
    late = client.post(url, {**form, "text": "다른 창"})
    assert late.status_code == 409
    assert "다른 창" in late.content.decode()
    assert client.post(again).status_code == 302
    application.refresh_from_db()
    assert application.state == S.RE_REVIEW
    for person in (world.where.local_officer, world.people[0], make.staff(make.organisation("이웃 기관"))):
        assert as_(person).get(page).status_code == 403


@pytest.mark.req("A9", "refusal")
def test_the_institution_never_reads_who_gave_which_score(world: panels.World) -> None:
    application, given = world.seated()
    for each in given:
        panels.submit(each, TWO_THIRDS)
    challenges.challenge(
        application=application,
        evaluator=world.evaluators[5],
        reason="가",
        actor=world.where.staff,
        now=make.NOW,
    )
    text = (
        as_(world.where.staff).get(reverse("work-application-result", args=[application.pk])).content.decode()
    )
    # The whole panel is named, whoever reviewed the case or not, so the list tells nothing.
    assert all(each.person.name in text for each in world.evaluators)
    assert as_(world.where.staff).get(reverse("office-panel-case", args=[application.pk])).status_code == 403


@pytest.mark.req("A7", "browser")
def test_the_pool_is_filtered_invited_to_and_taken_away(world: panels.World) -> None:
    panels.evaluator(world.where, None, "직업 전문", fields=["vocational"], is_available=False)
    client, url = as_(world.where.officer), reverse("office-evaluators")
    assert "직업 전문" in client.get(url + "?field=vocational").content.decode()
    assert "서아람" not in client.get(url + "?field=vocational").content.decode()
    assert "직업 전문" not in client.get(url + "?free=1").content.decode()
    book = load_workbook(BytesIO(client.get(url + "?format=xlsx").content))
    assert book.active is not None
    assert book.active.max_row == 8
    assert client.post(url, {"email": "새위원"}).status_code == 422
    assert client.post(url, {"email": "new@example.kr"}).status_code == 302
    assert Message.objects.filter(address="new@example.kr").exists()
    one = reverse("office-evaluator", args=[world.evaluators[0].pk])
    form = {
        "what": "profile",
        "areas": ["humanities"],
        "occupation": "교수",
        "qualifications": "",
        "revision": "1",
    }
    assert client.post(one, form).status_code == 302
    assert client.post(one, form).status_code == 422, "the second of two tabs"


@pytest.mark.req("A7", "browser")
def test_fees_are_set_and_listed(world: panels.World) -> None:
    _application, given = world.seated()
    panels.submit(given[0])
    client, url = as_(world.where.officer), reverse("office-fees")
    assert client.post(url, {"paper": "육만"}).status_code == 422
    assert client.post(url, {"paper": "60,000"}).status_code == 302
    assert ReviewFee.objects.get().amount == 60_000
    assert "60,000" in client.get(url).content.decode()
    sheet = load_workbook(BytesIO(client.get(url + "?format=xlsx").content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][-1] == 60_000


@pytest.mark.req("A7", "browser")
def test_lists_ask_as_often_for_many_as_for_few(world: panels.World) -> None:
    client = as_(world.where.officer)
    paths = [
        reverse("office-panels"),
        reverse("office-panel", args=[world.panel.pk]),
        reverse("office-evaluators"),
    ]
    world.seated()
    few = []
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        few.append(len(asked))
    for _ in range(4):
        world.seated()
    panels.evaluator(world.where, world.round, "한 사람 더")
    make.staff(world.where.national, Role.EVALUATOR, "아직 안 옴")
    for path, before in zip(paths, few, strict=True):
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        assert abs(len(asked) - before) <= 1, path
