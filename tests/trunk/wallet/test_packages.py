"""Submission packages: what may be sent, when they open, who may end them."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests import factories as make
from tests import package_rows as rows
from tests.threads import all_at_once

from naite.flows import packages as flow
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.badges import services as badges
from naite.trunk.badges.models import Award
from naite.trunk.records import services as records
from naite.trunk.records.certificates import services as certificates
from naite.trunk.wallet.models import Package, PackageItem, PackageLink, PackageLook
from naite.trunk.wallet.packages import queries, rules, services
from naite.trunk.wallet.packages.rules import PackageDraft, faults, password_fault, rough_client, state_of

NOW, TODAY = make.NOW, date(2026, 11, 24)
LATER = NOW + timedelta(days=5)


@pytest.mark.req("A24", "rule")
@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "open"),
        ({"expires_at": NOW}, "expired"),
        ({"expires_at": NOW + timedelta(microseconds=1)}, "open"),
        ({"withdrawn_at": NOW}, "withdrawn"),
        ({"withdrawn_at": NOW, "expires_at": NOW}, "withdrawn"),
        ({"most_looks": 2, "look_count": 1}, "open"),
        ({"most_looks": 2, "look_count": 2}, "used_up"),
        ({"most_looks": None, "look_count": 9999}, "open"),
    ],
)
def test_a_package_opens_until_its_end(changes: dict[str, Any], state: str) -> None:
    facts: dict[str, Any] = {"expires_at": LATER, "withdrawn_at": None, "most_looks": None, "look_count": 0}
    assert state_of(**{**facts, **changes}, now=NOW) == state


@pytest.mark.req("A24", "rule")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recipient": "  "}, "recipient"),
        ({"recipient": "가" * 121}, "recipient"),
        ({"purpose": ""}, "purpose"),
        ({"message": "가" * 1001}, "message"),
        ({"message": "제 번호는 900101-1234568입니다"}, "message"),
        ({"until": None}, "until"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"until": TODAY + timedelta(days=366)}, "until"),
        ({"most_looks": 2}, "most_looks"),
        ({"entry_ids": ()}, "items"),
        ({"entry_ids": tuple(uuid4() for _place in range(301))}, "items"),
    ],
)
def test_a_draft_with_a_fault_says_where(changes: dict[str, Any], field: str) -> None:
    sound: dict[str, Any] = {
        "recipient": "가온고",
        "purpose": "편입학",
        "until": TODAY,
        "entry_ids": (uuid4(),),
    }
    assert faults(PackageDraft(**sound), today=TODAY) == {}
    assert list(faults(PackageDraft(**{**sound, **changes}), today=TODAY)) == [field]


@pytest.mark.req("A24", "rule")
def test_a_password_is_none_or_long_enough_and_typed_twice() -> None:
    assert password_fault("", "") == ""
    assert password_fault("secret", "secret") == ""
    for pair in (
        ("short", "short"),
        ("secret", ""),
        ("secret", "Secret"),
        ("", "secret"),
        ("x" * 65, "x" * 65),
    ):
        assert password_fault(*pair)


def test_a_visitor_is_named_roughly() -> None:
    phone = (
        "Mozilla/5.0 (Linux; Android 14; SM-S921N) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36"
    )
    assert rough_client(phone) == "휴대전화 · Chrome"
    assert rough_client("Mozilla/5.0 (Windows NT 10.0) Chrome/131 Safari/537.36 Edg/131") == "컴퓨터 · Edge"
    assert rough_client("curl/8") == "컴퓨터"
    assert rough_client("") == "알 수 없는 기기"


@pytest.fixture
def learner(db: None) -> rows.Learner:
    return rows.learner()


def opened(package: Package, token: str, **how: Any) -> None:
    found = queries.linked(token)
    assert found is not None
    facts: dict[str, Any] = {"password": "", "client": "컴퓨터", "viewer": None, "now": NOW}
    services.open_package(link=found.link, package=found.package, **{**facts, **how})


def acts(package: Package) -> list[str]:
    return [row.act for row in reversed(queries.looks_at(package))]


@pytest.mark.req("A24", "rule")
def test_a_package_is_a_snapshot_with_live_states_beside_it(learner: rows.Learner) -> None:
    document = learner.certificate()
    package, token = rows.sent(learner, certificate_ids=(document.id,))
    assert token
    assert not Package.objects.filter(password__contains=token).exists()
    items = queries.items_of(package)
    assert [item.kind for item in items] == ["certificate", "badge", "entry", "entry"]
    assert {thing.tone for thing in flow.shown(package, items, now=NOW)} == {"ok"}
    records.void_entry(entry=learner.written, reason="잘못 적음", actor=None, now=LATER)
    award = Award.objects.get()
    badges.revoke(account_id=award.account_id, award_id=award.id, reason="잘못 줌", actor=None, now=LATER)
    after = flow.shown(package, items, now=LATER)
    assert [str(thing.state) for thing in after] == [
        "지금도 유효",
        "취소됨",
        "기록 그대로",
        "보낸 뒤 거둔 기록",
    ]
    assert [thing.since for thing in after] == [None, LATER, None, LATER]
    assert queries.items_of(package)[3].facts["hours"] == "20"  # what was sent stays what it was


@pytest.mark.req("A24", "refusal")
def test_only_the_owner_sends_and_only_what_is_there(learner: rows.Learner) -> None:
    other = rows.learner("윤새봄")
    key = str(uuid4())

    def send(draft: PackageDraft, actor: Any = learner.account.person, password: str = "") -> None:
        services.send(
            account=learner.account,
            draft=draft,
            password=password,
            password_again=password,
            request_key=key,
            actor=actor,
            now=NOW,
        )

    with pytest.raises(NotAllowed):
        send(rows.draft(learner), other.account.person)
    with pytest.raises(NotAllowed):
        send(rows.draft(learner), None)
    with pytest.raises(Refused, match="지워진"):
        send(rows.draft(learner, entry_ids=(other.learned.id,)))
    with pytest.raises(Refused, match="지워진"):
        send(rows.draft(learner, holding_ids=(other.holding.id,)))
    with pytest.raises(Invalid) as weak:
        send(rows.draft(learner), password="1234")
    assert "password" in weak.value.fields
    assert not Package.objects.exists()
    assert not PackageItem.objects.exists()


@pytest.mark.req("A24", "refusal")
def test_a_withdrawn_document_is_not_sent(learner: rows.Learner) -> None:
    document = learner.certificate()
    certificates.withdraw(certificate=document, reason="", actor=learner.account.person, now=NOW)
    with pytest.raises(Refused, match="유효한 증명서"):
        rows.sent(learner, certificate_ids=(document.id,))


@pytest.mark.req("A24", "rule")
def test_the_same_form_sent_twice_makes_one_package(learner: rows.Learner) -> None:
    how: dict[str, Any] = {
        "account": learner.account,
        "draft": rows.draft(learner),
        "request_key": "once",
        "actor": learner.account.person,
        "now": NOW,
    }
    first, token = services.send(**how)
    second, nothing = services.send(**how)
    assert (first.id, nothing) == (second.id, "")
    assert token
    assert PackageLink.objects.count() == 1


@pytest.mark.req("A24", "rule")
def test_looks_are_counted_to_the_last_and_no_further(learner: rows.Learner) -> None:
    package, token = rows.sent(learner, most_looks=1)
    opened(package, token, viewer=learner.account.person)  # the owner's own look
    package.refresh_from_db()
    assert package.look_count == 0
    opened(package, token)
    with pytest.raises(services.PackageEnded) as ended:
        opened(package, token)
    assert ended.value.state == "used_up"
    assert acts(package) == ["opened", "away"]
    event = AuditEvent.objects.filter(action="wallet.open_package").get()
    assert event.data_subject_id == learner.account.person_id


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("A24", "rule")
def test_two_who_open_the_last_look_at_once_do_not_both_see_it() -> None:
    package, token = rows.sent(rows.learner(), most_looks=1)

    def look() -> str:
        try:
            opened(package, token)
        except services.PackageEnded:
            return "refused"
        return "seen"

    assert sorted(all_at_once([look, look])) == ["refused", "seen"]
    package.refresh_from_db()
    assert package.look_count == 1


@pytest.mark.req("A24", "refusal")
def test_passwords_cannot_be_guessed(learner: rows.Learner) -> None:
    package, token = rows.sent(learner, password="correct horse")
    for _try in range(rules.TRIES):
        with pytest.raises(services.WrongPassword):
            opened(package, token, password="guess")
    with pytest.raises(services.Locked):
        opened(package, token, password="correct horse")
    with pytest.raises(services.Locked):
        opened(package, token, password="correct horse", now=NOW + timedelta(minutes=59))
    opened(package, token, password="correct horse", now=NOW + timedelta(minutes=60))
    assert acts(package) == ["wrong"] * rules.TRIES + ["opened"]
    assert PackageLink.objects.get().tries == 0


@pytest.mark.req("A24", "refusal")
def test_withdrawal_and_a_new_link_close_the_old_one_at_once(learner: rows.Learner) -> None:
    package, token = rows.sent(learner)
    with pytest.raises(NotAllowed):
        services.renew_link(package=package, actor=make.person(), now=NOW)
    fresh = services.renew_link(package=package, actor=learner.account.person, now=NOW)
    assert queries.linked(token) is None
    opened(package, fresh)
    with pytest.raises(NotAllowed):
        services.withdraw(package=package, actor=make.person(), now=NOW)
    services.withdraw(package=package, actor=learner.account.person, now=NOW)
    services.withdraw(package=package, actor=learner.account.person, now=LATER)
    assert package.withdrawn_at == NOW
    with pytest.raises(services.PackageEnded):
        opened(package, fresh)
    with pytest.raises(services.PackageEnded):
        services.renew_link(package=package, actor=learner.account.person, now=NOW)


@pytest.mark.req("A24", "rule")
def test_a_receipt_is_given_once_and_told_to_the_sender(learner: rows.Learner) -> None:
    package, _token = rows.sent(learner)
    how: dict[str, Any] = {"client": "컴퓨터", "viewer": None, "now": NOW}
    with pytest.raises(Invalid):
        services.acknowledge(package=package, receiver=" ", **how)
    with pytest.raises(NotAllowed):
        services.acknowledge(package=package, receiver="나", **{**how, "viewer": learner.account.person})
    first = services.acknowledge(package=package, receiver="교무실 김선생", **how)
    again = services.acknowledge(package=first, receiver="다른 사람", **how)
    assert (first.receipt_number, again.receiver) == (again.receipt_number, "교무실 김선생")
    assert first.receipt_number.startswith("R20261124-")
    assert Message.objects.filter(dedupe_key=f"package-receipt:{package.id}").count() == 1
    assert acts(first) == ["received"]
    services.withdraw(package=first, actor=learner.account.person, now=NOW)
    assert queries.package_of(learner.account, package.id).receipt_number  # type: ignore[union-attr]


@pytest.mark.req("A24", "refusal")
def test_nobody_receives_what_was_withdrawn(learner: rows.Learner) -> None:
    package, _token = rows.sent(learner)
    services.withdraw(package=package, actor=learner.account.person, now=NOW)
    with pytest.raises(services.PackageEnded):
        services.acknowledge(package=package, receiver="김", client="", viewer=None, now=NOW)
    package, _token = rows.sent(learner)
    with pytest.raises(services.PackageEnded):
        services.acknowledge(
            package=package, receiver="김", client="", viewer=None, now=NOW + timedelta(days=11)
        )


@pytest.mark.req("A24", "refusal")
def test_the_log_of_idle_lines_is_bounded(learner: rows.Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_LINES", 3)
    package, token = rows.sent(learner, password="correct horse")
    for number in range(6):
        with pytest.raises(services.WrongPassword):
            opened(package, token, password="guess", now=NOW + number * timedelta(minutes=61))
        PackageLink.objects.update(tries=0, locked_until=None)
    assert PackageLook.objects.count() == 3
    opened(package, token, password="correct horse")
    assert PackageLook.objects.count() == 4
