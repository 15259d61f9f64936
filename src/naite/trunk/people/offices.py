"""Writing organisations: entering, correcting, closing."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people import policies, queries, rules
from naite.trunk.people.models import InstitutionFile, Organisation, OrganisationChange, Person, Region
from naite.trunk.people.registry import access


@dataclass(frozen=True)
class OrganisationFacts:
    """What is said of an organisation. ``slug`` goes into its issuer address and never changes."""

    name: str
    kind: str
    legal_basis: str = ""
    teaches_school_subjects: bool | None = None
    parent: Organisation | None = None
    region: Region | None = None
    address: str = ""
    phone: str = ""
    homepage_url: str = ""


def sentence(field: str, fault: str) -> str:
    """Return what is said at a field of an organisation that cannot be kept."""
    return {
        ("name", "empty"): _("기관 이름을 적어 주세요."),
        ("slug", "shape"): _("주소 이름은 영문 소문자, 숫자, 붙임표로 2~60자입니다. 예: mapo-learning"),
        ("slug", "taken"): _("이미 쓰는 주소 이름입니다. 다른 이름을 적어 주세요."),
        ("kind", "unknown"): _("기관 종류를 골라 주세요."),
        ("legal_basis", "needed"): _("이 종류의 기관은 법적 근거를 골라야 합니다."),
        ("legal_basis", "out_of_place"): _("이 종류의 기관에는 법적 근거를 적지 않습니다. 비워 주세요."),
        ("teaches_school_subjects", "unanswered"): _("학교 교과를 가르치는 학원인지 답해 주세요."),
        ("teaches_school_subjects", "school_subjects"): _(
            "학교교과교습학원은 등록할 수 없습니다. 평생교육법 제2조제2호나목은 학원 가운데 학교교과교습학원을 "
            "뺀 평생직업교육 학원만 평생교육기관으로 봅니다."
        ),
        ("parent", "rank"): _("상위 기관이 될 수 없는 곳입니다. 한 단계 위의 기관을 골라 주세요."),
        ("parent", "closed"): _("문을 닫은 기관 아래에는 둘 수 없습니다."),
        ("parent", "circle"): _("이 기관의 아래에 있는 기관은 상위 기관이 될 수 없습니다."),
        ("region", "past"): _("지금 쓰는 지역 이름에서 골라 주세요."),
    }[field, fault]


def organisation_faults(
    facts: OrganisationFacts, *, slug: str, organisation: Organisation | None, now: datetime
) -> dict[str, str]:
    """Return a sentence for each field that cannot be kept; ``organisation`` is the one being corrected."""
    parent = facts.parent
    faults = rules.organisation_faults(
        name=facts.name,
        slug=slug,
        kind=facts.kind,
        legal_basis=facts.legal_basis,
        teaches_school_subjects=facts.teaches_school_subjects,
        parent_kind=parent.kind if parent else None,
    )
    if organisation is None and "slug" not in faults and Organisation.objects.filter(slug=slug).exists():
        faults["slug"] = "taken"
    if parent and parent.closed_on is not None and parent.pk != getattr(organisation, "parent_id", None):
        faults["parent"] = "closed"
    if parent and organisation and organisation.pk in {parent.pk, *(o.pk for o in queries.above(parent))}:
        faults["parent"] = "circle"
    if facts.region and not facts.region.is_valid_on(timezone.localdate(now)):
        faults["region"] = "past"
    return {field: sentence(field, fault) for field, fault in faults.items()}


def _check(facts: OrganisationFacts, slug: str, organisation: Organisation | None, now: datetime) -> None:
    fields = organisation_faults(facts, slug=slug, organisation=organisation, now=now)
    if fields:
        code = (
            "school_subject_hagwon"
            if facts.teaches_school_subjects and "teaches_school_subjects" in fields
            else "organisation_faults"
        )
        first = fields["teaches_school_subjects"] if code == "school_subject_hagwon" else ""
        raise Invalid(first or _("적은 내용을 확인해 주세요."), code=code, fields=fields)


def _write(organisation: Organisation, facts: OrganisationFacts) -> None:
    organisation.name = " ".join(facts.name.split())
    organisation.kind = facts.kind
    organisation.legal_basis = facts.legal_basis
    organisation.parent = facts.parent
    organisation.region = facts.region
    organisation.address = facts.address.strip()
    organisation.phone = facts.phone.strip()
    organisation.homepage_url = facts.homepage_url.strip()


@transaction.atomic
def create_organisation(
    *, facts: OrganisationFacts, slug: str, actor: Person, now: datetime, id: UUID | None = None
) -> Organisation:
    """Enter an organisation of one of the kinds of row A3 under its parent.

    Refuses who may not enter this kind there, hagwon that tutor school subjects (평생교육법 제2조제2호나목),
    a facility without its legal basis, a taken or misshapen slug, and a parent of no higher rank.
    """
    if facts.kind not in policies.kinds_to_found(actor, facts.parent, now=now):
        raise NotAllowed(_("이 자리에 이 종류의 기관을 등록할 권한이 없습니다. 상위 기관에 부탁해 주세요."))
    _check(facts, slug, None, now)
    organisation = Organisation(slug=slug, created_at=now, **({"id": id} if id else {}))
    _write(organisation, facts)
    organisation.save(force_insert=True)
    audit.record("people.create_organisation", actor=actor, now=now, subject=organisation, kind=facts.kind)
    return organisation


@transaction.atomic
def change_organisation(
    *, organisation: Organisation, facts: OrganisationFacts, actor: Person, now: datetime
) -> Organisation:
    """Correct what is said of an organisation; its slug stays.

    Refuses like ``create_organisation``; staff of the organisation itself may not change kind or parent.
    """
    if not policies.can_change_organisation(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 정보를 바꿀 권한이 없습니다."))
    moved = facts.kind != organisation.kind or facts.parent != organisation.parent
    if moved and facts.kind not in policies.kinds_to_found(actor, facts.parent, now=now):
        raise NotAllowed(_("기관 종류와 상위 기관은 상위 기관의 담당자만 바꿀 수 있습니다."))
    _check(facts, organisation.slug, organisation, now)
    _require_registry(organisation, facts)
    former = organisation.name
    _write(organisation, facts)
    organisation.save()
    if organisation.name != former:  # its badges go on under the former name
        note_change(organisation, OrganisationChange.Kind.RENAMED, day_of(now), former, None, actor, now)
    audit.record("people.change_organisation", actor=actor, now=now, subject=organisation)
    return organisation


def can_close(actor: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person closes an organisation: who could enter it, or decides on its page in the registry."""
    return organisation.kind in policies.kinds_to_found(
        actor, organisation.parent, now=now
    ) or access.can_decide(actor, organisation, now=now)


@transaction.atomic
def close_organisation(
    *,
    organisation: Organisation,
    on: date,
    into: Organisation | None = None,
    actor: Person,
    now: datetime,
) -> Organisation:
    """Mark an organisation as closed from a day on; its records, recognitions and badges stay.

    ``into`` names the organisation that it was merged with. Refuses who may not enter such organisations, a day
    in the future, an organisation with open ones below it, and a merger with itself or with a closed one.
    Repeating changes nothing.
    """
    if not can_close(actor, organisation, now=now):
        raise NotAllowed(_("기관을 닫는 일은 상위 기관의 담당자가 합니다."))
    if organisation.closed_on is not None:
        return organisation
    if on > timezone.localdate(now):
        raise Invalid(
            _("오늘이나 지난 날을 적어 주세요."), code="future", fields={"on": _("앞으로 올 날입니다.")}
        )
    if organisation.children.filter(closed_on=None).exists():
        raise Invalid(_("아래에 있는 기관을 먼저 옮기거나 닫아 주세요."), code="has_children")
    if into is not None and (into.pk == organisation.pk or into.closed_on is not None):
        problem = _("합쳐진 곳은 지금 있는 다른 기관이어야 합니다.")
        raise Invalid(problem, code="into", fields={"into": problem})
    organisation.closed_on = on
    organisation.save(update_fields=["closed_on"])
    kind = OrganisationChange.Kind.MERGED if into else OrganisationChange.Kind.CLOSED
    note_change(organisation, kind, on, organisation.name, into, actor, now)
    audit.record("people.close_organisation", actor=actor, now=now, subject=organisation, on=on)
    return organisation


def _require_registry(organisation: Organisation, facts: OrganisationFacts) -> None:
    """Refuse what only the registry changes: once an institution has a page there, its name, basis and place
    follow from a proposal with proof or the office's correction, so that the page's history tells all of it."""
    if not InstitutionFile.objects.filter(organisation=organisation).exists():
        return
    kept = (organisation.name, organisation.kind, organisation.legal_basis, organisation.region_id)
    wanted = (
        " ".join(facts.name.split()),
        facts.kind,
        facts.legal_basis,
        facts.region.pk if facts.region else None,
    )
    if (*wanted, facts.address.strip()) != (*kept, organisation.address):
        raise Refused(
            _(
                "기관 대장에 오른 기관입니다. 이름, 종류, 법적 근거, 지역, 주소는 기관 대장에서 변경을 신청하거나 "
                "담당 기관이 정정합니다. 전화번호와 누리집은 여기서 바꿀 수 있습니다."
            ),
            code="in_registry",
        )


def note_change(
    organisation: Organisation,
    kind: OrganisationChange.Kind,
    on: date,
    former_name: str,
    into: Organisation | None,
    actor: Person | None,
    now: datetime,
) -> None:
    """Keep what became of an organisation; badges go on under the name that it had."""
    OrganisationChange.objects.create(
        organisation=organisation,
        kind=kind,
        on=on,
        former_name=former_name,
        into=into,
        by=actor,
        at=now,
    )
