"""Reading rounds, and whether an institution may apply in one."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from naite.roots.dates import day_of
from naite.trunk.people.models import Organisation
from naite.trunk.people.rules import FACILITIES
from naite.trunk.recognition.models import Application, Round

Phase = Literal["draft", "cancelled", "announced", "open", "closed"]
Kind = Organisation.Kind
# They run the procedure, or are no institution of lifelong education at all (평생교육법 제2조제2호).
REFUSED_KINDS = frozenset({Kind.MINISTRY, Kind.NATIONAL_INSTITUTE, Kind.PROVINCIAL_INSTITUTE, Kind.COMPANY})
NEEDS_BASIS = FACILITIES | {Kind.HUB}


def phase_of(round: Round, *, now: datetime) -> Phase:
    """Where a round stands: its state, and after publication what its dates make of it."""
    if round.state == Round.State.DRAFT:
        return "draft"
    if round.state == Round.State.CANCELLED:
        return "cancelled"
    if now < round.opens_at:
        return "announced"
    return "open" if now < round.closes_at else "closed"


def rounds() -> QuerySet[Round]:
    """Return all rounds with how many applications were handed in, newest first."""
    handed_in = ~Q(applications__state=Application.State.DRAFT)
    return Round.objects.select_related("criteria", "institute").annotate(
        application_count=Count("applications", filter=handed_in)
    )


def round_of(round_id: UUID) -> Round | None:
    return Round.objects.select_related("criteria", "institute").filter(pk=round_id).first()


def announced() -> QuerySet[Round]:
    """Return the rounds that the public sees."""
    return (
        Round.objects.exclude(state=Round.State.DRAFT).exclude(published_at=None).select_related("criteria")
    )


def taking_applications(*, now: datetime) -> QuerySet[Round]:
    return Round.objects.filter(
        state=Round.State.PUBLISHED, opens_at__lte=now, closes_at__gt=now
    ).select_related("criteria")


def why_not(round: Round, organisation: Organisation, *, on: date) -> str:
    """Return why an institution may not apply in a round, with the rule; empty when it may."""
    kind = Kind(organisation.kind)
    if kind in REFUSED_KINDS:
        return _(
            "%(kind)s: 평가인정을 신청하는 평생교육기관이 아닙니다(평생교육법 제2조제2호, 제23조제2항)."
        ) % {"kind": kind.label}
    if organisation.closed_on is not None and organisation.closed_on <= on:
        return _("문을 닫은 기관은 신청할 수 없습니다.")
    if kind in NEEDS_BASIS and not organisation.legal_basis:
        return _(
            "기관의 법적 근거가 등록되지 않았습니다. 평생교육법에 따라 인가·등록·신고한 근거를 먼저 등록해 주세요"
            "(평생교육법 제2조제2호)."
        )
    if round.scope == Round.Scope.ALL:
        return ""
    if round.scope == Round.Scope.NAMED:
        if round.scopes.filter(organisation=organisation).exists():
            return ""
        return _("이 차수는 공고에서 정한 기관만 신청할 수 있습니다. 공고의 대상 기관을 확인해 주세요.")
    city = round.scopes.filter(region_id=organisation.region_id).first() if organisation.region_id else None
    if city is None:
        return _("이 차수는 평생학습도시에 있는 기관만 신청할 수 있습니다. 공고의 대상 지역을 확인해 주세요.")
    since = city.since
    if since is not None and since > on:
        return _("기관이 있는 곳은 %(day)s부터 평생학습도시입니다. 그날부터 신청할 수 있습니다.") % {
            "day": f"{since:%Y.%m.%d}"
        }
    return ""


def open_for(organisation: Organisation, *, now: datetime) -> list[tuple[Round, str]]:
    """Return the rounds that take applications now, each with why this institution may not apply, if so."""
    on = day_of(now)
    return [
        (row, why_not(row, organisation, on=on)) for row in taking_applications(now=now).order_by("closes_at")
    ]
