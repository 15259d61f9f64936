"""Badges of others into the wallet: checked when they come and from time to time afterwards."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from credcore.errors import CredentialError
from credcore.verify import read_credential
from naite.flows import pathways, verification
from naite.flows.verification import Verification
from naite.roots.errors import Invalid
from naite.roots.fetching import GuardedClient
from naite.roots.korean import josa
from naite.roots.notices import services as notices
from naite.trunk.badges import names
from naite.trunk.badges.models import BadgeNumber
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet import imports
from naite.trunk.wallet.imports import Found
from naite.trunk.wallet.models import HolderKey, Holding

# Badges that were changed or are none are not kept. One that was revoked or is over is: it was earned.
_NOT_KEPT = frozenset({"altered", "not_a_badge"})


def bring_in(
    *,
    account: LearningAccount,
    data: bytes,
    mine: bool,
    actor: Person | None,
    now: datetime,
    client: GuardedClient | None = None,
) -> tuple[Holding, Verification, bool]:
    """Check some bytes and keep them in the wallet; returns the badge, what was found, and whether it is new.

    Refuses what is no badge, what was changed after it was signed, a badge that was given here to somebody else,
    and one that names another owner, unless ``mine`` says that it is the person's own under another address.
    """
    if not data or len(data) > verification.LARGEST:
        raise verification.too_large()
    found = verification.verify_bytes(data, now=now, client=client)
    if found.report.verdict in _NOT_KEPT:
        message = f"{found.title}. {found.explanation}"
        raise Invalid(message, code=found.report.verdict, fields={"file": message})
    document = _document(found)
    here = _given_here(document, account)
    if here is not None:
        return here, found, False
    named = names_owner(document, did=_holder_did(account), addresses=addresses_of(account.person))
    if named is False and not mine:
        message = _(
            "이 배지는 다른 이메일 주소로 준 것입니다. 내 것이 맞으면 아래 ‘다른 주소로 받은 내 배지입니다’를 고르고 다시 해 주세요."
        )
        raise Invalid(message, code="other_owner", fields={"mine": message})
    holding, fresh = imports.bring_in(
        account=account,
        data=data,
        found=_facts(found, document, owned=named is True),
        actor=actor,
        now=now,
    )
    if fresh and holding.owned and holding.verdict == "valid":
        pathways.walk(account_ids=[account.pk], now=now)
    return holding, found, fresh


def names_owner(document: Mapping[str, Any], *, did: str, addresses: Iterable[str]) -> bool | None:
    """Whether a badge names this owner: by DID, or by an e-mail address, plain or hashed.

    None where it names nobody that can be compared. Open Badges 3.0 ``IdentityObject`` and 2.0 ``IdentityObject``:
    ``sha256$`` of the address followed by the salt.
    """
    subject = document.get("credentialSubject")
    subject = subject if isinstance(subject, Mapping) else {}
    claims: list[tuple[str, str]] = []
    if isinstance(subject.get("id"), str) and subject["id"].startswith("did:"):
        claims.append((subject["id"], ""))
    listed = subject.get("identifier")
    for item in listed if isinstance(listed, list) else [listed]:
        if isinstance(item, Mapping) and item.get("identityType") in ("emailAddress", "email"):
            claims.append((str(item.get("identityHash", "")), str(item.get("salt", ""))))
    recipient = document.get("recipient")
    if isinstance(recipient, Mapping) and recipient.get("type") == "email":
        claims.append((str(recipient.get("identity", "")), str(recipient.get("salt", ""))))
    claims = [(claim, salt) for claim, salt in claims if claim]
    if not claims:
        return None
    return any(_is(claim, salt, did, list(addresses)) for claim, salt in claims)


def addresses_of(person: Person) -> list[str]:
    """Return the person's own addresses that were confirmed."""
    return [person.email] if person.email else []


def recheck_due(*, now: datetime) -> int:
    """Enqueue checks of imported badges that are due, some dozens a task; returns how many."""
    claimed = imports.due(now=now)
    if claimed:
        recheck.enqueue(holdings=[[str(account_id), str(holding_id)] for account_id, holding_id in claimed])
    return len(claimed)


@task()
def recheck(holdings: list[list[str]]) -> int:
    """Check badges again and tell owners of those that are valid no more; safe to repeat."""
    return sum(
        check_again(account_id=UUID(account_id), holding_id=UUID(holding_id), now=timezone.now())
        for account_id, holding_id in holdings
    )


def check_again(
    *, account_id: UUID, holding_id: UUID, now: datetime, client: GuardedClient | None = None
) -> bool:
    """Check one imported badge; returns whether its owner was told that it is valid no more."""
    holding = (
        Holding.objects.select_related("account__person").filter(account_id=account_id, id=holding_id).first()
    )
    if holding is None or holding.source != Holding.Source.IMPORT:
        return False
    found = verification.verify_bytes(bytes(holding.credential), now=now, client=client)
    ended = imports.checked(
        holding=holding, outcome=found.report.outcome, verdict=found.report.verdict, now=now
    )
    person = holding.account.person
    if ended:
        notices.tell(
            to=person,
            subject=_("가져온 배지가 더는 유효하지 않습니다: %(badge)s") % {"badge": holding.title},
            body=_(
                "%(name)s 님, 안녕하세요.\n\n"
                "배지 지갑에 가져온 %(badge)s 다시 확인했더니 %(says)s\n"
                "까닭은 준 곳에 물어보세요: %(issuer)s\n"
            )
            % {
                "name": person.name,
                "badge": josa(_("배지 ‘%(badge)s’") % {"badge": holding.title}, "을/를"),
                "says": found.title + ".",
                "issuer": holding.issuer_name,
            },
            now=now,
            dedupe_key=f"import-ended:{holding.id}:{found.report.verdict}",
        )
    return ended


def _document(found: Verification) -> Mapping[str, Any]:
    if found.report.credential is not None:
        return found.report.credential
    try:
        return read_credential(found.report.source)[0]
    except CredentialError:
        return {}


def _facts(found: Verification, document: Mapping[str, Any], *, owned: bool) -> Found:
    badge = found.badge
    return Found(
        container=found.report.container,
        standard=found.report.format,
        key=imports.key_of(found.report.issuer or "", str(document.get("id") or "")),
        title=badge.title[:200] if badge else "",
        issuer_name=(badge.issuer_name or badge.issuer_id)[:200] if badge else "",
        area=badge.area if badge else "",
        badge_type=badge.badge_type if badge else "",
        issued_at=badge.issued_at if badge else None,
        outcome=found.report.outcome,
        verdict=found.report.verdict,
        owned=owned,
    )


def _given_here(document: Mapping[str, Any], account: LearningAccount) -> Holding | None:
    """The wallet's own badge when these bytes are it, perhaps with its proof of the chain.

    Refuses a badge that was given here to somebody else.
    """
    badge_id = names.badge_id_of(str(document.get("id") or ""))
    number = BadgeNumber.objects.filter(badge_id=badge_id).first() if badge_id else None
    if number is None:
        return None
    if number.account_id != account.pk:
        message = _("이 배지는 다른 사람에게 준 것이어서 내 지갑에 넣을 수 없습니다.")
        raise Invalid(message, code="given_to_another", fields={"file": message})
    return Holding.objects.filter(account_id=account.pk, award_id=number.award_id).first()


def _holder_did(account: LearningAccount) -> str:
    return HolderKey.objects.filter(account_id=account.pk).values_list("did", flat=True).first() or ""


def _is(claim: str, salt: str, did: str, addresses: list[str]) -> bool:
    if claim.startswith("did:"):
        return bool(did) and claim == did
    kind, dollar, digest = claim.partition("$")
    if not dollar:
        return claim.strip().lower() in (address.lower() for address in addresses)
    if kind not in ("sha256", "md5"):
        return False
    return any(
        hmac.compare_digest(hashlib.new(kind, (form + salt).encode()).hexdigest(), digest.lower())
        for address in addresses
        for form in {address, address.lower()}
    )
