"""Evidence requests: who may answer, what the asker learns, when all is forgotten, and no mail to others."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from tests import factories as make
from tests import package_rows as rows

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.wallet.models import EvidenceRequest, Package
from naite.trunk.wallet.packages import requests as services
from naite.trunk.wallet.packages.requests import RequestDraft, faults

NOW, TODAY = make.NOW, date(2026, 11, 24)
DRAFT = RequestDraft(
    asker="나루소프트 인사팀",
    asker_person="문태오",
    asker_email="HR@naru.example.kr",
    purpose="데이터 분석 직무 서류 심사",
    wanted=("badge", "recognised"),
    details="상담 관련 배지가 있으면 보내 주세요.",
    until=date(2026, 12, 10),
)


@pytest.fixture(autouse=True)
def _no_limits_yet() -> None:
    cache.clear()


def asked(draft: RequestDraft = DRAFT) -> EvidenceRequest:
    return services.ask(draft=draft, place="10.0.0.1", now=NOW)


def mailed_code() -> str:
    found = re.search(r"^(\d{6})$", Message.objects.latest("created_at", "id").body, re.MULTILINE)
    assert found
    return found[1]


def opened() -> tuple[EvidenceRequest, str, str]:
    row = asked()
    token, asker_token = services.confirm(request=row, typed=mailed_code(), now=NOW)
    return row, token, asker_token


@pytest.mark.req("A24", "rule")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"asker": ""}, "asker"),
        ({"asker_person": " "}, "asker_person"),
        ({"asker_email": "nobody"}, "asker_email"),
        ({"purpose": "가" * 201}, "purpose"),
        ({"wanted": (), "details": ""}, "wanted"),
        ({"wanted": ("everything",)}, "wanted"),
        ({"details": "900101-1234568"}, "details"),
        ({"until": None}, "until"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"until": TODAY + timedelta(days=91)}, "until"),
    ],
)
def test_a_request_with_a_fault_says_where(changes: dict[str, Any], field: str) -> None:
    assert faults(DRAFT, today=TODAY) == {}
    assert list(faults(replace(DRAFT, **changes), today=TODAY)) == [field]


@pytest.mark.req("A24", "refusal")
@pytest.mark.django_db
def test_letters_go_to_the_asker_alone_and_hold_nothing_of_theirs() -> None:
    asked(replace(DRAFT, details="http://spam.example", asker="광고 http://spam.example"))
    letter = Message.objects.get()
    assert letter.address == "hr@naru.example.kr"
    assert "spam" not in letter.subject + letter.body
    for _again in range(services.ASKS_PER_ADDRESS - 1):
        cache.clear()  # from other places
        asked()
    cache.clear()
    with pytest.raises(services.TooOften):
        asked()
    with pytest.raises(services.TooOften):
        for number in range(services.ASKS_PER_PLACE + 1):
            services.ask(draft=replace(DRAFT, asker_email=f"a{number}@example.kr"), place="10.9.9.9", now=NOW)


@pytest.mark.req("A24", "refusal")
@pytest.mark.django_db
def test_the_code_cannot_be_guessed_and_ends() -> None:
    row = asked()
    code = mailed_code()
    wrong = "000000" if code != "000000" else "111111"
    with pytest.raises(Invalid, match="새 번호"):
        services.confirm(request=row, typed=code, now=NOW + services.CODE_LASTS)
    for _try in range(services.CODE_TRIES):
        with pytest.raises(Invalid, match="번호가 다릅니다"):
            services.confirm(request=row, typed=wrong, now=NOW)
    with pytest.raises(Invalid, match="새 번호"):
        services.confirm(request=row, typed=code, now=NOW)
    services.send_code_again(request=row, now=NOW)
    services.send_code_again(request=row, now=NOW)
    with pytest.raises(services.TooOften):
        services.send_code_again(request=row, now=NOW)
    token, asker_token = services.confirm(request=row, typed=f" {mailed_code()} ", now=NOW)
    assert services.by_token(token) == services.by_asker_token(asker_token) == row
    assert services.by_token(asker_token) is None
    with pytest.raises(Refused):
        services.confirm(request=row, typed=code, now=NOW)


@pytest.mark.req("A24", "refusal")
@pytest.mark.django_db
def test_one_person_keeps_a_request_and_only_that_person_answers() -> None:
    row, _token, _asker = opened()
    learner, other = rows.learner(), rows.learner("윤새봄")
    me, them = learner.account.person, other.account.person
    with pytest.raises(NotAllowed):
        services.keep(request=row, account=learner.account, actor=them, now=NOW)
    services.keep(request=row, account=learner.account, actor=me, now=NOW)
    services.keep(request=row, account=learner.account, actor=me, now=NOW)
    with pytest.raises(NotAllowed):
        services.keep(request=row, account=other.account, actor=them, now=NOW)
    how: dict[str, Any] = {"request": row, "link": lambda token: f"https://here/p/{token}/", "now": NOW}
    with pytest.raises(NotAllowed):
        services.answer(account=other.account, draft=rows.draft(other), actor=them, **how)
    with pytest.raises(NotAllowed):
        services.decline(request=row, account=other.account, note="", actor=them, now=NOW)
    package, token = services.answer(
        account=learner.account, draft=rows.draft(learner, entry_ids=()), actor=me, **how
    )
    row.refresh_from_db()
    assert (row.state, row.package_id, package.evidence_request_id) == ("answered", package.id, row.pk)
    letter = Message.objects.get(dedupe_key=f"evidence-answer:{row.pk}")
    assert letter.address == row.asker_email
    assert f"/p/{token}/" in letter.body
    assert "한가람" not in letter.body
    with pytest.raises(services.RequestEnded):
        services.answer(account=learner.account, draft=rows.draft(learner), actor=me, **how)
    assert Package.objects.count() == 1


@pytest.mark.req("A24", "rule")
@pytest.mark.django_db
def test_declining_tells_the_asker_but_not_who() -> None:
    row, _token, _asker = opened()
    learner = rows.learner()
    me = learner.account.person
    services.keep(request=row, account=learner.account, actor=me, now=NOW)
    services.decline(request=row, account=learner.account, note="다른 곳에 가요", actor=me, now=NOW)
    assert "한가람" not in Message.objects.get(dedupe_key=f"evidence-decline:{row.pk}").body
    with pytest.raises(Refused):
        services.close(request=row, now=NOW)


@pytest.mark.req("A24", "refusal")
@pytest.mark.django_db
def test_an_ended_request_is_not_answered() -> None:
    row, _token, _asker = opened()
    learner = rows.learner()
    with pytest.raises(services.RequestEnded):
        services.keep(request=row, account=learner.account, actor=learner.account.person, now=row.closes_at)
    services.close(request=row, now=NOW)
    with pytest.raises(services.RequestEnded):
        services.keep(request=row, account=learner.account, actor=learner.account.person, now=NOW)


@pytest.mark.req("A24", "rule")
@pytest.mark.django_db
def test_requests_are_forgotten_by_their_clocks() -> None:
    left, (row, token, _asker) = asked(), opened()
    assert services.erase_due(now=NOW + timedelta(days=1)) == 1
    assert not EvidenceRequest.objects.filter(pk=left.pk).exists()
    after = row.closes_at + services.KEPT_AFTER
    assert services.erase_due(now=after - timedelta(seconds=1)) == 0
    assert services.erase_due(now=after) == 1
    assert services.erase_due(now=after) == 0
    row.refresh_from_db()
    assert (row.asker_email, row.asker_person, row.details, row.purpose) == ("", "", "", "")
    assert services.by_token(token) is None
