"""Closing: taken along, opened again in time, erased for good, and who may not."""

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.world import entry

from credcore import bake
from naite.branches.counselling.models import Message as Said
from naite.branches.counselling.models import Question, QuestionCategory
from naite.flows import closing as flow
from naite.flows.accounts import open_account
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.people import cards
from naite.trunk.people.models import ApiToken, Person
from naite.trunk.records import closing
from naite.trunk.records.certificates import services as certificates
from naite.trunk.records.models import (
    AccountClosing,
    Certificate,
    CertificateKind,
    Entry,
    LearningAccount,
    RingShare,
)
from naite.trunk.wallet import collections
from naite.trunk.wallet.models import Collection, Holding

pytestmark = pytest.mark.django_db
GRACE = timedelta(days=30)


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def account() -> LearningAccount:
    person = make.person("이말순", birth_date=date(1949, 9, 20), phone="01012345678")
    account = make.account(person)
    entry(account, 2024, title="한글 다시 배우기")
    entry(account, 2025, title="=비밀 일기", source="learner", provenance="self", note="아무도 모르게")
    Holding.objects.create(
        account=account,
        source=Holding.Source.IMPORT,
        credential=b'{"id": "urn:uuid:1"}',
        sha256="0" * 64,
        title="한글/배지",
        issuer_name="늘푸른문해학교",
        area="career",
        badge_type="achievement",
        issued_at=NOW,
        held_at=NOW,
    )
    return account


def issued(account: LearningAccount) -> Certificate:
    return certificates.issue_certificate(
        account=account,
        kind=CertificateKind.PORTFOLIO,
        entry_ids=list(Entry.objects.filter(account_id=account.pk).values_list("id", flat=True)),
        request_key="one",
        actor=account.person,
        now=NOW,
    )


@pytest.mark.req("A16", "browser")
def test_everything_is_taken_along(client: Client, account: LearningAccount) -> None:
    made = issued(account)
    client.force_login(account.person)
    bundle = zipfile.ZipFile(io.BytesIO(b"".join(client.get("/my/account/export/").streaming_content)))
    assert bundle.testzip() is None
    record = json.loads(bundle.read("record.json"))
    assert [row["title"] for row in record["entries"]] == ["=비밀 일기", "한글 다시 배우기"]
    assert record["account"] == str(account.pk)
    sheet = bundle.read("record.csv").decode("utf-8-sig")
    assert "'=비밀 일기" in sheet and "한글 다시 배우기" in sheet
    assert bundle.read(f"certificates/{made.number}.pdf").startswith(b"%PDF")
    pictures = [name for name in bundle.namelist() if name.endswith(".png")]
    credential = bytes(Holding.objects.get().credential).decode()
    assert [bake.unbake(bundle.read(name)).text for name in pictures] == [credential]


@pytest.mark.req("A16", "browser")
def test_closed_and_opened_again_in_time(client: Client, account: LearningAccount) -> None:
    client.force_login(account.person)
    assert client.post("/my/account/close/", {"reason": ""}).status_code == 422
    assert client.post("/my/account/close/", {"sure": "on", "reason": "이사"}).status_code == 302
    html = client.get("/my/account/").content.decode()
    assert "닫은 학습계좌입니다" in html and "2026.12.24" in html
    assert Message.objects.filter(person_id=account.person_id, subject__contains="닫았습니다").count() == 1
    account.refresh_from_db()
    with pytest.raises(Refused):
        issued(account)
    with pytest.raises(Refused):
        open_account(person=account.person, actor=account.person, now=NOW)
    assert client.get("/my/account/export/").status_code == 200
    client.post("/my/account/reopen/")
    account.refresh_from_db()
    assert (
        account.closed_at is None and Entry.objects.filter(account_id=account.pk, voided_at=None).count() == 2
    )
    assert flow.erase_due(now=NOW + timedelta(days=400)) == 0


@pytest.mark.req("X6", "rule")
def test_erased_for_good_when_the_days_are_over(account: LearningAccount, client: Client) -> None:
    person, made = account.person, issued(account)
    card = cards.issue(person=person, pin="7304", organisation=None, actor=person, now=NOW)
    flow.close_account(account=account, reason="이사", actor=person, now=NOW)
    flow.close_account(account=account, reason="또", actor=person, now=NOW)
    assert AccountClosing.objects.count() == 1
    assert flow.erase_due(now=NOW + GRACE - timedelta(seconds=1)) == 0
    assert flow.erase_due(now=NOW + GRACE) == 1
    assert flow.erase_due(now=NOW + GRACE) == 0
    gone = Person.objects.get(pk=person.pk)
    assert (gone.name, gone.email, gone.phone, gone.birth_date, gone.is_active) == (
        "탈퇴한 사람", None, "", None, False,
    )  # fmt: skip
    assert LearningAccount.objects.get(pk=account.pk).person_id == person.pk
    left = {row.source: row for row in Entry.objects.filter(account_id=account.pk)}
    assert left["completion"].title == "한글 다시 배우기" and left["completion"].voided_at is not None
    assert (left["learner"].title, left["learner"].note) == ("–", "")
    assert not Holding.objects.filter(account_id=account.pk).exists()
    assert Certificate.objects.get().content != {}  # its number can still be looked up
    flow.erase_due(now=made.check_until)
    after = Certificate.objects.get()
    assert (after.content, after.pdf) == ({}, "") and not default_storage.exists(made.pdf)
    with pytest.raises(cards.CardRefused):
        cards.sign_in(text=card.number, pin="7304", now=NOW + GRACE)
    with pytest.raises(Refused):
        closing.reopen(account=account, actor=person, now=NOW + GRACE)
    assert AuditEvent.objects.filter(action="records.erase_account", data_subject_id=person.pk).exists()


@pytest.mark.req("X6", "rule")
def test_what_was_said_and_made_elsewhere_goes_too(account: LearningAccount) -> None:
    person = account.person
    question = Question.objects.create(
        person=person,
        entered_by=person,
        category=QuestionCategory.objects.first(),
        title="아무도 모르게",
        body="비밀입니다",
        created_at=NOW,
        changed_at=NOW,
    )
    Said.objects.create(
        question=question, kind="question", author=person, body="더 비밀", created_at=NOW, sent_at=NOW
    )
    token = ApiToken.objects.create(
        person=person, name="내 표", digest="d", ending="abcd", created_at=NOW, expires_at=NOW + GRACE * 9
    )
    rings = RingShare.objects.create(
        token_digest="t", account_id=account.pk, first_year=2024, last_year=2025, created_at=NOW
    )
    made = collections.make(account=account, name="이력서", actor=person, now=NOW)
    flow.close_account(account=account, reason="", actor=person, now=NOW)
    assert flow.erase_due(now=NOW + GRACE) == 1
    question.refresh_from_db()
    assert (question.title, question.body, Said.objects.get().body) == ("–", "–", "–")
    token.refresh_from_db()
    rings.refresh_from_db()
    assert token.revoked_at is not None
    assert rings.withdrawn_at is not None
    assert not Collection.objects.filter(account_id=made.account_id).exists()


@pytest.mark.req("A16", "refusal")
def test_nobody_closes_or_opens_anothers(account: LearningAccount, client: Client) -> None:
    stranger: Any = make.staff(make.organisation())
    with pytest.raises(NotAllowed):
        closing.close(account=account, reason="", actor=stranger, now=NOW)
    closing.close(account=account, reason="", actor=account.person, now=NOW)
    with pytest.raises(NotAllowed):
        closing.reopen(account=account, actor=stranger, now=NOW)
    client.force_login(stranger)
    assert client.get("/my/account/export/").status_code == 404


def test_staff_keep_their_name_when_their_account_goes(account: LearningAccount) -> None:
    make.role(account.person, make.organisation())
    flow.close_account(account=account, reason="", actor=account.person, now=NOW)
    assert flow.erase_due(now=NOW + GRACE) == 1
    account.person.refresh_from_db()
    assert account.person.name == "이말순" and account.person.is_active
