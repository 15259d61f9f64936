"""Giving and ending roles: by invitation, or directly by an operator."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.korean import josa
from naite.roots.notices import services as notices
from naite.trunk.people import policies, rules
from naite.trunk.people.models import Invitation, Organisation, Person, Role, RoleAssignment

VALID_FOR = timedelta(days=14)


class InvitationOver(Refused):
    """The invitation was accepted, withdrawn, or is too old."""

    code = "invitation_over"


@transaction.atomic
def invite_staff(
    *,
    email: str,
    organisation: Organisation,
    role: str,
    link: Callable[[str], str],
    actor: Person,
    now: datetime,
) -> Invitation:
    """Ask somebody by e-mail to take a role; ``link`` makes the address of the page from the token.

    Refuses roles the actor may not give there, inviting oneself, an address that is none, and somebody who
    has the role. An open invitation for the same role is withdrawn, so that only the newest link works. The
    token goes into the mail only; the row keeps its SHA-256.
    """
    email = email.strip().lower()
    if role not in policies.roles_to_invite(actor, organisation, now=now):
        raise NotAllowed(_("이 기관에 이 역할을 줄 권한이 없습니다. 상위 기관이나 운영자에게 부탁해 주세요."))
    try:
        validate_email(email)
    except ValidationError:
        message = _("전자우편 주소를 다시 확인해 주세요. 예: name@example.kr")
        raise Invalid(message, code="email", fields={"email": message}) from None
    if actor.email and email == actor.email.lower():
        raise NotAllowed(_("자기 자신은 초대할 수 없습니다. 다른 담당자가 초대해야 합니다."))
    if RoleAssignment.objects.filter(
        person__email=email, organisation=organisation, role=role, valid_until=None
    ).exists():
        message = _("이미 이 역할을 맡고 있는 사람입니다.")
        raise Invalid(message, code="has_role", fields={"email": message})
    Invitation.objects.filter(
        email=email, organisation=organisation, role=role, accepted_at=None, withdrawn_at=None
    ).update(withdrawn_at=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        organisation=organisation,
        role=role,
        token_digest=hashlib.sha256(token.encode()).hexdigest(),
        invited_by=actor,
        invited_at=now,
        expires_at=now + VALID_FOR,
    )
    label = str(Role(role).label)
    notices.send(
        address=email,
        subject=_("[나이테] %(organisation)s에서 %(role)s 초대합니다")
        % {"organisation": organisation.name, "role": josa(label, "으로/로")},
        body=_(
            "%(inviter)s 님이 %(organisation)s의 %(role)s 초대했습니다.\n\n"
            "아래 주소를 열어 받아들여 주세요. 14일 동안 쓸 수 있습니다.\n%(link)s\n\n"
            "모르는 일이라면 이 편지를 지우시면 됩니다."
        )
        % {
            "inviter": actor.name,
            "organisation": organisation.name,
            "role": josa(label, "으로/로"),
            "link": link(token),
        },
        now=now,
    )
    audit.record("people.invite_staff", actor=actor, now=now, subject=invitation, role=role)
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, person: Person, now: datetime) -> RoleAssignment:
    """Take the role that an invitation offers.

    Refuses another person's invitation (the e-mail must be the one invited), one that is withdrawn, too old
    or taken by somebody else, and a closed organisation. Repeating returns the role.
    """
    invitation = Invitation.objects.select_for_update().select_related("organisation").get(pk=invitation.pk)
    if (person.email or "").lower() != invitation.email:
        raise NotAllowed(
            _("%(email)s 앞으로 온 초대입니다. 그 전자우편으로 로그인해 주세요.")
            % {"email": invitation.email}
        )
    if invitation.accepted_by_id == person.pk:
        role = RoleAssignment.objects.filter(
            person=person, organisation=invitation.organisation, role=invitation.role, valid_until=None
        ).first()
        if role:
            return role
    if invitation.withdrawn_at or invitation.accepted_at or invitation.expires_at <= now:
        raise InvitationOver(_("끝난 초대입니다. 초대한 기관에 다시 보내 달라고 해 주세요."))
    if invitation.organisation.closed_on is not None:
        raise InvitationOver(_("문을 닫은 기관의 초대입니다."))
    given = _open_role(person, invitation.organisation, invitation.role, invitation.invited_by, now)
    invitation.accepted_at, invitation.accepted_by = now, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(
        "people.accept_invitation",
        actor=person,
        now=now,
        subject=given,
        about=person.pk,
        role=invitation.role,
    )
    return given


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, actor: Person, now: datetime) -> Invitation:
    """Take an open invitation back. Refuses who could not have sent it. Repeating changes nothing."""
    if invitation.role not in policies.roles_to_invite(actor, invitation.organisation, now=now):
        raise NotAllowed(_("이 초대를 거둘 권한이 없습니다."))
    if invitation.accepted_at:
        raise InvitationOver(_("이미 받아들인 초대입니다. 역할을 끝내려면 구성원 목록에서 끝내 주세요."))
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = now
        invitation.save(update_fields=["withdrawn_at"])
        audit.record("people.withdraw_invitation", actor=actor, now=now, subject=invitation)
    return invitation


@transaction.atomic
def grant_role(
    *, person: Person, organisation: Organisation, role: str, actor: Person, now: datetime
) -> RoleAssignment:
    """Give a role without an invitation, as for the first officer of an office.

    Only operators may, and only roles that exist in the organisation's kind. Repeating returns the role.
    """
    if not (actor.is_active and actor.is_operator):
        raise NotAllowed(_("역할을 바로 주는 일은 운영자만 합니다. 초대를 보내 주세요."))
    if organisation.closed_on is not None or organisation.kind not in rules.ROLE_KINDS[role]:
        raise Invalid(_("이 기관에 없는 역할입니다."), code="role_out_of_place")
    return _open_role(person, organisation, role, actor, now)


@transaction.atomic
def end_role(*, assignment: RoleAssignment, actor: Person, now: datetime) -> RoleAssignment:
    """End a role now; the row stays as history (안전성 확보조치 기준 제5조).

    The person may leave, and whoever may give the role there may end it. Repeating changes nothing.
    """
    assignment = (
        RoleAssignment.objects.select_for_update().select_related("organisation").get(pk=assignment.pk)
    )
    own = assignment.person_id == actor.pk
    if not own and assignment.role not in policies.roles_to_invite(actor, assignment.organisation, now=now):
        raise NotAllowed(_("이 역할을 끝낼 권한이 없습니다."))
    if assignment.valid_until is None:
        assignment.valid_until, assignment.ended_by = now, actor
        assignment.save(update_fields=["valid_until", "ended_by"])
        audit.record(
            "people.end_role",
            actor=actor,
            now=now,
            subject=assignment,
            about=assignment.person_id,
            role=assignment.role,
        )
    return assignment


def _open_role(
    person: Person, organisation: Organisation, role: str, giver: Person, now: datetime
) -> RoleAssignment:
    """Keep an open row, or give back the one that is there, also when two come at once."""
    facts = {"person": person, "organisation": organisation, "role": role, "valid_until": None}
    existing = RoleAssignment.objects.filter(**facts).first()
    if existing:
        return existing
    try:
        with transaction.atomic():
            given = RoleAssignment.objects.create(**facts, valid_from=now, granted_by=giver)
    except IntegrityError:
        return RoleAssignment.objects.get(**facts)
    audit.record("people.give_role", actor=giver, now=now, subject=given, about=person.pk, role=role)
    return given
