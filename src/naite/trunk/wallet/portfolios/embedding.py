"""A small card of one badge that other web pages may frame: off unless the owner turns it on for that badge."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet.models import BadgeEmbed, Holding
from naite.trunk.wallet.portfolios import policies
from naite.trunk.wallet.services import digest_of

MOST_SITES = 5
# An origin as frame-ancestors wants it: nothing in it can end a directive or begin another.
_ORIGIN = re.compile(
    r"https://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::\d{2,5})?"
)


def sites_in(text: str) -> list[str]:
    """Read the addresses of web pages, one a line, as origins. Refuses what is no https address, none, and many."""
    found: list[str] = []
    for line in text.split():
        origin = "/".join(line.strip().lower().split("/")[:3])
        if not _ORIGIN.fullmatch(origin) or len(origin) > 200:
            message = _("‘%(site)s’ 주소를 확인해 주세요. https://로 시작하는 누리집 주소여야 합니다.") % {
                "site": line[:60]
            }
            raise Invalid(message, code="site", fields={"sites": message})
        if origin not in found:
            found.append(origin)
    if not 1 <= len(found) <= MOST_SITES:
        message = _("카드를 보일 누리집 주소를 하나부터 %(most)d개까지 적어 주세요.") % {"most": MOST_SITES}
        raise Invalid(message, code="sites", fields={"sites": message})
    return found


def turn_on(
    *,
    account: LearningAccount,
    holding_id: UUID,
    sites: Sequence[str],
    shows_name: bool,
    actor: Person | None,
    now: datetime,
) -> tuple[BadgeEmbed, str]:
    """Turn the card of a badge on and return it with the token of its address; a former card ends.

    Refuses all but the owner and a badge that is not in the wallet.
    """
    _require(account, actor)
    if not Holding.objects.filter(account_id=account.pk, id=holding_id).exists():
        raise Refused(_("지갑에 그런 배지가 없습니다."), code="holding_unknown")
    token = secrets.token_urlsafe(24)
    try:
        with transaction.atomic():
            _end(account, holding_id, now)
            made = BadgeEmbed.objects.create(
                token_digest=digest_of(token),
                account_id=account.pk,
                holding_id=holding_id,
                sites=list(sites),
                shows_name=shows_name,
                made_at=now,
            )
            audit.record(
                "wallet.embed_badge",
                actor=actor,
                now=now,
                subject=account,
                about=account.person_id,
                holding=holding_id,
            )
    except IntegrityError as error:
        raise Refused(
            _("방금 다른 창에서 카드를 켰습니다. 다시 열어 확인해 주세요."), code="twice"
        ) from error
    return made, token


@transaction.atomic
def turn_off(*, account: LearningAccount, holding_id: UUID, actor: Person | None, now: datetime) -> None:
    """Turn the card off at once. Refuses all but the owner; repeating changes nothing."""
    _require(account, actor)
    if _end(account, holding_id, now):
        audit.record(
            "wallet.end_embed",
            actor=actor,
            now=now,
            subject=account,
            about=account.person_id,
            holding=holding_id,
        )


def _end(account: LearningAccount, holding_id: UUID, now: datetime) -> int:
    return BadgeEmbed.objects.filter(account_id=account.pk, holding_id=holding_id, ended_at=None).update(
        ended_at=now
    )


def _require(account: LearningAccount, actor: Person | None) -> None:
    if not policies.can_compose(actor, account):
        raise NotAllowed(_("이 지갑의 주인만 할 수 있습니다."))
