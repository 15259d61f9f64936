"""Reporting on a completed course, answering, flagging and deciding, following up."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.counselling import report_queries, rules
from naite.branches.counselling import report_rules as limits
from naite.branches.counselling.models import CourseFollowUp, CourseReport
from naite.branches.counselling.services import mails
from naite.branches.counselling.words import need, within
from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Person
from naite.trunk.people.policies import can_run_courses

State = CourseReport.State


@dataclass(frozen=True, slots=True)
class ReportText:
    """Grades from 1 to 5 for the four aspects, with words or without."""

    content: int
    teaching: int
    facility: int
    operation: int
    text: str = ""
    anonymous: bool = True


def _checked(given: ReportText) -> dict[str, object]:
    grades = {aspect: getattr(given, aspect) for aspect in CourseReport.ASPECTS}
    wrong = {
        name: _("1에서 5까지 가운데 하나를 골라 주세요.")
        for name, grade in grades.items()
        if not 1 <= grade <= 5
    }
    if wrong:
        raise Invalid(_("네 가지를 모두 골라 주세요."), fields=wrong)
    return {
        **grades,
        "text": within(given.text, field="text", most=rules.MAX_BODY),
        "anonymous": given.anonymous,
    }


@transaction.atomic
def report(
    *, enrolment_id: UUID, given: ReportText, edition: int, actor: Person, now: datetime
) -> CourseReport:
    """Report on a course one has completed, or change one's report within two weeks.

    Refuses who did not complete it, half a year after completion, a second window (``edition`` is the one the
    writer saw, 0 for none), and changes once the institution has answered. The institution is told that there
    is a report, not by whom.
    """
    found = report_queries.completed_enrolment(actor, enrolment_id)
    if found is None or not actor.is_active:
        raise NotAllowed(_("수료한 강좌에만 의견을 남길 수 있습니다."))
    enrolment, completion = found
    values = _checked(given)
    Person.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    row = CourseReport.objects.select_for_update(of=("self",)).filter(enrolment=enrolment).first()
    if (row.edition if row else 0) != edition:
        raise Refused(
            _("다른 창에서 먼저 남기거나 고쳤습니다. 새로 고쳐 견주어 보세요."), code="edited_elsewhere"
        )
    if row is None:
        if not limits.can_report(completion.decided_at, now):
            raise Refused(_("수료한 지 반년이 지나 의견을 받지 않습니다."), code="too_late")
        row = CourseReport.objects.create(
            enrolment=enrolment,
            person=actor,
            run=enrolment.run,
            course=enrolment.run.version.course,
            organisation=enrolment.run.organisation,
            submitted_at=now,
            changed_at=now,
            **values,
        )
    else:
        if not limits.can_edit(row.submitted_at, now, answered=row.answered_at is not None):
            raise Refused(_("답이 왔거나 두 주가 지나 더 고칠 수 없습니다."), code="no_more_changes")
        for name, value in values.items():
            setattr(row, name, value)
        row.edition += 1
        row.changed_at = now
        row.save()
    audit.record("counselling.report_course", actor=actor, now=now, subject=row, about=actor.pk)
    return row


def _lock(row: CourseReport) -> CourseReport:
    return (
        CourseReport.objects.select_for_update(of=("self",))
        .select_related("organisation", "person", "run__version")
        .get(pk=row.pk)
    )


def _require_staff(actor: Person, row: CourseReport, *, now: datetime) -> None:
    if not can_run_courses(actor, row.organisation, now=now) or row.person_id == actor.pk:
        raise NotAllowed(_("이 강좌를 연 기관의 담당자만 할 수 있습니다."))


@transaction.atomic
def answer(*, report: CourseReport, body: str, actor: Person, now: datetime) -> CourseReport:
    """Answer a report for the institution; the writer is told. Answering again replaces the answer."""
    row = _lock(report)
    _require_staff(actor, row, now=now)
    row.answer = need(body, field="answer", most=rules.MAX_BODY, empty=_("답을 적어 주세요."))
    first = row.answered_at is None
    row.answered_at, row.answered_by = now, actor
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record("counselling.answer_report", actor=actor, now=now, subject=row)
    if first:
        mails.send(
            row.person,
            _("강좌 의견에 기관이 답했습니다"),
            [_("강좌: %(title)s") % {"title": row.run.version.title}],
            f"/my/monitoring/{row.enrolment_id}/",
            now=now,
        )
    return row


@transaction.atomic
def flag(*, report: CourseReport, reason: str, actor: Person, now: datetime) -> CourseReport:
    """Ask the national institute to look at words that defame or abuse; nothing is hidden by asking."""
    row = _lock(report)
    _require_staff(actor, row, now=now)
    why = need(reason, field="reason", most=500, empty=_("어떤 점이 문제인지 적어 주세요."))
    if row.state != State.KEPT or row.decided_at is not None:
        raise Refused(_("이미 확인을 요청했거나 정해진 글입니다."), code="already_flagged")
    row.state, row.flag_reason, row.flagged_at, row.flagged_by = State.FLAGGED, why, now, actor
    row.save(update_fields=["state", "flag_reason", "flagged_at", "flagged_by"])
    audit.record("counselling.flag_report", actor=actor, now=now, subject=row)
    return row


@transaction.atomic
def decide(*, report: CourseReport, hide: bool, reason: str, actor: Person, now: datetime) -> CourseReport:
    """Hide the words of a flagged report, or let them stand; the writer is told why. Grades always count."""
    row = _lock(report)
    if not report_queries.can_moderate(actor, now=now) or row.person_id == actor.pk:
        raise NotAllowed(_("국가평생교육진흥원 담당자만 할 수 있습니다."))
    why = need(reason, field="reason", most=500, empty=_("그렇게 정한 까닭을 적어 주세요."))
    if row.state != State.FLAGGED:
        raise Refused(_("확인을 요청한 글이 아닙니다. 새로 고쳐 주세요."), code="not_flagged")
    row.state = State.HIDDEN if hide else State.KEPT
    row.decision, row.decided_at, row.decided_by = why, now, actor
    row.save(update_fields=["state", "decision", "decided_at", "decided_by"])
    audit.record(
        "counselling.decide_report", actor=actor, now=now, subject=row, about=row.person_id, hide=hide
    )
    if hide:
        mails.send(
            row.person,
            _("강좌 의견의 글을 가렸습니다"),
            [
                _("강좌: %(title)s") % {"title": row.run.version.title},
                _("까닭: %(why)s") % {"why": why},
                _("점수는 그대로 셉니다. 생각이 다르면 물어보기로 알려 주세요."),
            ],
            f"/my/monitoring/{row.enrolment_id}/",
            now=now,
        )
    return row


@transaction.atomic
def follow_up(*, course: Course, reason: str, actor: Person, now: datetime) -> CourseFollowUp:
    """Mark a course to be looked into because of what learners reported; a course is marked once at a time."""
    if not report_queries.can_moderate(actor, now=now):
        raise NotAllowed(_("국가평생교육진흥원 담당자만 할 수 있습니다."))
    why = need(reason, field="reason", most=500, empty=_("살펴볼 까닭을 적어 주세요."))
    row, made = CourseFollowUp.objects.get_or_create(
        course=course,
        closed_at=None,
        defaults={
            "organisation": course.organisation,
            "reason": why,
            "opened_at": now,
            "opened_by": actor,
        },
    )
    if not made:
        raise Refused(_("이미 살펴보고 있는 강좌입니다."), code="already_followed")
    audit.record("counselling.follow_up_course", actor=actor, now=now, subject=row)
    return row


@transaction.atomic
def close_follow_up(*, follow_up: CourseFollowUp, outcome: str, actor: Person, now: datetime) -> None:
    """End a follow-up with what came of it. Refuses one that has ended."""
    if not report_queries.can_moderate(actor, now=now):
        raise NotAllowed(_("국가평생교육진흥원 담당자만 할 수 있습니다."))
    what = need(outcome, field="outcome", most=500, empty=_("살펴본 결과를 적어 주세요."))
    changed = CourseFollowUp.objects.filter(pk=follow_up.pk, closed_at=None).update(
        closed_at=now, closed_by=actor, outcome=what
    )
    if not changed:
        raise Refused(_("이미 마친 일입니다. 새로 고쳐 주세요."), code="closed")
    audit.record("counselling.close_follow_up", actor=actor, now=now, subject=follow_up)
