"""Letting somebody act for oneself: by a code, for chosen things, until a day; and guardians of children."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, start_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.people import rules
from naite.trunk.people.models import Person, Representation

CODE_LASTS = timedelta(days=7)
DAYS = (7, 30, 90, 365)
MOST = 5
ADULT = 19
# Without signs that look alike.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 12


class InvitationOver(Refused):
    """The code was used, withdrawn, or is too old."""

    code = "invitation_over"


@dataclass(frozen=True)
class Scopes:
    """What a representative may see and do."""

    sections: frozenset[int] = field(default_factory=frozenset)
    certificates: bool = False
    courses: bool = False
    badges: bool = False


def fourteenth_birthday(born: date) -> date:
    """Return the day on which a person is 14; born on 29 February, 1 March."""
    try:
        return born.replace(year=born.year + rules.MINIMUM_AGE)
    except ValueError:
        return date(born.year + rules.MINIMUM_AGE, 3, 1)


def code_digest(code: str) -> str:
    """Return the digest of a code, however it was typed."""
    kept = "".join(char for char in code.upper() if char in _SIGNS)
    return hashlib.sha256(kept.encode()).hexdigest()


def show_code(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


@transaction.atomic
def invite(
    *, principal: Person, scopes: Scopes, relation: str, days: int, actor: Person, now: datetime
) -> tuple[Representation, str]:
    """Make a code by which somebody becomes one's representative; return it with the row, which keeps a digest.

    Refuses anyone but the person, children under 14 (their guardian acts for them), nothing chosen, a
    certificate without a section to print, an unknown length, and a sixth representative.
    """
    if actor.pk != principal.pk:
        raise NotAllowed(_("대리인은 본인만 정할 수 있습니다."))
    born = principal.birth_date
    if born and rules.age_on(born, day_of(now)) < rules.MINIMUM_AGE:
        raise NotAllowed(_("14세가 되면 대리인을 정할 수 있습니다. 지금은 보호자가 대신합니다."))
    fields = {}
    relation = tidy(relation)[:40]
    if not relation:
        fields["relation"] = _("누구인지 적어 주세요. 예: 손녀")
    if not (scopes.sections or scopes.courses or scopes.badges):
        fields["sections"] = _("맡길 것을 하나 이상 골라 주세요.")
    elif scopes.certificates and not scopes.sections:
        fields["sections"] = _("증명서를 맡기려면 볼 수 있는 기록도 골라 주세요.")
    if days not in DAYS:
        fields["days"] = _("언제까지 맡길지 골라 주세요.")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="representation_faults", fields=fields)
    if len([row for row in of_principal(principal) if row.is_on(now) or row.is_open(now)]) >= MOST:
        raise Invalid(_("대리인은 다섯 명까지입니다. 쓰지 않는 것을 먼저 거두어 주세요."), code="too_many")
    code = "".join(secrets.choice(_SIGNS) for _ in range(_CODE_LENGTH))
    row = Representation.objects.create(
        kind=Representation.Kind.REPRESENTATIVE,
        principal=principal,
        relation=relation,
        sections=sorted(scopes.sections),
        certificates=scopes.certificates,
        courses=scopes.courses,
        badges=scopes.badges,
        code_digest=code_digest(code),
        invited_at=now,
        invitation_ends_at=now + CODE_LASTS,
        valid_until=now + timedelta(days=days),
    )
    audit.record(
        "people.invite_representative",
        actor=actor,
        now=now,
        subject=row,
        about=principal.pk,
        relation=relation,
        days=days,
    )
    return row, code


def by_code(code: str) -> Representation | None:
    """Return the invitation a code stands for, whatever its state."""
    return Representation.objects.filter(code_digest=code_digest(code)).select_related("principal").first()


@transaction.atomic
def accept(*, code: str, actor: Person, now: datetime) -> Representation:
    """Become a person's representative.

    Refuses an unknown code, one that was used by another, withdrawn or is too old, the principal, children,
    and somebody who represents this person already. Repeating returns the row.
    """
    found = by_code(code)
    if found is None:
        raise InvitationOver(_("맞는 번호가 없습니다. 받은 번호를 다시 확인해 주세요."))
    row = Representation.objects.select_for_update().select_related("principal").get(pk=found.pk)
    if row.representative_id == actor.pk and row.is_on(now):
        return row
    if row.principal_id == actor.pk:
        raise NotAllowed(_("자기 자신의 대리인이 될 수 없습니다."))
    if actor.birth_date and rules.age_on(actor.birth_date, day_of(now)) < rules.MINIMUM_AGE:
        raise NotAllowed(_("14세 미만은 대리인이 될 수 없습니다."))
    if not row.is_open(now):
        raise InvitationOver(_("이미 쓰였거나 기한이 지난 번호입니다. 새 번호를 달라고 해 주세요."))
    row.representative, row.accepted_at = actor, now
    try:
        with transaction.atomic():
            row.save(update_fields=["representative", "accepted_at"])
    except IntegrityError:
        raise Refused(
            _("이미 이분의 대리인입니다. 바꾸려면 먼저 전의 것을 거두어야 합니다."), code="already"
        ) from None
    audit.record("people.accept_representation", actor=actor, now=now, subject=row, about=row.principal_id)
    return row


@transaction.atomic
def end(*, row: Representation, actor: Person, now: datetime) -> Representation:
    """End a representation at once. The principal and the representative may, and a child's guardian only
    the guardian. Repeating changes nothing."""
    row = Representation.objects.select_for_update().get(pk=row.pk)
    may = {row.representative_id}
    if row.kind == Representation.Kind.REPRESENTATIVE:
        may.add(row.principal_id)
    if actor.pk not in may:
        raise NotAllowed(_("본인과 대리인만 거둘 수 있습니다."))
    if row.ended_at is None:
        row.ended_at, row.ended_by = now, actor
        row.save(update_fields=["ended_at", "ended_by"])
        audit.record("people.end_representation", actor=actor, now=now, subject=row, about=row.principal_id)
    return row


@transaction.atomic
def become_guardian(*, child: Person, guardian: Person, relation: str, now: datetime) -> Representation:
    """Link a guardian to a child under 14, until the child's 14th birthday (개인정보 보호법 제22조의2).

    Refuses a child who is none, a guardian who is not of age or whose birth date is unknown, and an empty
    relation. Repeating returns the link.
    """
    today = day_of(now)
    if child.birth_date is None or rules.age_on(child.birth_date, today) >= rules.MINIMUM_AGE:
        raise Invalid(
            _("14세 미만일 때만 법정대리인이 필요합니다."),
            code="no_child",
            fields={"birth_date": _("14세부터는 본인이 직접 만듭니다.")},
        )
    if guardian.birth_date is None:
        raise NotAllowed(_("먼저 ‘내 정보’에 보호자의 생년월일을 적어 주세요."))
    if rules.age_on(guardian.birth_date, today) < ADULT:
        raise NotAllowed(_("법정대리인은 19세 이상이어야 합니다."))
    relation = tidy(relation)[:40]
    if not relation:
        message = _("아이와 어떤 사이인지 적어 주세요. 예: 어머니")
        raise Invalid(message, code="relation", fields={"relation": message})
    existing = Representation.objects.filter(
        principal=child, representative=guardian, ended_at=None, accepted_at__isnull=False
    ).first()
    if existing:
        return existing
    row = Representation.objects.create(
        kind=Representation.Kind.GUARDIAN,
        principal=child,
        representative=guardian,
        relation=relation,
        invited_at=now,
        accepted_at=now,
        valid_until=start_of(fourteenth_birthday(child.birth_date)),
    )
    audit.record("people.become_guardian", actor=guardian, now=now, subject=row, about=child.pk)
    return row


def of_principal(principal: Person) -> QuerySet[Representation]:
    """Return everybody a person ever let act for them, latest first."""
    return (
        Representation.objects.filter(principal=principal)
        .select_related("representative")
        .order_by("-invited_at", "-id")
    )


def held_by(representative: Person, *, now: datetime) -> QuerySet[Representation]:
    """Return for whom somebody may act now."""
    return (
        Representation.objects.filter(
            Q(ended_at=None, valid_until__gt=now), representative=representative, accepted_at__isnull=False
        )
        .select_related("principal")
        .order_by("principal__name", "id")
    )


def words_of(row: Representation, sections: Collection[tuple[int, object]]) -> list[str]:
    """Return what a representation covers, in words; ``sections`` names the sections."""
    if row.kind == Representation.Kind.GUARDIAN:
        return [_("모든 것")]
    said = [str(label) for number, label in sections if number in row.sections]
    said += [_("증명서 발급")] if row.certificates else []
    said += [_("강좌 신청과 취소")] if row.courses else []
    said += [_("배지 보기")] if row.badges else []
    return said
