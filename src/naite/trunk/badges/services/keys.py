"""The keys with which organisations sign: made, kept sealed, rotated, revoked."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from credcore import multibase
from credcore.keys import Signer, public_multikey
from naite.roots import sealing
from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ids import new_id
from naite.roots.sealing.rotation import SealedColumn
from naite.roots.text import tidy
from naite.trunk.badges import names, policies
from naite.trunk.badges.custody import custody_of
from naite.trunk.badges.models import IssuerKey
from naite.trunk.badges.services import lists
from naite.trunk.people.models import Organisation, Person

_PURPOSE = "issuer key"
SEALED = SealedColumn(IssuerKey, "sealed_private", _PURPOSE, lambda row: bytes(row.pk.bytes))


def signer_of(*, organisation: Organisation, now: datetime) -> Signer:
    """Return the organisation's present signer; the first call makes its first key.

    Safe to repeat and at once: one current key per organisation.
    """
    key = _current(organisation)
    if key is None:
        try:
            with transaction.atomic():
                key = _make(organisation, actor=None, now=now)
        except IntegrityError:  # somebody else was first
            key = IssuerKey.objects.get(organisation=organisation, valid_until=None)
    return _open(key)


def rotate_key(*, organisation: Organisation, actor: Person | None, now: datetime) -> IssuerKey:
    """Sign with a new key from now on. The old one stays published with its time, so old badges hold.

    Refuses all but operators and the institution's own staff. Signs the organisation's status lists anew.
    """
    _require(organisation, actor, now)
    try:
        with transaction.atomic():
            _retire(organisation, now)
            made = _make(organisation, actor=actor, now=now)
            lists.sign_again(organisation=organisation, signer=_open(made), now=now)
    except IntegrityError:
        raise Refused(
            _("방금 다른 사람이 열쇠를 바꾸었습니다. 다시 열어 확인해 주세요."), code="rotated_twice"
        ) from None
    return made


def revoke_key(
    *, key: IssuerKey, since: datetime, actor: Person | None, now: datetime, reason: str = ""
) -> IssuerKey:
    """Declare a key compromised from an instant on: what claims to be signed since then is not believed.

    If it was the current key, a new one takes its place; badges signed since must be given anew. Returns the
    current key. Refuses a time in the future and a second, later revocation.
    """
    organisation = key.organisation
    _require(organisation, actor, now)
    if since > now:
        raise Refused(_("폐기한 때는 지금보다 뒤일 수 없습니다."), code="revoked_in_future")
    reason = tidy(reason)
    if len(reason) > 300:
        problem = _("300자까지 적을 수 있습니다.")
        raise Invalid(problem, code="reason_long", fields={"reason": problem})
    with transaction.atomic():
        changed = IssuerKey.objects.filter(pk=key.pk, revoked_at=None).update(
            revoked_at=since, revoke_reason=reason, declared_at=now
        )
        if not changed:
            raise Refused(_("이미 폐기한 열쇠입니다."), code="already_revoked")
        audit.record("badges.revoke_key", actor=actor, now=now, subject=key, since=since)
        current = _current(organisation)
        if current is None or current.pk == key.pk:
            _retire(organisation, now)
            current = _make(organisation, actor=actor, now=now)
        lists.sign_again(organisation=organisation, signer=_open(current), now=now)
    return current


def _require(organisation: Organisation, actor: Person | None, now: datetime) -> None:
    if not policies.can_keep_keys(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 서명 열쇠를 바꿀 권한이 없습니다. 운영자에게 물어보세요."))


def _current(organisation: Organisation) -> IssuerKey | None:
    return IssuerKey.objects.filter(organisation=organisation, valid_until=None).first()


def _retire(organisation: Organisation, now: datetime) -> None:
    IssuerKey.objects.filter(organisation=organisation, valid_until=None).update(valid_until=now)


def _make(organisation: Organisation, *, actor: Person | None, now: datetime) -> IssuerKey:
    row_id, custody = new_id(), settings.ISSUER_KEY_CUSTODY
    public_key, kept = custody_of(custody).make(row_id)
    number = IssuerKey.objects.filter(organisation=organisation).count() + 1
    made = IssuerKey.objects.create(
        id=row_id,
        organisation=organisation,
        fragment=f"key-{number}",
        public_multikey=public_multikey(public_key),
        custody=custody,
        sealed_private=sealing.seal(kept, purpose=_PURPOSE, row=row_id.bytes),
        valid_from=now,
    )
    audit.record("badges.make_key", actor=actor, now=now, subject=made, fragment=made.fragment)
    return made


def _open(key: IssuerKey) -> Signer:
    kept = sealing.unseal(bytes(key.sealed_private), purpose=_PURPOSE, row=key.id.bytes)
    method = f"{names.issuer_did(key.organisation.slug)}#{key.fragment}"
    public_key = multibase.multibase_decode(key.public_multikey)[2:]
    return custody_of(key.custody).signer(kept=kept, public_key=public_key, method=method)
