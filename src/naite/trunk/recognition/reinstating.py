"""Bringing back a recognition whose cancellation did not hold (이의신청 인용)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue.models import Course
from naite.trunk.catalogue.run_listing import put_course_recognised
from naite.trunk.people.models import Person
from naite.trunk.recognition import policies
from naite.trunk.recognition.models import Recognition


@transaction.atomic
def reinstate(*, recognition: Recognition, actor: Person, now: datetime) -> Recognition:
    """Undo a cancellation as if it had not been: the period and what it covered are as before.

    What the cancellation sent back in accounts is for a flow to propose forth. Refuses anyone but the granting
    institute, and while another recognition of the course stands over the same days. Safe to repeat.
    """
    if policies.granting_institute(actor, now=now) is None:
        raise NotAllowed(_("평가인정을 되살리는 일은 국가평생교육진흥원 담당자만 할 수 있습니다."))
    # One writer per course at a time, as when a recognition is granted.
    Course.objects.select_for_update().get(pk=recognition.course_id)
    recognition.refresh_from_db()
    if recognition.cancelled_on is None:
        return recognition
    overlapping = Recognition.objects.filter(
        course=recognition.course_id,
        cancelled_on=None,
        valid_from__lt=recognition.valid_until,
        valid_until__gt=recognition.valid_from,
    )
    if overlapping.exists():
        raise Refused(
            _("그 사이에 같은 과정이 다시 평가인정을 받았습니다. 두 인정이 겹치지 않게 먼저 정리해 주세요."),
            code="already_recognised",
        )
    cancelled_on, reason = recognition.cancelled_on, recognition.cancel_reason
    Recognition.objects.filter(pk=recognition.pk).update(cancelled_on=None, cancel_reason="")
    recognition.refresh_from_db()
    today = day_of(now)
    if recognition.valid_from <= today < recognition.valid_until:
        put_course_recognised(course_id=recognition.course_id, recognised=True, now=now)
    audit.record(
        "recognition.reinstate",
        actor=actor,
        now=now,
        subject=recognition,
        cancelled_on=cancelled_on,
        reason=reason,
    )
    return recognition
