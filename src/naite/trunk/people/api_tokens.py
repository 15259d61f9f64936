"""Tokens of programs: made, shown once, recognised, revoked; and requests that are answered once."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import ApiRequest, ApiToken, Organisation, Person
from naite.trunk.people.policies import can_run_courses

PREFIX = "naite_"
DAYS = (30, 90, 365)
MOST_LIVE = 20
KEEPS_ANSWERS = timedelta(days=30)
_USED_EVERY = timedelta(minutes=1)
Scope = ApiToken.Scope
PERSONAL = frozenset(
    {
        Scope.RECORD_READ,
        Scope.PACKAGES_READ,
        Scope.PLANS_READ,
        Scope.QUESTIONS_READ,
        Scope.QUESTIONS_WRITE,
    }
)
INSTITUTIONAL = frozenset(
    {
        Scope.COMPLETIONS_WRITE,
        Scope.COMPLETIONS_READ,
        Scope.AWARDS_WRITE,
        Scope.AWARDS_READ,
        Scope.RECOGNITION_WRITE,
    }
)


def can_manage(person: Person | None, organisation: Organisation | None, *, now: datetime) -> bool:
    """Whether a person makes and revokes tokens: everyone their own, course staff their institution's."""
    if person is None or not person.is_active:
        return False
    return organisation is None or can_run_courses(person, organisation, now=now)


def issue(
    *,
    organisation: Organisation | None,
    name: str,
    scopes: Collection[str],
    days: int,
    actor: Person,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which is nowhere kept and cannot be shown again.

    Refuses who may not, a token without name or scope, scopes that do not belong to its kind, another life
    than 30, 90 or 365 days, and more than twenty live tokens. Not repeatable: each call makes one.
    """
    if not can_manage(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 강좌 담당자만 API 토큰을 만들 수 있습니다."))
    fields: dict[str, str] = {}
    name = " ".join(name.split())
    allowed = INSTITUTIONAL if organisation else PERSONAL
    if not name or len(name) > 60:
        fields["name"] = _("어디에 쓰는지 60자까지 적어 주세요. 예: 학사 시스템")
    if not scopes or not set(scopes) <= allowed:
        fields["scopes"] = _("허락할 일을 하나 이상 골라 주세요.")
    if days not in DAYS:
        fields["days"] = _("30일, 90일, 365일 가운데 하나를 골라 주세요.")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), fields=fields)
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        # One at a time, so that the limit holds.
        Person.objects.select_for_update().get(pk=actor.pk)
        live = tokens_of(actor, organisation).filter(revoked_at=None, expires_at__gt=now)
        if live.count() >= MOST_LIVE:
            raise Refused(
                _("쓰는 토큰이 %(most)s개를 넘을 수 없습니다. 안 쓰는 것을 먼저 거두어 주세요.")
                % {"most": MOST_LIVE},
                code="too_many_tokens",
            )
        token = ApiToken.objects.create(
            person=actor,
            organisation=organisation,
            name=name,
            scopes=sorted(set(scopes)),
            digest=_digest(secret),
            ending=secret[-4:],
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        audit.record(
            "people.issue_token",
            actor=actor,
            now=now,
            subject=token,
            about=None if organisation else actor.pk,
            scopes=token.scopes,
        )
    return token, secret


def revoke(*, token_id: UUID, actor: Person, now: datetime) -> ApiToken:
    """End a token at once. Refuses who may not manage it. Safe to repeat: the first time stands."""
    token = ApiToken.objects.select_related("organisation").get(pk=token_id)
    allowed = token.person_id == actor.pk or token.organisation is not None
    if not allowed or not can_manage(actor, token.organisation, now=now):
        raise NotAllowed(_("이 토큰을 거둘 권한이 없습니다."))
    with transaction.atomic():
        changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
            revoked_at=now, revoked_by=actor
        )
        if changed:
            about = None if token.organisation else actor.pk
            audit.record("people.revoke_token", actor=actor, now=now, subject=token, about=about)
    token.refresh_from_db()
    return token


def recognise(secret: str, *, now: datetime) -> ApiToken | None:
    """Return the live token of a secret and note its use, at most once a minute."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    token = (
        ApiToken.objects.filter(
            digest=_digest(secret), revoked_at=None, expires_at__gt=now, person__is_active=True
        )
        .select_related("person", "organisation")
        .first()
    )
    if token is not None and (token.last_used_at is None or token.last_used_at < now - _USED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def tokens_of(person: Person, organisation: Organisation | None) -> QuerySet[ApiToken]:
    """Return an institution's tokens, or a person's own, newest first."""
    mine = Q(organisation=organisation) if organisation else Q(organisation=None, person=person)
    return ApiToken.objects.filter(mine).select_related("person", "revoked_by").order_by("-created_at", "-id")


def once(
    *, owner_id: UUID, key: str, asked: bytes, work: Callable[[], dict[str, Any]], now: datetime
) -> tuple[dict[str, Any], bool]:
    """Do the work and keep its answer under a key; return the answer, and whether it was there already.

    The key, the work and the answer commit together. The same key with the same request returns the kept
    answer without doing anything, also at once; with another request it is refused. What the work refuses
    leaves no key behind. Answers are kept for thirty days.
    """
    if not 8 <= len(key) <= 64 or not key.isascii() or not key.isprintable():
        raise Invalid(
            _("Idempotency-Key 머리글에 요청마다 다른 8~64자의 값을 보내 주세요. 예: UUID"),
            code="idempotency_key",
        )
    digest = hashlib.sha256(asked).hexdigest()
    with transaction.atomic():
        kept = _kept(owner_id, key, digest)
        if kept is not None:
            return kept, True
        try:
            with transaction.atomic():
                row = ApiRequest.objects.create(owner_id=owner_id, key=key, digest=digest, asked_at=now)
        except IntegrityError:
            # Somebody asked the same at the same time and was answered first.
            return _kept(owner_id, key, digest) or {}, True
        row.answer = work()
        row.save(update_fields=["answer"])
        return row.answer, False


def forget_answers(*, now: datetime) -> int:
    """Delete answers that were kept for long enough."""
    return ApiRequest.objects.filter(asked_at__lt=now - KEEPS_ANSWERS).delete()[0]


def _kept(owner_id: UUID, key: str, digest: str) -> dict[str, Any] | None:
    row = ApiRequest.objects.filter(owner_id=owner_id, key=key).first()
    if row is None:
        return None
    if row.digest != digest:
        raise Refused(
            _("같은 Idempotency-Key로 다른 내용을 보냈습니다. 새 요청에는 새 값을 보내 주세요."),
            code="idempotency_conflict",
        )
    answer: dict[str, Any] = row.answer
    return answer


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
