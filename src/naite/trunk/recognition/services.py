"""Recording recognitions and their cancellation."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.catalogue.models import Course
from naite.trunk.catalogue.run_listing import put_course_recognised
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition import policies, rules
from naite.trunk.recognition.models import CoveredRun, Recognition


@transaction.atomic
def grant(
    *,
    course: Course,
    number: str,
    granted_on: date,
    received_on: date,
    covered_run_ids: Iterable[UUID] = (),
    actor: Person,
    now: datetime,
) -> Recognition:
    """Record that a course is recognised, with the past runs it covers (none for a planned course).

    Refuses anyone but an officer of the national institute, a receipt before the decision, and a second
    recognition while one is in force. Marks the course's listings as recognised. The period counts from the
    receipt of the notice (평생교육법 시행령 제14조의2제5항).
    """
    institute = policies.granting_institute(actor, now=now)
    if institute is None:
        raise NotAllowed(_("평가인정은 국가평생교육진흥원 담당자만 기록할 수 있습니다."))
    return put_in_force(
        course=course,
        number=number,
        institute=institute,
        granted_on=granted_on,
        received_on=received_on,
        covered_run_ids=covered_run_ids,
        actor=actor,
        now=now,
    )


@transaction.atomic
def put_in_force(
    *,
    course: Course,
    number: str,
    institute: Organisation,
    granted_on: date,
    received_on: date,
    covered_run_ids: Iterable[UUID] = (),
    renews: UUID | None = None,
    actor: Person | None,
    now: datetime,
) -> Recognition:
    """Make the recognition of a case that was decided, whose notice the institution has received.

    Whether the actor may is the caller's to know. Refuses like ``grant``; the recognition that this one renews
    may still be in force, as its days are not cut short.
    """
    number = number.strip()
    if not number:
        raise Invalid(_("인정번호를 적어 주세요."), fields={"number": _("인정번호를 적어 주세요.")})
    if received_on < granted_on:
        raise Invalid(
            _("통보받은 날이 인정한 날보다 앞섭니다."),
            fields={"received_on": _("인정한 날이나 그 뒤의 날을 적어 주세요.")},
        )
    valid_from, valid_until = rules.validity(granted_on=granted_on, received_on=received_on)
    # One writer per course at a time, so that two officers cannot both find the days free.
    Course.objects.select_for_update().get(pk=course.pk)
    overlapping = Recognition.objects.filter(
        course=course, cancelled_on=None, valid_from__lt=valid_until, valid_until__gt=valid_from
    )
    if renews is not None:
        overlapping = overlapping.exclude(pk=renews)
    if overlapping.exists():
        raise Refused(_("이 과정은 같은 기간에 이미 평가인정을 받았습니다."), code="already_recognised")
    if Recognition.objects.filter(number=number).exists():
        raise Invalid(_("이미 쓰인 인정번호입니다."), fields={"number": _("다른 인정번호를 적어 주세요.")})
    recognition = Recognition.objects.create(
        course=course,
        number=number,
        granted_by=institute,
        decided_by=actor,
        granted_on=granted_on,
        received_on=received_on,
        valid_from=valid_from,
        valid_until=valid_until,
        created_at=now,
    )
    CoveredRun.objects.bulk_create(
        CoveredRun(recognition=recognition, run_id=run_id) for run_id in dict.fromkeys(covered_run_ids)
    )
    put_course_recognised(course_id=course.pk, recognised=True, now=now)
    audit.record("recognition.grant", actor=actor, now=now, subject=recognition, course=course.pk)
    return recognition


@transaction.atomic
def cancel(*, recognition: Recognition, on: date, reason: str, actor: Person, now: datetime) -> Recognition:
    """Record that a recognition was cancelled from a day on, with the reason; what counted before stays.

    Safe to repeat: a second call changes nothing.
    """
    if policies.granting_institute(actor, now=now) is None:
        raise NotAllowed(_("평가인정 취소는 국가평생교육진흥원 담당자만 기록할 수 있습니다."))
    if not reason.strip():
        raise Invalid(_("취소한 까닭을 적어 주세요."), fields={"reason": _("취소한 까닭을 적어 주세요.")})
    changed = Recognition.objects.filter(pk=recognition.pk, cancelled_on=None).update(
        cancelled_on=on, cancel_reason=reason.strip()
    )
    recognition.refresh_from_db()
    if changed:
        put_course_recognised(course_id=recognition.course_id, recognised=False, now=now)
        audit.record("recognition.cancel", actor=actor, now=now, subject=recognition, reason=reason)
    return recognition
