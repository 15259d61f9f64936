from collections.abc import Callable
from typing import Any

import pytest
from tests import badge_rows as rows
from tests import factories as make

from naite.flows import award as flow
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.badges.models import Award
from naite.trunk.badges.rules import AwardRule
from naite.trunk.records.models import Entry
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import HolderKey, Holding


@pytest.mark.django_db
@pytest.mark.req("B5", "rule")
def test_the_task_gives_the_badge_puts_it_into_the_wallet_and_tells(run_tasks: Callable[[], int]) -> None:
    badge = rows.published()
    rows.published(badge.course_version, badge_type="participation", rule=AwardRule(min_attendance=95))
    entry = rows.completed(badge.course_version, make.person("한가람", email="garam@example.kr"))
    for _ in range(2):
        flow.issue_badges_for_entry.enqueue(account_id=str(entry.account_id), entry_id=str(entry.id))
    assert run_tasks() == 2
    award, holding, message = Award.objects.get(), Holding.objects.get(), Message.objects.get()
    assert (holding.award_id, bytes(holding.credential)) == (award.id, bytes(award.credential))
    assert (holding.title, holding.area, holding.badge_type) == (badge.name, "career", "achievement")
    assert holding.issuer_name == badge.organisation.name
    assert message.address == "garam@example.kr"
    assert "가온시평생학습관이 배지 ‘경력전환 상담사 기초’를 드렸습니다." in message.body


@pytest.mark.django_db
def test_badges_of_one_account_go_to_one_did_without_its_name() -> None:
    person = make.person()
    for _ in range(2):
        badge = rows.published()
        entry = rows.completed(badge.course_version, person)
        flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    key = HolderKey.objects.get()
    assert key.did.startswith("did:key:z6Mk")
    assert AuditEvent.objects.filter(action="wallet.make_holder_key").count() == 1
    assert wallet.holder_did(account_id=key.account_id, now=make.NOW) == key.did
    assert all(key.did in bytes(item.credential).decode() for item in Holding.objects.all())
    assert Holding.objects.count() == 2


@pytest.mark.django_db
def test_a_voided_entry_earns_nothing_and_loses_what_it_earned() -> None:
    badge = rows.published()
    entry = rows.completed(badge.course_version)
    (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    Entry.objects.filter(account_id=entry.account_id, id=entry.id).update(voided_at=make.NOW)
    undo: dict[str, Any] = {
        "account_id": entry.account_id,
        "entry_id": entry.id,
        "reason": "수료 기록을 고침",
        "actor": None,
        "now": make.NOW,
    }
    assert flow.revoke_badges_of_entry(**undo) == 1
    assert flow.revoke_badges_of_entry(**undo) == 0
    assert flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW) == []
    assert rows.check(bytes(award.credential)).verdict == "revoked"
    assert Holding.objects.count() == 1  # a revoked badge stays in the wallet, marked as such


@pytest.mark.django_db
def test_a_failure_half_way_leaves_nothing_and_the_next_try_gives_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    badge = rows.published()
    entry = rows.completed(badge.course_version)

    def fail(**_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(flow.wallet, "hold", fail)
        with pytest.raises(RuntimeError):
            flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    assert not Award.objects.exists()
    assert not HolderKey.objects.exists()
    assert len(flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)) == 1
    assert Holding.objects.count() == Message.objects.count() == 1


@pytest.mark.django_db
def test_those_who_completed_before_the_badge_was_published_get_it_when_asked_for(
    run_tasks: Callable[[], int],
) -> None:
    version = make.version(area="career", sub_area="skills")
    good = [rows.completed(version, make.person(f"먼저 {n}")) for n in range(2)]
    rows.completed(version, make.person("미달"), score="10")
    rows.completed(version, make.person("취소"), voided_at=make.NOW)
    badge = rows.published(version)
    actor = make.staff(badge.organisation)
    for _ in range(2):
        flow.give_to_earlier(achievement=badge, actor=actor, now=make.NOW)
    assert run_tasks() == 2
    assert {award.entry_id for award in Award.objects.all()} == {entry.id for entry in good}
    assert Holding.objects.count() == Message.objects.count() == 2
    for someone in (None, make.person(), make.staff(make.organisation())):
        with pytest.raises(NotAllowed):
            flow.give_to_earlier(achievement=badge, actor=someone, now=make.NOW)
    rows.published(version)
    badge.refresh_from_db()
    with pytest.raises(Refused):
        flow.give_to_earlier(achievement=badge, actor=actor, now=make.NOW)
