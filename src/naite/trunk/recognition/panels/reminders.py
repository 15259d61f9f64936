"""Reminding evaluators of reviews that are due or late."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day
from naite.roots.errors import Refused
from naite.roots.notices import services as notices
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Application, Assignment, Panel
from naite.trunk.recognition.panels import policies

AHEAD = timedelta(days=3)
EVERY = timedelta(days=3)
_IN_REVIEW = (Application.State.IN_REVIEW, Application.State.RE_REVIEW)


def open_reviews() -> QuerySet[Assignment]:
    """Return the reviews that somebody still has to do."""
    return Assignment.objects.filter(state=Assignment.State.OPEN, application__state__in=_IN_REVIEW)


def remind_due(*, now: datetime, limit: int = 200) -> int:
    """Remind of reviews due within three days or late, every three days; return how many people were told.

    Safe to repeat and to run twice: a review is claimed before its evaluator is told.
    """
    today = day_of(now)
    due = open_reviews().filter(
        Q(reminded_on=None) | Q(reminded_on__lte=today - EVERY), due_on__lte=today + AHEAD
    )
    return _remind(list(due.values_list("pk", flat=True)[:limit]), now)


@transaction.atomic
def remind_panel(*, panel: Panel, actor: Person, now: datetime) -> int:
    """Remind everybody in a panel with late reviews, at most once a day; return how many people were told."""
    policies.require_officer(actor, panel.round.institute, now=now)
    today = day_of(now)
    late = (
        open_reviews()
        .filter(panel=panel, due_on__lt=today)
        .filter(Q(reminded_on=None) | Q(reminded_on__lt=today))
    )
    told = _remind(list(late.values_list("pk", flat=True)), now)
    audit.record("recognition.remind_panel", actor=actor, now=now, subject=panel, told=told)
    return told


@transaction.atomic
def remind_review(*, review: Assignment, actor: Person, now: datetime) -> Assignment:
    """Remind the evaluator of one late review, at most once a day.

    Refuses who is not of the institute, a review that is done or not late, and one reminded of today.
    """
    policies.require_officer(actor, review.panel.round.institute, now=now)
    today = day_of(now)
    if not open_reviews().filter(pk=review.pk, due_on__lt=today).exists():
        raise Refused(_("그 사이에 제출했거나 기한이 남아 재촉하지 않았습니다."), code="not_late")
    if not _remind([review.pk], now):
        raise Refused(_("오늘 이미 재촉했습니다."), code="reminded_today")
    audit.record("recognition.remind_review", actor=actor, now=now, subject=review)
    return review


@transaction.atomic
def _remind(ids: list[UUID], now: datetime) -> int:
    today = day_of(now)
    claimed = [
        key
        for key in ids
        if Assignment.objects.filter(pk=key)
        .filter(Q(reminded_on=None) | Q(reminded_on__lt=today))
        .update(reminded_on=today)
    ]
    rows = (
        Assignment.objects.filter(pk__in=claimed)
        .select_related("evaluator__person", "application__version")
        .order_by("due_on")
    )
    mine: dict[UUID, list[Assignment]] = {}
    for row in rows:
        mine.setdefault(row.evaluator_id, []).append(row)
    for given in mine.values():
        person = given[0].evaluator.person
        listed = "\n".join(
            f"- {each.application.number} ({show_day(each.due_on, today=today)})"
            for each in given
            if each.due_on
        )
        notices.tell(
            to=person,
            subject=_("[나이테] 평가를 기다리는 신청 %(n)d건이 있습니다") % {"n": len(given)},
            body=_("%(name)s 위원님, 아래 신청의 평가를 제출해 주세요.\n%(list)s")
            % {"name": person.name, "list": listed},
            now=now,
            dedupe_key=f"review-reminder:{person.pk}:{today:%Y%m%d}",
        )
    return len(mine)
