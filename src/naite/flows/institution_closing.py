"""Closing an institution, or merging it into another: what follows is listed before, and done by rule after.

Nothing is deleted. Learners' entries, certificates and badges stay as they are, under the institution's name of their
day. Without a successor runs that have not begun are cancelled and applications withdrawn; a run that has begun must
be brought to its end first. A successor goes on with courses (and so their recognitions), runs and applications.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.roots.dates import day_of
from naite.roots.errors import Invalid, Refused
from naite.roots.notices import services as notices
from naite.roots.text import tidy
from naite.trunk.badges.models import Achievement, Award
from naite.trunk.badges.services import closing as badges
from naite.trunk.catalogue import succession as catalogue
from naite.trunk.catalogue.models import Course, Listing
from naite.trunk.delivery.services import passing_on as delivery
from naite.trunk.people import services as people
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.people.offices import can_close
from naite.trunk.people.queries import offices_with, staff_of
from naite.trunk.people.registry import access
from naite.trunk.people.registry import closing as registry
from naite.trunk.people.registry import rules as registry_rules
from naite.trunk.recognition.applications import succession as applications
from naite.trunk.recognition.models import Recognition
from naite.trunk.recognition.queries import live
from naite.trunk.records.models import Entry

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Consequence:
    """One kind of thing that the closing touches: how many, which, and by which rule. ``blocks`` forbids it."""

    key: str
    label: str | Promise
    count: int
    rule: str | Promise
    names: tuple[str, ...] = ()
    blocks: bool = False


def consequences(
    organisation: Organisation, into: Organisation | None, *, now: datetime
) -> list[Consequence]:
    """Return what the closing would touch, in the order of the page; what blocks it comes first."""
    runs: list[Any] = list(delivery.open_runs(organisation, now=now))
    begun = [run for run in runs if run.begins is not None and run.begins <= now]
    to_come = [run for run in runs if run.begins is None or run.begins > now]
    cases = list(applications.under_way(organisation).select_related("course__current"))
    late = [case for case in cases if not applications.withdrawable(case)]
    recognised = list(
        Recognition.objects.filter(live(day_of(now)), course__organisation=organisation).select_related(
            "course__current"
        )
    )
    found = [
        Consequence(
            "begun",
            _("진행 중인 수업"),
            len(begun),
            _("이어받는 기관이 그대로 이어 갑니다. 신청, 출석, 차시는 바뀌지 않습니다.")
            if into
            else _("먼저 수업을 마치거나, 이어받을 기관을 골라 주세요."),
            _names(run.version.title for run in begun),
            blocks=into is None,
        ),
        Consequence(
            "runs",
            _("아직 시작하지 않은 수업"),
            len(to_come),
            _("이어받는 기관이 엽니다.")
            if into
            else _("폐강합니다. 신청한 사람에게 까닭을 알립니다. 낸 수강료는 기관이 돌려주어야 합니다."),
            _names(run.version.title for run in to_come),
        ),
        Consequence(
            "recognitions",
            _("유효한 평가인정"),
            len(recognised),
            _("과정과 함께 이어받는 기관으로 갑니다. 인정번호와 유효기간은 그대로입니다.")
            if into
            else _(
                "취소하지 않고 남습니다. 이미 마친 수업은 계속 인정되고, 새 수업은 열 수 없습니다. "
                "국가평생교육진흥원에 알립니다."
            ),
            _names(
                f"{row.number} {row.course.current.title if row.course.current else ''}" for row in recognised
            ),
        ),
        Consequence(
            "applications",
            _("진행 중인 평가인정 신청"),
            len(cases) - (0 if into else len(late)),
            _("이어받는 기관의 신청이 됩니다. 거칠 기관과 기한은 그대로입니다.")
            if into
            else _("취하합니다. 까닭이 이력에 남습니다."),
            _names(case.number or _("쓰는 중") for case in cases if into or case not in late),
        ),
        Consequence(
            "late",
            _("결과가 정해진 평가인정 신청"),
            0 if into else len(late),
            _("취하할 수 없습니다. 심의와 승인은 그대로 진행됩니다."),
            _names(case.number for case in late),
        ),
        Consequence(
            "courses",
            _("학습과정"),
            Course.objects.filter(organisation=organisation, retired_at=None).count(),
            _("이어받는 기관으로 갑니다.") if into else _("남습니다. 새 수업은 열 수 없습니다."),
        ),
        Consequence(
            "listings",
            _("올린 강좌 안내"),
            Listing.objects.filter(supplier=organisation, run_id=None, withdrawn_at=None).count(),
            _("강좌 찾기에서 내립니다."),
        ),
        Consequence(
            "badges",
            _("주고 있는 배지"),
            Achievement.objects.filter(organisation=organisation, retired_at=None).count(),
            _("더는 주지 않습니다."),
        ),
        Consequence(
            "members",
            _("구성원의 역할"),
            RoleAssignment.objects.filter(organisation=organisation, valid_until=None).count(),
            _("오늘 끝냅니다. 초대도 거둡니다. 이어받는 기관은 필요한 사람을 새로 초대합니다.")
            if into
            else _("오늘 끝냅니다. 초대도 거둡니다."),
        ),
        Consequence(
            "entries",
            _("학습자의 학습이력"),
            Entry.objects.filter(organisation_id=organisation.pk).count(),
            _("그대로 남습니다. 기관 이름은 그때의 이름입니다."),
        ),
        Consequence(
            "awards",
            _("이미 준 배지"),
            Award.objects.filter(achievement__organisation=organisation).count(),
            _("그대로 남고 누구나 확인할 수 있습니다."),
        ),
    ]
    return sorted((each for each in found if each.count), key=lambda each: not each.blocks)


def digest_of(found: Iterable[Consequence], into: Organisation | None) -> str:
    """Return what a confirmation refers to: when it differs, what was listed is not what would be done."""
    text = "\n".join([str(into and into.pk), *(f"{each.key}:{each.count}:{each.blocks}" for each in found)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def close(
    *,
    organisation: Organisation,
    on: date,
    into: Organisation | None,
    reason: str,
    seen: str,
    actor: Person,
    now: datetime,
) -> Organisation:
    """Close an institution from a day on, or merge it into another, and do all that was listed.

    Refuses who may not, what ``close_organisation`` refuses, a missing reason, a run that has begun without a
    successor (``hindered``), a successor of a kind that runs no courses or beyond the actor's reach (its staff come to see those who are enrolled),
    and a list that has changed since it was
    shown (``changed_meanwhile``). Safe to repeat: a closed institution stays as it is.
    """
    row = (
        Organisation.objects.select_for_update(of=("self",)).select_related("parent").get(pk=organisation.pk)
    )
    if row.closed_on is not None:
        return row
    reason = " ".join(tidy(reason).split())
    if not 2 <= len(reason) <= 200:
        message = _("까닭을 2자에서 200자 사이로 적어 주세요. 신청한 사람과 이력에 그대로 알립니다.")
        raise Invalid(message, code="reason", fields={"reason": message})
    if into is not None and into.kind not in registry_rules.KINDS:
        message = _("이어받는 곳은 평생교육기관이어야 합니다.")
        raise Invalid(message, code="into", fields={"into": message})
    if into is not None and not _in_reach(into, actor, now):
        message = _(
            "맡은 지역의 기관에만 합칠 수 있습니다. 다른 지역의 기관과 합치려면 국가평생교육진흥원에 부탁해 주세요."
        )
        raise Invalid(message, code="into_elsewhere", fields={"into": message})
    found = consequences(row, into, now=now)
    people.close_organisation(organisation=row, on=on, into=into, actor=actor, now=now)
    if seen != digest_of(found, into):
        raise Refused(
            _("그 사이에 신청이나 수업이 달라졌습니다. 아래 목록을 다시 보고 눌러 주세요."),
            code="changed_meanwhile",
        )
    if any(each.blocks for each in found):
        raise Refused(
            _("진행 중인 수업이 있어 닫을 수 없습니다. 수업을 마치거나 이어받을 기관을 골라 주세요."),
            code="hindered",
        )
    if into is not None:
        catalogue.pass_on(organisation=row, into=into, actor=actor, now=now)
        delivery.pass_on(organisation=row, into=into, actor=actor, now=now)
        applications.pass_on(organisation=row, into=into, actor=actor, now=now)
    else:
        why = (_("기관 폐쇄: %(reason)s") % {"reason": reason})[:200]
        delivery.cancel_all(organisation=row, reason=why, actor=actor, now=now)
        applications.withdraw_all(organisation=row, reason=why, actor=actor, now=now)
    catalogue.withdraw_listings(organisation=row, actor=actor, now=now)
    badges.retire_all(organisation=row, actor=actor, now=now)
    registry.settle(organisation=row, on=on, into=into, reason=reason, actor=actor, now=now)
    if into is None and any(each.key in {"recognitions", "late"} for each in found):
        _tell_nation(row, found, now)
    return row


def _in_reach(into: Organisation, actor: Person, now: datetime) -> bool:
    return access.seen_by(actor, now=now).filter(pk=into.pk).exists() or can_close(actor, into, now=now)


def _tell_nation(row: Organisation, found: Iterable[Consequence], now: datetime) -> None:
    """Let the national institute know of recognitions whose institution is no more."""
    lines = [f"{each.label}: {each.count}" for each in found if each.key in {"recognitions", "late"}]
    nation = offices_with({Role.NATIONAL_OFFICER}, now=now).filter(kind=Organisation.Kind.NATIONAL_INSTITUTE)
    for office in nation:
        held = staff_of(office, now=now).filter(role=Role.NATIONAL_OFFICER)
        for person in {item.person_id: item.person for item in held}.values():
            notices.tell(
                to=person,
                subject=_("%(name)s: 문을 닫은 기관의 평가인정") % {"name": row.name},
                body="\n".join([row.name, "", *lines, "", f"{settings.BASE_URL}/institutions/{row.slug}/"]),
                now=now,
                dedupe_key=f"closed:{row.pk}:{person.pk}",
            )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    every = list(names)
    if len(every) <= SHOWN:
        return tuple(every)
    return (*every[:SHOWN], _("그 밖에 %(n)s개") % {"n": len(every) - SHOWN})
