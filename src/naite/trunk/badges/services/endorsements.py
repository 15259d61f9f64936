"""Asking another organisation to endorse a badge; signing, declining, taking back."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from credcore import issue as credcore_issue
from credcore import jsonio, model, proofs
from credcore.canonical import canonical_sha256
from credcore.errors import CredentialError
from credcore.instants import format_instant
from credcore.status import status_entry
from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ledger import services as ledger
from naite.roots.workflow import Step, Workflow
from naite.trunk.badges import names, policies
from naite.trunk.badges.credentials import Place, issuer_profile
from naite.trunk.badges.models import Achievement, BadgeEndorsement, StatusList
from naite.trunk.badges.services import keys, lists
from naite.trunk.people.models import Organisation, Person

State = BadgeEndorsement.State
WORKFLOW = Workflow(
    Step("accept", (State.ASKED,), State.ACCEPTED, "the endorser signs"),
    Step("decline", (State.ASKED,), State.DECLINED, "the endorser does not"),
    Step("revoke", (State.ACCEPTED,), State.REVOKED, "the endorser takes it back"),
)
MESSAGE_LENGTH, COMMENT_LENGTH, REASON_LENGTH = 500, 1000, 300


def ask(
    *,
    achievement: Achievement,
    endorser: Organisation,
    message: str,
    actor: Person | None,
    now: datetime,
) -> BadgeEndorsement:
    """Ask an organisation to endorse a badge.

    Refuses who may not design the institution's badges, a retired badge, the issuer itself and a closed
    organisation, and a second request while one is open or accepted.
    """
    if not policies.can_design(actor, achievement.organisation, now=now):
        raise NotAllowed(_("이 기관의 배지에 보증을 부탁할 권한이 없습니다."))
    assert actor is not None
    message = _text(message, "message", MESSAGE_LENGTH, "")
    if achievement.retired_at is not None:
        raise Refused(_("지난 판의 배지에는 보증을 부탁할 수 없습니다."), code="retired")
    if endorser.pk == achievement.organisation_id or endorser.closed_on is not None:
        problem = _("보증은 지금 있는 다른 기관에 부탁해 주세요.")
        raise Invalid(problem, code="endorser", fields={"endorser": problem})
    try:
        with transaction.atomic():
            made = BadgeEndorsement.objects.create(
                achievement=achievement, endorser=endorser, message=message, asked_by=actor, asked_at=now
            )
            audit.record("badges.ask_endorsement", actor=actor, now=now, subject=made, endorser=endorser.pk)
    except IntegrityError as error:
        raise Refused(_("이 기관에는 이미 부탁했습니다."), code="asked_before") from error
    return made


def accept(
    *, endorsement: BadgeEndorsement, comment: str, actor: Person | None, now: datetime
) -> BadgeEndorsement:
    """Endorse: a credential of one's own, signed with the endorser's key, with a place in its status list.

    Refuses who may not endorse for the organisation, an empty comment, and a request that was answered.
    """
    _require(endorsement, actor, now)
    comment = _text(comment, "comment", COMMENT_LENGTH, _("어떤 점을 보증하는지 적어 주세요."))
    endorser = endorsement.endorser
    signer = keys.signer_of(organisation=endorser, now=now)
    try:
        with transaction.atomic():
            place = lists.take_places(
                organisation=endorser,
                purpose=StatusList.Purpose.REVOCATION,
                count=1,
                signer=signer,
                now=now,
            )[0]
            unsigned = endorsement_document(endorsement, comment=comment, place=place, now=now)
            signed = credcore_issue.issue(unsigned, signer, created=now)
            ledger.note([canonical_sha256(proofs.without_proof(signed))], kind="endorsement")
            WORKFLOW.move(
                endorsement,
                "accept",
                comment=comment,
                decided_by=actor,
                decided_at=now,
                credential=jsonio.dumps(signed),
                status_list_id=place.list_id,
                status_index=place.index,
            )
            audit.record("badges.endorse", actor=actor, now=now, subject=endorsement)
    except CredentialError as error:
        problem = _("보증하는 말에 서명할 수 없는 글자가 들어 있습니다: %(detail)s") % {"detail": error}
        raise Invalid(problem, code="cannot_sign", fields={"comment": problem}) from error
    return endorsement


@transaction.atomic
def decline(*, endorsement: BadgeEndorsement, actor: Person | None, now: datetime) -> None:
    """Do not endorse. Refuses as ``accept`` does."""
    _require(endorsement, actor, now)
    WORKFLOW.move(endorsement, "decline", decided_by=actor, decided_at=now)
    audit.record("badges.decline_endorsement", actor=actor, now=now, subject=endorsement)


@transaction.atomic
def revoke(*, endorsement: BadgeEndorsement, reason: str, actor: Person | None, now: datetime) -> None:
    """Take an endorsement back for good, with the reason, and say so in the published list."""
    _require(endorsement, actor, now)
    reason = _text(reason, "reason", REASON_LENGTH, _("까닭을 적어 주세요."))
    WORKFLOW.move(endorsement, "revoke", revoked_at=now, revoke_reason=reason)
    assert endorsement.status_list_id is not None and endorsement.status_index is not None
    signer = keys.signer_of(organisation=endorsement.endorser, now=now)
    lists.write_bits(
        list_id=endorsement.status_list_id,
        indexes=[endorsement.status_index],
        value=True,
        signer=signer,
        now=now,
    )
    audit.record("badges.revoke_endorsement", actor=actor, now=now, subject=endorsement, reason=reason)


def endorsement_document(
    endorsement: BadgeEndorsement, *, comment: str, place: Place, now: datetime
) -> dict[str, Any]:
    """The unsigned EndorsementCredential: who says what about which badge (OB 3.0, EndorsementSubject)."""
    achievement = endorsement.achievement
    return {
        "@context": list(model.CONTEXTS),
        "id": f"urn:uuid:{uuid4()}",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": f"{achievement.name} 보증",
        "issuer": model.profile_node(issuer_profile(endorsement.endorser)),
        "validFrom": format_instant(now),
        "credentialSubject": {
            "id": names.achievement_url(achievement.organisation, achievement.id),
            "type": ["EndorsementSubject"],
            "endorsementComment": comment,
        },
        "credentialStatus": status_entry(
            names.status_url(place.list_id), place.index, str(StatusList.Purpose.REVOCATION)
        ),
    }


def _require(endorsement: BadgeEndorsement, actor: Person | None, now: datetime) -> None:
    if not policies.can_endorse(actor, endorsement.endorser, now=now):
        raise NotAllowed(_("이 기관의 이름으로 보증할 권한이 없습니다."))


def _text(text: str, field: str, most: int, ask: str) -> str:
    text = text.strip()
    fault = (
        ask
        if not text
        else _("%(length)d자까지 적을 수 있습니다.") % {"length": most}
        if len(text) > most
        else ""
    )
    if fault:
        raise Invalid(fault, code=f"{field}_fault", fields={field: fault})
    return text
