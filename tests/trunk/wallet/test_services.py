import json
from datetime import timedelta
from typing import Any

import pytest
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.wallet import queries, rules, services
from naite.trunk.wallet.models import Holding, Share

CREDENTIAL = json.dumps(
    {
        "id": "urn:uuid:1",
        "issuer": {"id": "did:web:school.example", "name": "Open Code School"},
        "validFrom": "2019-08-30T00:00:00Z",
        "credentialSubject": {"achievement": {"name": "Web Basics"}},
    }
).encode()


def held(account: Any, credential: bytes = CREDENTIAL) -> Holding:
    return services.hold(
        account_id=account.id, credential=credential, source=Holding.Source.IMPORT, now=make.NOW
    )


def shared(account: Any, holding: Holding, **changes: Any) -> tuple[Share, str]:
    fields = {
        "purpose": "면접",
        "days": 30,
        "shows_name": False,
        "actor": account.person,
        "now": make.NOW,
        **changes,
    }
    return services.share(account=account, holding_id=holding.id, **fields)


@pytest.mark.django_db
def test_a_credential_is_kept_byte_for_byte_and_once() -> None:
    account = make.account()
    first = held(account)
    assert held(account).id == first.id
    assert bytes(first.credential) == CREDENTIAL
    assert (first.title, first.issuer_name, first.area) == ("Web Basics", "Open Code School", "")
    assert held(make.account()).id != first.id
    assert AuditEvent.objects.filter(action="wallet.hold").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"", b"[]", b"\x89PNG", b'{"a":1,"a":2}', b'{"a":'])
def test_what_is_no_credential_is_not_held(data: bytes) -> None:
    with pytest.raises(Invalid):
        held(make.account(), data)
    assert not Holding.objects.exists()


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"issuer": 7, "credentialSubject": [1], "validFrom": 8},
        {"issuer": "did:x:y", "credentialSubject": {"achievement": {"name": ["a"], "alignment": [3, {}]}}},
    ],
)
def test_odd_credentials_show_what_they_can(document: dict[str, Any]) -> None:
    face = rules.face_of(document, held_at=make.NOW)
    assert (face.title, face.issued_at) == ("", make.NOW)


@pytest.mark.django_db
def test_a_link_leads_to_its_badge_until_it_ends_or_is_withdrawn() -> None:
    account = make.account()
    link, token = shared(account, held(account), days=7)
    assert token not in str(vars(link))
    open_until = make.NOW + timedelta(days=7)
    found = queries.shared_badge(token, now=open_until - timedelta(seconds=1))
    assert found is not None
    assert found.holding is not None
    assert (found.state, found.owner) == ("open", account.person)
    expired = queries.shared_badge(token, now=open_until)
    assert expired is not None
    assert (expired.state, expired.holding, expired.owner) == ("expired", None, None)
    for _ in range(2):
        services.withdraw_share(account=account, digest=link.token_digest, actor=account.person, now=make.NOW)
    withdrawn = queries.shared_badge(token, now=make.NOW)
    assert withdrawn is not None
    assert (withdrawn.state, withdrawn.holding) == ("withdrawn", None)
    assert queries.shared_badge("x" * 32, now=make.NOW) is None


@pytest.mark.django_db
def test_only_the_owner_shares_and_withdraws() -> None:
    account, other = make.account(), make.account()
    holding = held(account)
    link, _ = shared(account, holding)
    for actor in (other.person, None):
        with pytest.raises(NotAllowed):
            shared(account, holding, actor=actor)
        with pytest.raises(NotAllowed):
            services.withdraw_share(account=account, digest=link.token_digest, actor=actor, now=make.NOW)
    with pytest.raises(Refused):
        shared(other, holding)
    with pytest.raises(Refused):
        services.withdraw_share(account=other, digest=link.token_digest, actor=other.person, now=make.NOW)
    link.refresh_from_db()
    assert link.withdrawn_at is None


@pytest.mark.django_db
def test_odd_links_are_refused() -> None:
    account = make.account()
    holding = held(account)
    for changes in ({"days": 3}, {"purpose": "가" * 201}):
        with pytest.raises(Invalid):
            shared(account, holding, **changes)
    for _ in range(services.OPEN_LINKS):
        shared(account, holding, days=None)
    with pytest.raises(Refused, match="너무 많습니다"):
        shared(account, holding)


@pytest.mark.django_db
def test_looks_are_counted() -> None:
    account = make.account()
    link, _ = shared(account, held(account))
    viewer = make.person()
    services.count_view(link=link, owner=account.person, viewer=None, now=make.NOW)
    services.count_view(link=link, owner=account.person, viewer=viewer, now=make.NOW)
    link.refresh_from_db()
    assert (link.view_count, link.last_viewed_at) == (2, make.NOW)
    looks = AuditEvent.objects.filter(action="wallet.view_shared", data_subject_id=account.person_id)
    assert set(looks.values_list("actor_id", flat=True)) == {None, viewer.pk}


@pytest.mark.django_db
def test_a_badge_is_new_until_it_is_seen() -> None:
    holding = held(make.account())
    for days in range(2):
        services.mark_seen(holding=holding, now=make.NOW + timedelta(days=days))
    holding.refresh_from_db()
    assert holding.seen_at == make.NOW
