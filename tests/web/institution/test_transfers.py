"""Proposals to move entries, on the pages of the learner, the institution and the institute."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import clock
from tests import factories as make
from tests.completion_rows import learner
from tests.flows.test_recognised_later import granted, learnt, own_words

from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.records.models import Entry, SectionTransfer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.hold(monkeypatch, make.NOW)


@pytest.fixture
def home() -> Organisation:
    return make.organisation()


@pytest.fixture
def version(home: Organisation) -> CourseVersion:
    return make.version(home)


@pytest.fixture
def officer() -> Person:
    institute = make.organisation("국가평생교육진흥원", kind=Organisation.Kind.NATIONAL_INSTITUTE)
    return make.staff(institute, Role.NATIONAL_OFFICER)


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.req("A18", "browser")
def test_the_learner_is_shown_proposals_and_decides(
    client: Client, version: CourseVersion, officer: Person, run_tasks: Callable[[], int]
) -> None:
    account = make.account(one := learner())
    learnt(account, version)
    granted(version, officer, run_tasks)
    client.force_login(one)
    assert "이수실적으로 옮길 수 있어요" in text(client.get(reverse("my-home")))
    page = reverse("my-proposals")
    assert "평가인정 제2026-7호" in text(client.get(page))
    transfer = SectionTransfer.objects.get()
    act = reverse("my-proposal-decide", args=[transfer.id])
    assert client.get(act).status_code == 405
    said = text(client.post(act, {"decision": "confirm"}, follow=True))
    assert "기록을 4. 이수실적으로 옮겼습니다." in said
    assert Entry.objects.get(account=account, voided_at=None).section == 4
    again = client.post(act, {"decision": "decline"})
    assert again.status_code == 409
    assert "이미 끝난 제안입니다" in text(again)
    other = Client()
    other.force_login(make.account(learner("이서연")).person)
    assert other.post(act, {"decision": "confirm"}).status_code == 404


@pytest.mark.req("A19", "browser")
def test_the_learner_looks_again_for_what_institutions_handed_in(client: Client) -> None:
    make.account(one := learner())
    client.force_login(one)
    said = text(client.post(reverse("my-proposals-gather"), follow=True))
    assert "새로 찾은 이수실적이 없습니다" in said


@pytest.mark.req("A18", "browser")
def test_the_institution_confirms_ticked_ones_and_declines_foreign_words(
    client: Client,
    home: Organisation,
    version: CourseVersion,
    officer: Person,
    run_tasks: Callable[[], int],
) -> None:
    accounts = [make.account(learner(f"학습자{n}")) for n in range(3)]
    learnt(accounts[0], version)
    learnt(accounts[1], version)
    own_words(accounts[2], version)
    granted(version, officer, run_tasks)
    client.force_login(make.staff(home))
    page = reverse("work-transfers")
    said = text(client.get(page))
    assert "확인을 기다림 3" in said
    assert said.count("checked") == 2  # own words are looked at before they are ticked
    empty = client.post(reverse("work-transfers-confirm"), {"which": "chosen", "transfer": ["x"]})
    assert empty.status_code == 409
    assert "옮길 기록을 골라 주세요." in text(empty)
    first = SectionTransfer.objects.get(account=accounts[0])
    client.post(reverse("work-transfers-confirm"), {"which": "chosen", "transfer": [str(first.id)]})
    run_tasks()
    assert [entry.account_id for entry in Entry.objects.filter(section=4)] == [accounts[0].pk]
    named = SectionTransfer.objects.get(account=accounts[2])
    client.post(reverse("work-transfer-decline", args=[named.account_id, named.id]))
    client.post(reverse("work-transfers-confirm"), {"which": "all"})
    run_tasks()
    assert set(SectionTransfer.objects.values_list("state", flat=True)) == {"confirmed", "declined"}
    assert "우리 기록에 없음" not in text(client.get(page + "?show=done"))
    client.force_login(learner())
    assert client.get(page).status_code == 403
    assert client.post(reverse("work-transfers-confirm"), {"which": "all"}).status_code == 403


def test_the_list_asks_the_database_equally_often_whatever_it_shows(
    client: Client,
    home: Organisation,
    version: CourseVersion,
    officer: Person,
    run_tasks: Callable[[], int],
) -> None:
    learnt(make.account(learner("학습자")), version)
    granted(version, officer, run_tasks)
    client.force_login(make.staff(home))
    client.get(reverse("work-transfers"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("work-transfers"))
    for n in range(6):
        account = make.account(learner(f"학습자{n}"))
        entry = learnt(account, version, section=None)
        SectionTransfer.objects.create(
            account=account,
            direction="up",
            entry_id=entry.id,
            organisation=home,
            course_id=version.course_id,
            recognition_id=entry.recognition_id or entry.id,
            recognition_number="가",
            proposed_at=make.NOW,
        )
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("work-transfers"))
    assert len(many) == len(few)


@pytest.mark.req("A18", "browser")
def test_the_institute_withdraws_and_sends_back(
    client: Client, version: CourseVersion, officer: Person, run_tasks: Callable[[], int]
) -> None:
    account = make.account(learner())
    given = granted(version, officer, run_tasks)
    learnt(account, version)
    page = reverse("office-recognition-withdraw", args=[given.pk])
    client.force_login(make.person())
    assert client.get(page).status_code == 403
    assert client.post(page, {"reason": "x"}).status_code == 403
    client.force_login(officer)
    assert page in text(client.get(reverse("office-recognition-course", args=[version.course_id])))
    empty = client.post(page, {"reason": " "})
    assert empty.status_code == 422
    assert "까닭을 300자까지" in text(empty)
    client.post(page, {"reason": "거짓 서류"})
    run_tasks()
    assert "1건 모두 되돌리기" in text(client.get(page))
    client.post(reverse("office-recognition-withdraw-confirm", args=[given.pk]))
    run_tasks()
    assert Entry.objects.get(account=account, voided_at=None).section == 5
