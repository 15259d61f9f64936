from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests import badge_rows as rows
from tests import factories as make

from credcore import jsonio
from naite.flows import award as flow
from naite.flows import lost_keys, verification
from naite.roots.errors import NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.badges import lost_keys as lost
from naite.trunk.badges import services
from naite.trunk.badges.models import Achievement, Award, IssuerKey
from naite.trunk.people.models import Role
from naite.trunk.wallet.models import Holding

SINCE = make.NOW - timedelta(hours=1)
pytestmark = pytest.mark.django_db


def give(badge: Achievement, at: datetime) -> Award:
    entry = rows.completed(badge.course_version)
    (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=at)
    return award


@pytest.fixture
def stolen() -> tuple[Achievement, IssuerKey, list[Award]]:
    """A key that signed one badge before it was stolen and three since; it was rotated an hour later."""
    badge = rows.published()
    early = give(badge, SINCE - timedelta(days=2))
    since = [give(badge, SINCE + timedelta(minutes=minutes)) for minutes in (0, 5, 30)]
    key = IssuerKey.objects.get()
    services.rotate_key(organisation=badge.organisation, actor=make.staff(badge.organisation), now=make.NOW)
    key.refresh_from_db()
    after = give(badge, make.NOW + timedelta(minutes=1))
    return badge, key, [early, *since, after]


def declare(key: IssuerKey) -> None:
    actor = make.staff(key.organisation)
    lost_keys.declare(key=key, since=SINCE, reason="노트북 분실", actor=actor, now=make.NOW)
    key.refresh_from_db()


def later(minutes: int = 10) -> datetime:
    return make.NOW + timedelta(minutes=minutes)


def verdicts(awards: list[Award]) -> list[str]:
    return [rows.check(bytes(award.credential), now=later()).outcome for award in awards]


@pytest.mark.req("B5", "rule")
def test_only_what_was_signed_since_is_lost_and_given_anew_in_the_same_words(
    stolen: tuple[Achievement, IssuerKey, list[Award]],
) -> None:
    badge, key, awards = stolen
    assert lost.damage(key, SINCE, now=make.NOW).signed == 3
    declare(key)
    assert verdicts(awards) == ["valid", "invalid", "invalid", "invalid", "valid"]
    assert lost_keys.tell_holders.call(key_id=str(key.pk)) == 3
    assert lost_keys.tell_holders.call(key_id=str(key.pk)) == 3  # again: nobody is told twice
    assert Message.objects.filter(dedupe_key__startswith="key-lost:").count() == 3
    assert sum(lost_keys.replace_all(key_id=key.pk, actor_id=None, now=later())) == 3
    assert sum(lost_keys.replace_all(key_id=key.pk, actor_id=None, now=later())) == 0
    found = lost.damage(key, SINCE, now=later())
    assert (found.signed, found.replaced, found.left, found.resting) == (3, 3, 0, 0)
    for old in awards[1:4]:
        old.refresh_from_db()
        new = Award.objects.get(account_id=old.account_id, id=old.successor_id)
        assert rows.check(bytes(new.credential), now=later()).verdict == "valid"
        was, now = jsonio.loads(bytes(old.credential)), jsonio.loads(bytes(new.credential))
        assert was["credentialSubject"] == now["credentialSubject"]
        assert was.get("evidence") == now.get("evidence")
        assert {was["id"], was["credentialStatus"]["id"]}.isdisjoint(
            {now["id"], now["credentialStatus"]["id"]}
        )
        assert Holding.objects.filter(account_id=old.account_id, award_id=new.id).count() == 1
        services.revoke(account_id=new.account_id, award_id=new.id, reason="시험", actor=None, now=later())
        assert rows.check(bytes(new.credential), now=later()).verdict == "revoked"
    assert Message.objects.filter(dedupe_key__startswith="badge-signed-again:").count() == 3
    assert Award.objects.count() == 8
    assert badge.pk


@pytest.mark.req("B5", "rule")
def test_broken_off_it_goes_on_where_it_was(
    stolen: tuple[Achievement, IssuerKey, list[Award]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _badge, key, _awards = stolen
    declare(key)
    monkeypatch.setattr(lost_keys, "CHUNK", 2)
    going = lost_keys.replace_all(key_id=key.pk, actor_id=None, now=later())
    assert next(going) == 2
    going.close()
    assert lost.damage(key, SINCE, now=later()).left == 1
    assert list(lost_keys.replace_all(key_id=key.pk, actor_id=None, now=later())) == [1]


@pytest.mark.req("B5", "refusal")
def test_who_may_not_and_what_makes_no_sense(stolen: tuple[Achievement, IssuerKey, list[Award]]) -> None:
    badge, key, _awards = stolen
    staff = make.staff(badge.organisation)
    with pytest.raises(Refused):
        lost_keys.give_anew(key=key, actor=staff, now=make.NOW)
    declare(key)
    for who in (
        None,
        make.person(),
        make.staff(make.organisation()),
        make.staff(badge.organisation, Role.PROGRAMME_MANAGER),
    ):
        with pytest.raises(NotAllowed):
            lost_keys.give_anew(key=key, actor=who, now=make.NOW)
    lost_keys.give_anew(key=key, actor=staff, now=make.NOW)
    list(lost_keys.replace_all(key_id=key.pk, actor_id=None, now=later()))
    with pytest.raises(Refused):
        lost_keys.give_anew(key=key, actor=staff, now=later())


@pytest.mark.req("B5", "rule")
def test_suspended_and_revoked_badges_are_not_given_anew(
    stolen: tuple[Achievement, IssuerKey, list[Award]],
) -> None:
    _badge, key, awards = stolen
    act: dict[str, Any] = {"reason": "시험", "actor": None, "now": make.NOW}
    services.suspend(account_id=awards[1].account_id, award_id=awards[1].id, **act)
    services.revoke(account_id=awards[2].account_id, award_id=awards[2].id, **act)
    declare(key)
    found = lost.damage(key, SINCE, now=later())
    assert (found.signed, found.left, found.resting) == (2, 1, 1)
    assert sum(lost_keys.replace_all(key_id=key.pk, actor_id=None, now=later())) == 1


@pytest.mark.req("B5", "browser")
def test_staff_see_what_it_would_do_then_declare_and_give_anew(
    client: Client, stolen: tuple[Achievement, IssuerKey, list[Award]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    badge, key, awards = stolen
    client.force_login(make.staff(badge.organisation))
    sent = {"key": key.pk, "since": "2026-11-24T09:00", "reason": "노트북 분실"}
    page = client.post("/work/badges/keys/revoke/", sent).content.decode()
    assert "배지 3개가 맞지 않는 배지로" in page
    key.refresh_from_db()
    assert key.revoked_at is None
    assert client.post("/work/badges/keys/revoke/", {**sent, "sure": "1"}).status_code == 302
    page = client.get(f"/work/badges/keys/{key.pk}/").content.decode()
    assert 'data-left="3"' in page
    assert client.get(f"/work/badges/keys/{key.pk}/replace/").status_code == 405
    assert client.post(f"/work/badges/keys/{key.pk}/replace/").status_code == 302
    stranger = Client()
    stranger.force_login(make.staff(make.organisation()))
    assert stranger.get(f"/work/badges/keys/{key.pk}/").status_code == 404
    assert stranger.post(f"/work/badges/keys/{key.pk}/replace/").status_code == 404
    public = Client().get(f"/o/{badge.organisation.slug}/").content.decode()
    assert "노트북 분실" in public
    result = verification.verify_bytes(bytes(awards[1].credential), now=later())
    assert (result.report.verdict, result.tone) == ("altered", "bad")
    document = Client().get(f"/o/{badge.organisation.slug}/did.json").json()
    assert [method.get("revoked") for method in document["verificationMethod"]] == [
        "2026-11-24T00:00:00Z",
        None,
    ]
