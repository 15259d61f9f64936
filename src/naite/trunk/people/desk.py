"""Serving people at a desk: finding them, visits, and consents on paper."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.roots.text import tidy
from naite.trunk.people import cards
from naite.trunk.people.models import DeskVisit, LearningCard, Organisation, PaperConsent, Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.people.queries import regions_ever

LASTS = timedelta(minutes=30)
MOST_A_DAY = 300


def require_desk(actor: Person, organisation: Organisation, *, now: datetime) -> None:
    """Refuse anybody who does not serve at this organisation's desk."""
    if organisation.closed_on is not None or not has_role(actor, organisation, Role.DESK_STAFF, now=now):
        raise NotAllowed(_("이 기관의 창구 담당자만 할 수 있습니다."))


def _reason(reason: str) -> str:
    reason = tidy(reason)[:200]
    if not reason:
        message = _("왜 찾는지 적어 주세요. 찾은 분도 이 글을 봅니다.")
        raise Invalid(message, code="no_reason", fields={"reason": message})
    return reason


def served_by(organisation: Organisation) -> QuerySet[Person]:
    """Return the people a desk may look up by name: those of its municipality, and those it has served.

    People who handle other people's data are left to themselves.
    """
    known = Q(desk_visits__organisation=organisation) | Q(paper_consents__organisation=organisation)
    known |= Q(cards__organisation=organisation)
    if organisation.region is not None:
        known |= Q(region_id__in=regions_ever(organisation.region))
    return Person.objects.filter(known, is_active=True).distinct()


@transaction.atomic
def find(
    *,
    organisation: Organisation,
    name: str,
    birth_date: date | None,
    reason: str,
    actor: Person,
    now: datetime,
) -> list[Person]:
    """Return the people with exactly this name and birth date whom this desk may serve.

    Refuses who is not at the desk, and a look-up without a reason. Every look-up is logged, for the people
    found as well as for nobody found, and there is a bound a day, because guessing names is not serving.
    """
    require_desk(actor, organisation, now=now)
    reason = _reason(reason)
    fields = {}
    if not name.strip():
        fields["name"] = _("이름을 적어 주세요.")
    if birth_date is None:
        fields["birth_date"] = _("생년월일을 적어 주세요.")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="find_faults", fields=fields)
    today = audit_count(actor, now=now)
    if today >= MOST_A_DAY:
        raise Refused(_("오늘은 더 찾을 수 없습니다. 운영자에게 알려 주세요."), code="too_many")
    people = list(
        served_by(organisation)
        .filter(name=" ".join(name.split()), birth_date=birth_date)
        .select_related("region__parent")[:10]
    )
    audit.record(
        "people.find_person",
        actor=actor,
        now=now,
        subject=organisation,
        reason=reason,
        organisation=str(organisation.pk),
        people=[person.pk for person in people],
    )
    return people


def audit_count(actor: Person, *, now: datetime) -> int:
    """Return how often somebody looked people up within the last day."""
    return audit.count_of("people.find_person", actor=actor, since=now - timedelta(days=1))


@transaction.atomic
def begin(
    *, organisation: Organisation, person_id: UUID, reason: str, actor: Person, now: datetime
) -> DeskVisit:
    """Begin to serve somebody found by name. Refuses who is not at the desk, and people it may not serve."""
    require_desk(actor, organisation, now=now)
    reason = _reason(reason)
    person = served_by(organisation).filter(pk=person_id).first()
    if person is None:
        raise NotAllowed(
            _("이 창구에서 도울 수 있는 분이 아닙니다. 다른 지역 분이면 학습카드와 비밀번호로 확인해 주세요.")
        )
    return _begin(organisation, person, DeskVisit.How.NAME, reason, actor, now)


def begin_by_card(
    *, organisation: Organisation, text: str, pin: str, reason: str, actor: Person, now: datetime
) -> DeskVisit:
    """Begin to serve the holder of a card. With the PIN from anywhere; without it, whom the desk may serve."""
    require_desk(actor, organisation, now=now)
    reason = _reason(reason)
    if pin:
        card = cards.prove(text=text, pin=pin, now=now)
        return _begin(organisation, card.person, DeskVisit.How.CARD_PIN, reason, actor, now)
    found = cards.by_number(text)
    if found is None:
        message = _("카드를 찾지 못했습니다. 번호를 다시 보거나 이름과 생년월일로 찾아 주세요.")
        raise Invalid(message, code="no_card", fields={"card": message})
    if not served_by(organisation).filter(pk=found.person_id).exists():
        message = _("다른 지역에서 만든 카드입니다. 본인이 비밀번호를 넣으면 도울 수 있습니다.")
        raise Invalid(message, code="card_elsewhere", fields={"pin": message})
    return _begin(organisation, found.person, DeskVisit.How.CARD, reason, actor, now)


@transaction.atomic
def _begin(
    organisation: Organisation, person: Person, how: str, reason: str, actor: Person, now: datetime
) -> DeskVisit:
    if cards.needs_stronger_sign_in(person, now=now):
        raise NotAllowed(_("업무를 보는 계정은 창구에서 대신 다루지 않습니다. 본인이 로그인해야 합니다."))
    if person.pk == actor.pk:
        raise NotAllowed(_("자기 계정은 창구에서 다룰 수 없습니다."))
    visit = DeskVisit.objects.create(
        person=person,
        organisation=organisation,
        staff=actor,
        how=how,
        reason=reason,
        began_at=now,
        ends_at=now + LASTS,
    )
    audit.record(
        "people.begin_desk_visit",
        actor=actor,
        now=now,
        subject=visit,
        about=person.pk,
        how=how,
        reason=reason,
        organisation=str(organisation.pk),
    )
    return visit


def begin_with_new(
    *, organisation: Organisation, person: Person, reason: str, actor: Person, now: datetime
) -> DeskVisit:
    """Begin to serve somebody whose account was opened at this desk just now."""
    require_desk(actor, organisation, now=now)
    return _begin(organisation, person, DeskVisit.How.OPENED, _reason(reason), actor, now)


@transaction.atomic
def end(*, visit: DeskVisit, actor: Person, now: datetime) -> DeskVisit:
    """End a visit before its half hour is over. Only who serves. Repeating changes nothing."""
    if visit.staff_id != actor.pk:
        raise NotAllowed(_("이 창구의 일을 맡은 사람만 끝낼 수 있습니다."))
    if DeskVisit.objects.filter(pk=visit.pk, ends_at__gt=now).update(ends_at=now):
        visit.ends_at = now
        audit.record("people.end_desk_visit", actor=actor, now=now, subject=visit, about=visit.person_id)
    return visit


def require_on(visit: DeskVisit, *, actor: Person, now: datetime) -> DeskVisit:
    """Refuse when a visit is over, is somebody else's, or the role behind it ended."""
    if visit.staff_id != actor.pk:
        raise NotAllowed(_("다른 담당자가 맡은 일입니다."))
    require_desk(actor, visit.organisation, now=now)
    if not visit.is_on(now):
        raise NotAllowed(_("30분이 지나 끝났습니다. 더 도우려면 다시 찾아 주세요."))
    return visit


@transaction.atomic
def issue_card(*, visit: DeskVisit, pin: str, actor: Person, now: datetime) -> LearningCard:
    """Make a card for the person at the desk; they chose the PIN."""
    require_on(visit, actor=actor, now=now)
    return cards.issue(person=visit.person, pin=pin, organisation=visit.organisation, actor=actor, now=now)


@transaction.atomic
def set_pin(*, visit: DeskVisit, pin: str, actor: Person, now: datetime) -> LearningCard:
    """Give the card of the person at the desk a new PIN and unlock it."""
    require_on(visit, actor=actor, now=now)
    card = cards.live_card(visit.person)
    if card is None:
        raise Refused(_("카드가 없습니다. 새 카드를 만들어 주세요."), code="no_card")
    return cards.set_pin(card=card, pin=pin, actor=actor, now=now)


@transaction.atomic
def end_card(*, visit: DeskVisit, actor: Person, now: datetime) -> None:
    """End the lost card of the person at the desk."""
    require_on(visit, actor=actor, now=now)
    if card := cards.live_card(visit.person):
        cards.end(card=card, reason=_("잃어버림"), actor=actor, now=now)


@transaction.atomic
def take_paper(
    *,
    person: Person,
    organisation: Organisation,
    kind: str,
    file: StoredFile | None,
    kept_where: str,
    actor: Person,
    now: datetime,
    signed_by: str = "",
    relation: str = "",
) -> PaperConsent:
    """Keep that a signed paper was taken. Refuses one that is neither scanned nor kept anywhere."""
    require_desk(actor, organisation, now=now)
    kept_where = tidy(kept_where)[:120]
    if file is None and not kept_where:
        message = _("동의서를 찍은 파일을 올리거나, 종이를 둔 곳을 적어 주세요.")
        raise Invalid(message, code="no_paper", fields={"paper": message})
    paper = PaperConsent.objects.create(
        person=person,
        organisation=organisation,
        kind=kind,
        file=file,
        kept_where=kept_where,
        signed_by=tidy(signed_by)[:60],
        relation=tidy(relation)[:40],
        taken_by=actor,
        taken_at=now,
    )
    audit.record(
        "people.take_paper",
        actor=actor,
        now=now,
        subject=paper,
        about=person.pk,
        kind=str(kind),
        organisation=str(organisation.pk),
    )
    return paper


def visits_today(organisation: Organisation, staff: Person, *, now: datetime) -> QuerySet[DeskVisit]:
    """Return whom a member of staff served within the last day, latest first."""
    return (
        DeskVisit.objects.filter(organisation=organisation, staff=staff, began_at__gt=now - timedelta(days=1))
        .select_related("person")
        .order_by("-began_at", "-id")
    )
