"""Showing one's rings as a picture: private until the owner makes a link, and what it shows is chosen."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.records import policies
from naite.trunk.records.models import Entry, LearningAccount
from naite.trunk.records.models.ring_shares import RingShare

MOST_OPEN: Final = 20
TERMS: Final = {"week": timedelta(days=7), "month": timedelta(days=30), "open": None}
State = Literal["open", "expired", "withdrawn", "none"]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What of the rings is shown; nothing but the picture unless the owner wants it."""

    first_year: int
    last_year: int
    name: bool = False
    years: bool = False
    hours: bool = False


def make_share(
    *, account: LearningAccount, shown: Shown, term: str, actor: Person | None, now: datetime
) -> tuple[RingShare, str]:
    """Make a link to the picture; return it and its token, which is kept nowhere.

    Refuses anyone but the owner, years in the wrong order or without anything learnt, an unknown term, and
    more than ``MOST_OPEN`` open links.
    """
    if not policies.can_see_account(actor, account):
        raise NotAllowed(_("나이테는 학습계좌의 주인만 보여 줄 수 있습니다."))
    if shown.first_year > shown.last_year:
        message = _("처음 해가 마지막 해보다 늦습니다.")
        raise Invalid(message, code="years", fields={"first": message})
    if not entries_shown(account, shown.first_year, shown.last_year).exists():
        message = _("고른 해에 배운 것이 없습니다. 다른 해를 골라 주세요.")
        raise Invalid(message, code="nothing_shown", fields={"first": message})
    if term not in TERMS:
        message = _("언제까지 보여 줄지 골라 주세요.")
        raise Invalid(message, code="term", fields={"term": message})
    if sum(state_of(each, now) == "open" for each in shares_of(account)) >= MOST_OPEN:
        raise Refused(
            _("열어 둔 링크가 %(most)s개입니다. 쓰지 않는 링크를 거둔 뒤에 만들어 주세요.")
            % {"most": MOST_OPEN},
            code="too_many_links",
        )
    token = secrets.token_urlsafe(18)
    length = TERMS[term]
    with transaction.atomic():
        share = RingShare.objects.create(
            token_digest=_digest(token),
            account_id=account.pk,
            first_year=shown.first_year,
            last_year=shown.last_year,
            shows_name=shown.name,
            shows_years=shown.years,
            shows_hours=shown.hours,
            created_at=now,
            expires_at=now + length if length else None,
        )
        audit.record(
            "records.share_rings",
            actor=actor,
            now=now,
            subject=account,
            about=account.person_id,
            link=str(share.id),
        )
    return share, token


@transaction.atomic
def withdraw_share(*, account: LearningAccount, share_id: UUID, actor: Person | None, now: datetime) -> None:
    """Close a link for good. Refuses anyone but the owner. Safe to repeat."""
    if not policies.can_see_account(actor, account):
        raise NotAllowed(_("링크는 학습계좌의 주인만 거둘 수 있습니다."))
    changed = RingShare.objects.filter(account_id=account.pk, id=share_id, withdrawn_at=None).update(
        withdrawn_at=now
    )
    if changed:
        audit.record(
            "records.unshare_rings",
            actor=actor,
            now=now,
            subject=account,
            about=account.person_id,
            link=str(share_id),
        )


def shares_of(account: LearningAccount) -> QuerySet[RingShare]:
    """Return the links of an account, the latest first."""
    return RingShare.objects.filter(account_id=account.pk).order_by("-created_at", "-id")


def state_of(share: RingShare, now: datetime) -> State:
    if share.withdrawn_at is not None:
        return "withdrawn"
    return "expired" if share.expires_at is not None and share.expires_at <= now else "open"


def find(token: str, *, now: datetime) -> tuple[State, RingShare | None, LearningAccount | None]:
    """Return what a token leads to; the share and the account only while the link is open."""
    share = RingShare.objects.filter(pk=_digest(token)).first()
    if share is None:
        return "none", None, None
    state = state_of(share, now)
    account = (
        LearningAccount.objects.filter(pk=share.account_id, closed_at=None).select_related("person").first()
    )
    if state == "open" and account is None:
        return "withdrawn", None, None
    return (state, share, account) if state == "open" else (state, None, None)


def count_view(share: RingShare) -> None:
    RingShare.objects.filter(pk=share.pk).update(view_count=F("view_count") + 1)


def entries_shown(account: LearningAccount, first_year: int, last_year: int) -> QuerySet[Entry]:
    """Return the live entries of these years."""
    return Entry.objects.filter(
        account_id=account.pk,
        voided_at=None,
        completed_on__year__gte=first_year,
        completed_on__year__lte=last_year,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
