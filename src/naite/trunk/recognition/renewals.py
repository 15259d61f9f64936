"""Renewing a recognition before it expires (row A12)."""

from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.roots.notices import services as notices
from naite.trunk.people.models import Person, Role
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition.applications import writing
from naite.trunk.recognition.models import Application, Recognition, Round
from naite.trunk.recognition.queries import live

OPENS_DAYS: Final = 365  # before the last day; a round takes some months
REMINDERS: Final = (180, 60)  # days before the last day


def can_renew(recognition: Recognition, *, today: date) -> bool:
    """Whether a recognition is in force and near enough to its end."""
    ended = recognition.cancelled_on is not None and recognition.cancelled_on <= today
    near = recognition.valid_until - timedelta(days=OPENS_DAYS) <= today
    return not ended and recognition.valid_from <= today < recognition.valid_until and near


@transaction.atomic
def begin(*, recognition: Recognition, round: Round, actor: Person, now: datetime) -> Application:
    """Begin the application that renews a recognition (``writing.begin``), as of a planned course.

    Refuses a recognition that is over, cancelled or more than a year from its end. Repeating returns the draft.
    The new recognition begins with its own notice; the days of the old one are not cut short.
    """
    if not can_renew(recognition, today=day_of(now)):
        raise Refused(
            _("갱신은 유효기간이 끝나기 %(days)s일 전부터, 끝나기 전까지 신청할 수 있습니다.")
            % {"days": OPENS_DAYS},
            code="not_renewable",
        )
    kind = Application.Kind.PLANNED if round.admits_planned else Application.Kind.FINISHED
    case = writing.begin(round=round, course=recognition.course, kind=kind, actor=actor, now=now)
    if case.renews_id is None:
        Application.objects.filter(pk=case.pk, state=Application.State.DRAFT).update(renews=recognition)
        case.renews = recognition
        audit.record("recognition.begin_renewal", actor=actor, now=now, subject=case)
    return case


def remind(*, now: datetime) -> int:
    """Tell institutions that a recognition ends soon, twice for each; returns how many were told. Safe to repeat."""
    today, told = day_of(now), 0
    for days in REMINDERS:
        # A week's span, so that a day on which nothing ran is made up for.
        ends = today + timedelta(days=days)
        rows = Recognition.objects.filter(
            live(today), valid_until__gt=ends - timedelta(days=7), valid_until__lte=ends
        ).select_related("course__current", "course__organisation")
        for row in rows:
            told += _tell(row, days, now)
    return told


def _tell(row: Recognition, days: int, now: datetime) -> int:
    told = 0
    staff = staff_of(row.course.organisation, now=now).filter(role=Role.INSTITUTION_STAFF)
    for person in {held.person_id: held.person for held in staff}.values():
        sent = notices.tell(
            to=person,
            subject=_("평가인정 유효기간이 끝나 갑니다"),
            body=_(
                "%(name)s 님, 안녕하세요.\n\n"
                "‘%(course)s’ 과정의 평가인정(%(number)s)이 %(day)s에 끝납니다. 끝나기 전에 갱신을 신청해 주세요.\n\n%(url)s\n"
            )
            % {
                "name": person.name,
                "course": row.course.current.title if row.course.current else row.number,
                "number": row.number,
                "day": f"{row.last_day:%Y.%m.%d}",
                "url": f"{settings.BASE_URL}/work/recognitions/",
            },
            now=now,
            dedupe_key=f"expires:{row.pk}:{days}:{person.pk}",
        )
        told += sent is not None
    return told
