"""Keeping the pool of evaluators: profiles, what binds them to institutions, and their declarations."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.catalogue.classification import Category
from naite.trunk.people.models import Organisation, Person, Region, Role
from naite.trunk.people.queries import organisations_where
from naite.trunk.recognition.models import (
    Affiliation,
    ConflictDeclaration,
    DeclaredConflict,
    Evaluator,
    Round,
)
from naite.trunk.recognition.panels import policies

MOST_CONFLICTS = 100


class Outdated(Refused):
    """Somebody else changed the same thing in between."""

    code = "outdated"


def own_profile(*, person: Person, now: datetime) -> Evaluator:
    """Return a person's profile, made at their first visit. Refuses who is no evaluator. Safe to repeat."""
    known = Evaluator.objects.select_related("person", "institute").filter(person=person).first()
    institute = known.institute if known else organisations_where(person, Role.EVALUATOR, now=now).first()
    if institute is None or not policies.is_evaluator(person, institute, now=now):
        raise NotAllowed(_("평가위원의 화면입니다. 국가평생교육진흥원의 초대를 받아야 쓸 수 있습니다."))
    if known is not None:
        return known
    try:
        with transaction.atomic():
            made = Evaluator.objects.create(
                person=person, institute=institute, created_at=now, changed_at=now
            )
    except IntegrityError:  # two first visits at once
        return Evaluator.objects.select_related("person", "institute").get(person=person)
    audit.record("recognition.join_pool", actor=person, now=now, subject=made, about=person.pk)
    return made


@transaction.atomic
def change_profile(
    *,
    evaluator: Evaluator,
    fields: Sequence[str],
    occupation: str,
    qualifications: str,
    is_available: bool,
    revision: int,
    actor: Person,
    now: datetime,
) -> Evaluator:
    """Change what somebody knows and whether they can be given cases.

    Refuses others than the evaluator and the institute's officers, a profile without a field, and
    (``outdated``) when it was changed since the form was opened.
    """
    policies.require_profile(actor, evaluator, now=now)
    chosen = [key for key in Category.values if key in set(fields)]
    if not chosen:
        message = _("분야를 하나 이상 골라 주세요.")
        raise Invalid(message, fields={"areas": message})
    changed = Evaluator.objects.filter(pk=evaluator.pk, revision=revision).update(
        fields=chosen,
        occupation=tidy(occupation)[:120],
        qualifications=qualifications.strip()[:2000],
        is_available=is_available,
        revision=F("revision") + 1,
        changed_at=now,
    )
    if not changed:
        raise Outdated(
            _(
                "다른 창이나 다른 사람이 먼저 고쳤습니다. 아래에 적은 것은 그대로 두었으니, 새로 열어 견주어 주세요."
            )
        )
    evaluator.refresh_from_db()
    audit.record(
        "recognition.change_profile", actor=actor, now=now, subject=evaluator, about=evaluator.person_id
    )
    return evaluator


@transaction.atomic
def add_affiliation(
    *,
    evaluator: Evaluator,
    organisation: Organisation | None,
    region: Region | None,
    title: str,
    valid_from: date,
    valid_until: date | None,
    actor: Person,
    now: datetime,
) -> Affiliation:
    """Note what binds an evaluator to an institution or a municipality; ``valid_until`` is exclusive.

    Refuses both or neither of the two, and a period that runs backwards. What is already assigned is not
    touched: the page of the panel shows the conflict, and the officer replaces.
    """
    policies.require_profile(actor, evaluator, now=now)
    if (organisation is None) == (region is None):
        message = _("기관이나 시군구 가운데 하나만 골라 주세요.")
        raise Invalid(message, fields={"organisation": message})
    if valid_until is not None and valid_until <= valid_from:
        message = _("끝난 날이 시작한 날보다 뒤여야 합니다.")
        raise Invalid(message, fields={"valid_until": message})
    if valid_from > day_of(now):
        message = _("시작한 날이 아직 오지 않았습니다. 맡은 뒤에 적어 주세요.")
        raise Invalid(message, fields={"valid_from": message})
    made = Affiliation.objects.create(
        evaluator=evaluator,
        organisation=organisation,
        region=region,
        title=tidy(title)[:80],
        valid_from=valid_from,
        valid_until=valid_until,
    )
    audit.record(
        "recognition.add_affiliation",
        actor=actor,
        now=now,
        subject=evaluator,
        about=evaluator.person_id,
        organisation=organisation.pk if organisation else None,
        region=region.pk if region else None,
    )
    return made


@transaction.atomic
def end_affiliation(*, affiliation: Affiliation, last_day: date, actor: Person, now: datetime) -> None:
    """Say until which day a bond lasted; it still bars for two years. Safe to repeat.

    Refuses a day before it began, and changing an end that is already noted.
    """
    evaluator = affiliation.evaluator
    policies.require_profile(actor, evaluator, now=now)
    if last_day < affiliation.valid_from:
        message = _("끝난 날이 시작한 날보다 앞섭니다.")
        raise Invalid(message, fields={"last_day": message})
    until = date.fromordinal(last_day.toordinal() + 1)
    changed = Affiliation.objects.filter(pk=affiliation.pk, valid_until=None).update(valid_until=until)
    affiliation.refresh_from_db()
    if changed:
        audit.record(
            "recognition.end_affiliation", actor=actor, now=now, subject=evaluator, about=evaluator.person_id
        )
    elif affiliation.valid_until != until:
        raise Invalid(_("이미 끝난 것으로 적혀 있습니다. 잘못 적었다면 진흥원 담당자에게 알려 주세요."))


@transaction.atomic
def declare(
    *,
    round: Round,
    evaluator: Evaluator,
    conflicts: Mapping[UUID, str],
    actor: Person,
    now: datetime,
) -> ConflictDeclaration:
    """Hand in the declaration for a round: the institutions whose cases one must not see, each with a reason.

    Only the evaluator declares. A later declaration replaces the one before, but never drops an institution:
    whoever once named a conflict keeps it for the round. Refuses an empty reason and unknown institutions.
    """
    if actor.pk != evaluator.person_id or not policies.is_evaluator(actor, evaluator.institute, now=now):
        raise NotAllowed(_("이해충돌 확인서는 평가위원 본인만 냅니다."))
    if round.state != Round.State.PUBLISHED or round.institute_id != evaluator.institute_id:
        raise Invalid(_("지금 평가하는 차수가 아닙니다."), code="round_not_open")
    if len(conflicts) > MOST_CONFLICTS:
        raise Invalid(_("기관은 %(most)d곳까지 적을 수 있습니다.") % {"most": MOST_CONFLICTS})
    reasons = {key: tidy(reason) for key, reason in conflicts.items()}
    if any(not reason or len(reason) > 300 for reason in reasons.values()):
        message = _("기관마다 어떤 관계인지 300자까지 적어 주세요. 예: 2024년까지 강사로 일함")
        raise Invalid(message, fields={"reason": message})
    known = set(Organisation.objects.filter(pk__in=reasons).values_list("pk", flat=True))
    if known != set(reasons):
        raise Invalid(_("없는 기관이 들어 있습니다. 목록에서 다시 골라 주세요."))
    declaration, is_new = ConflictDeclaration.objects.select_for_update().get_or_create(
        round=round, evaluator=evaluator, defaults={"declared_at": now}
    )
    if not is_new:
        declaration.declared_at = now
        declaration.revision += 1
        declaration.save(update_fields=["declared_at", "revision"])
    for key, reason in reasons.items():
        DeclaredConflict.objects.update_or_create(
            declaration=declaration, organisation_id=key, defaults={"reason": reason}
        )
    audit.record(
        "recognition.declare_conflicts",
        actor=actor,
        now=now,
        subject=declaration,
        about=actor.pk,
        organisations=[str(key) for key in reasons],
    )
    return declaration
