"""Services of others that a person lets into their wallet (OAuth 2.0 as the Open Badges 3.0 API asks, section 7).

allauth's identity provider keeps the clients and tokens, tokens as digests only; here is what people may do with
them. A client registers itself (RFC 7591) and is worth nothing until a person agrees.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from allauth.idp.oidc.models import Client, Token
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.audit import services as audit
from naite.trunk.people.models import Person

_SCOPE: Final = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
READ: Final = _SCOPE + "credential.readonly"
WRITE: Final = _SCOPE + "credential.upsert"
PROFILE: Final = _SCOPE + "profile.readonly"
SCOPES: Final[dict[str, str | Promise]] = {
    READ: _("배지 지갑에 있는 배지 보기"),
    WRITE: _("배지 지갑에 다른 곳의 배지 넣기"),
    PROFILE: _("이름과, 배지를 받는 내 식별자(DID) 보기"),
}
# A client that nobody agreed to is forgotten after this time.
UNUSED: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Connection:
    """One service that a person let in: since when, and what it may do."""

    client: Client
    since: datetime
    may: tuple[str | Promise, ...]


def connections_of(person: Person, *, now: datetime) -> list[Connection]:
    """Return the services that can still do something for a person, the newest first; two queries at most."""
    tokens = (
        Token.objects.filter(user=person, type__in=(Token.Type.ACCESS_TOKEN, Token.Type.REFRESH_TOKEN))
        .exclude(expires_at__lte=now)
        .exclude(client=None)
        .select_related("client")
        .order_by("created_at", "pk")
    )
    found: dict[str, tuple[Client, datetime, set[str]]] = {}
    for token in tokens:
        assert token.client is not None
        _client, _since, scopes = found.setdefault(token.client.pk, (token.client, token.created_at, set()))
        scopes.update(token.get_scopes())
    return [
        Connection(client, since, tuple(words for scope, words in SCOPES.items() if scope in scopes))
        for client, since, scopes in sorted(found.values(), key=lambda item: item[1], reverse=True)
    ]


def connected(*, client_id: str, scopes: list[str], actor: Person, now: datetime) -> None:
    """Write down that a person let a service in; the tokens are the identity provider's work."""
    audit.record(
        "people.connect_service",
        actor=actor,
        now=now,
        about=actor.pk,
        client=client_id,
        scopes=sorted(scopes),
    )


def disconnect(*, client_id: str, actor: Person, now: datetime) -> bool:
    """Take back at once everything a service was let do for the actor; False when there was nothing."""
    with transaction.atomic():
        gone, _each = Token.objects.filter(user=actor, client_id=client_id).delete()
        if gone:
            audit.record("people.disconnect_service", actor=actor, now=now, about=actor.pk, client=client_id)
    return bool(gone)


def disconnect_all(*, person: Person) -> None:
    """End every service's way in, when somebody leaves."""
    Token.objects.filter(user=person).delete()


def forget_unused(*, now: datetime) -> int:
    """Delete tokens that ended and clients that nobody agreed to in thirty days; safe to repeat.

    Those that an operator entered stay: they did not register themselves and cannot do so again.
    """
    Token.objects.filter(expires_at__lte=now).delete()
    idle = Client.objects.filter(data__dcr=True, created_at__lt=now - UNUSED).exclude(
        Exists(Token.objects.filter(client=OuterRef("pk")))
    )
    gone: int = idle.delete()[0]
    return gone
