"""Keeping credentials and showing them to others."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from credcore import jsonio
from credcore.errors import MalformedInput
from credcore.keys import Ed25519Key
from naite.roots import sealing
from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.sealing.rotation import SealedColumn
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet import policies, rules
from naite.trunk.wallet.models import HolderKey, Holding, Share

HOLDER_KEY = "holder key"
SEALED = SealedColumn(HolderKey, "sealed_private", HOLDER_KEY, lambda row: bytes(row.account_id.bytes))
PURPOSE_LENGTH = 200
OPEN_LINKS = 50


def holder_did(*, account_id: UUID, now: datetime) -> str:
    """Return the DID under which an account receives badges; the first call makes it.

    A did:key, because it needs no server to stay resolvable and says nothing about its owner; never the
    e-mail address, which changes hands, nor the account's id, which never leaves. Safe to repeat and at once.
    """
    known = HolderKey.objects.filter(account_id=account_id).values_list("did", flat=True).first()
    if known is not None:
        return known
    key = Ed25519Key.generate()
    with transaction.atomic():
        return _make_holder(account_id, key, now)


def _make_holder(account_id: UUID, key: Ed25519Key, now: datetime) -> str:
    HolderKey.objects.bulk_create(
        [
            HolderKey(
                account_id=account_id,
                did=key.did_key,
                sealed_private=sealing.seal(key.seed, purpose=HOLDER_KEY, row=account_id.bytes),
                created_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    did = HolderKey.objects.get(account_id=account_id).did
    if did == key.did_key:  # nobody else was first
        audit.record("wallet.make_holder_key", actor=None, now=now, account=account_id)
    return did


def hold(
    *,
    account_id: UUID,
    credential: bytes,
    source: Holding.Source,
    award_id: UUID | None = None,
    now: datetime,
) -> Holding:
    """Put a credential into a wallet, byte for byte. Safe to repeat: the same bytes are kept once.

    Refuses bytes that are no JSON credential.
    """
    try:
        document = jsonio.loads(credential)
    except MalformedInput as error:
        raise Invalid(
            _("이 파일에서 배지 정보를 찾지 못했습니다. 원본 파일을 올려 주세요."), code="not_a_badge"
        ) from error
    face = rules.face_of(document, held_at=now)
    digest = hashlib.sha256(credential).hexdigest()
    row = Holding(
        account_id=account_id,
        source=source,
        award_id=award_id,
        credential=credential,
        sha256=digest,
        title=face.title or str(_("이름 없는 배지")),
        issuer_name=face.issuer_name,
        area=face.area,
        badge_type=face.badge_type,
        issued_at=face.issued_at,
        held_at=now,
    )
    with transaction.atomic():
        Holding.objects.bulk_create([row], ignore_conflicts=True)
        kept = Holding.objects.get(account_id=account_id, sha256=digest)
        if kept.id == row.id:  # it was not there before
            audit.record("wallet.hold", actor=None, now=now, subject=kept, source=str(source))
    return kept


def mark_seen(*, holding: Holding, now: datetime) -> None:
    """Remember that the owner looked at a badge, once: it is new no more."""
    if holding.seen_at is None:
        Holding.objects.filter(account_id=holding.account_id, id=holding.id, seen_at=None).update(seen_at=now)


def share(
    *,
    account: LearningAccount,
    holding_id: UUID,
    purpose: str,
    days: int | None,
    shows_name: bool,
    actor: Person | None,
    now: datetime,
) -> tuple[Share, str]:
    """Make a link to one badge and return it with its token, which is not kept and cannot be shown again.

    Refuses all but the owner, a badge that is not in the wallet, and more links than anybody watches over.
    """
    _require_owner(actor, account)
    purpose = " ".join(purpose.split())
    if len(purpose) > PURPOSE_LENGTH:
        message = _("%(length)d자까지 적을 수 있습니다.") % {"length": PURPOSE_LENGTH}
        raise Invalid(message, code="purpose_long", fields={"purpose": message})
    if days not in rules.LINK_DAYS:
        ask = _("언제까지 보여 줄지 고르세요.")
        raise Invalid(ask, code="days_unknown", fields={"days": ask})
    if not Holding.objects.filter(account_id=account.id, id=holding_id).exists():
        raise Refused(_("지갑에 그런 배지가 없습니다."), code="holding_unknown")
    links = Share.objects.filter(account_id=account.id, holding_id=holding_id, withdrawn_at=None)
    if links.count() >= OPEN_LINKS:
        raise Refused(
            _("이 배지의 링크가 너무 많습니다. 쓰지 않는 링크를 거두고 다시 해 주세요."),
            code="too_many_links",
        )
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        row = Share.objects.create(
            token_digest=digest_of(token),
            account_id=account.id,
            holding_id=holding_id,
            purpose=purpose,
            shows_name=shows_name,
            created_at=now,
            expires_at=now + timedelta(days=days) if days is not None else None,
        )
        audit.record("wallet.share", actor=actor, now=now, about=account.person_id, holding=holding_id)
    return row, token


def withdraw_share(*, account: LearningAccount, digest: str, actor: Person | None, now: datetime) -> None:
    """End a link at once. Refuses all but the owner; repeating changes nothing."""
    _require_owner(actor, account)
    changed = Share.objects.filter(token_digest=digest, account_id=account.id, withdrawn_at=None).update(
        withdrawn_at=now
    )
    if changed:
        audit.record("wallet.withdraw_share", actor=actor, now=now, about=account.person_id)
    elif not Share.objects.filter(token_digest=digest, account_id=account.id).exists():
        raise Refused(_("그런 링크가 없습니다."), code="share_unknown")


def count_view(*, link: Share, owner: Person, viewer: Person | None, now: datetime) -> None:
    """Count one look at a shared badge, and record who looked at whose data; strangers by their place."""
    with transaction.atomic():
        Share.objects.filter(pk=link.pk).update(view_count=F("view_count") + 1, last_viewed_at=now)
        audit.record("wallet.view_shared", actor=viewer, now=now, about=owner.pk, holding=link.holding_id)


def digest_of(token: str) -> str:
    """The form in which a link's token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _require_owner(actor: Person | None, account: LearningAccount) -> None:
    if not policies.can_use_wallet(actor, account):
        raise NotAllowed(_("이 지갑의 주인만 할 수 있습니다."))
