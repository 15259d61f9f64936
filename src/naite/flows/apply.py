"""Handing in an application: what the institution wrote, with the course and its past runs as they stand now."""

import hashlib
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from naite.roots.dates import day_of
from naite.roots.errors import Invalid
from naite.trunk.assessment.models import Completion
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications import writing
from naite.trunk.recognition.models import Application


def past_runs(application: Application, *, now: datetime) -> QuerySet[CourseRun]:
    """Return the runs of the course that are over, which a finished course may ask to have covered."""
    return (
        CourseRun.objects.filter(
            version__course_id=application.course_id,
            organisation_id=application.organisation_id,
            ends_on__lt=day_of(now),
        )
        .exclude(state=CourseRun.State.CANCELLED)
        .select_related("version")
        .annotate(
            seats=Count("enrolments", filter=Q(enrolments__state=Enrolment.State.CONFIRMED), distinct=True)
        )
        .order_by("-ends_on", "-id")
    )


def submit(*, application: Application, actor: Person, now: datetime) -> Application:
    """Hand an application in with its snapshot, in one transaction.

    A finished course brings attendance rates and completions of the runs it names along, without names: one
    row a person, so that evaluators see the spread and nobody sees who it was. Refuses runs that are not the
    course's own or not over yet, and what ``writing.submit`` refuses. Safe to repeat.
    """
    with transaction.atomic():
        return writing.submit(
            application=application, snapshot=snapshot_of(application, now=now), actor=actor, now=now
        )


def snapshot_of(application: Application, *, now: datetime) -> dict[str, Any]:
    """Return course and past runs as plain values, with a SHA-256 over them."""
    course = application.course
    version = course.current
    assert version is not None
    found: dict[str, Any] = {
        "taken_at": now.isoformat(),
        "course": {
            "id": str(course.pk),
            "version": version.number,
            "title": version.title,
            "summary": version.summary,
            "description": version.description,
            "audience": version.audience,
            "category": version.category,
            "area": version.area,
            "sub_area": version.sub_area,
            "total_hours": str(version.total_hours),
            "syllabus": version.syllabus,
        },
        "runs": [],
    }
    if application.kind == Application.Kind.FINISHED:
        found["runs"] = _runs(application, now)
    found["sha256"] = hashlib.sha256(orjson.dumps(found, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return found


def _runs(application: Application, now: datetime) -> list[dict[str, Any]]:
    wanted = {_uuid(each) for each in application.run_ids}
    runs = list(past_runs(application, now=now).filter(pk__in=[each for each in wanted if each]))
    if len(runs) != len(wanted):
        message = _("이 과정의 끝난 운영만 고를 수 있습니다. 고른 운영을 다시 확인해 주세요.")
        raise Invalid(message, code="unknown_run", fields={"runs": message})
    rows: dict[UUID, list[dict[str, Any]]] = {run.pk: [] for run in runs}
    decided = Completion.objects.filter(enrolment__run__in=runs, superseded_at=None).order_by("id")
    for each in decided.select_related("enrolment"):
        rows[each.enrolment.run_id].append(
            {
                "attended": each.attended_sessions,
                "counted": each.counted_sessions,
                "attendance_rate": str(each.attendance_rate),
                "outcome": each.outcome,
            }
        )
    return [_run(run, rows[run.pk]) for run in runs]


def _run(run: CourseRun, people: list[dict[str, Any]]) -> dict[str, Any]:
    rates = sorted(Decimal(each["attendance_rate"]) for each in people)
    mean = sum(rates, Decimal(0)) / len(rates) if rates else None
    return {
        "id": str(run.pk),
        "name": run.name,
        "version": run.version.number,
        "starts_on": run.starts_on.isoformat() if run.starts_on else None,
        "ends_on": run.ends_on.isoformat() if run.ends_on else None,
        "capacity": run.capacity,
        "seats": run.seats,  # type: ignore[attr-defined]
        "decided": len(people),
        "completed": sum(each["outcome"] == Completion.Outcome.COMPLETED for each in people),
        "attendance_mean": str(mean.quantize(Decimal("0.01"), ROUND_HALF_UP)) if mean is not None else None,
        # In order of the rate, so that the order says nothing about who it was.
        "people": sorted(people, key=lambda each: Decimal(each["attendance_rate"])),
    }


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
