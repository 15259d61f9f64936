"""Cancelling a recognition that was got by false means: it never counted (평가인정 취소, 거짓이나 부정한 방법)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.catalogue.run_listing import put_course_recognised
from naite.trunk.people.models import Person
from naite.trunk.recognition import policies
from naite.trunk.recognition.models import Recognition


@transaction.atomic
def withdraw(*, recognition: Recognition, reason: str, actor: Person, now: datetime) -> Recognition:
    """Cancel a recognition from its first day on, also one that was cancelled from a later day.

    From then on nothing is covered by it, whenever it was completed. What already stands in accounts by it is
    for a flow to propose back. Refuses anyone but the granting institute, and an empty reason. Safe to repeat.
    """
    if policies.granting_institute(actor, now=now) is None:
        raise NotAllowed(_("평가인정 취소는 국가평생교육진흥원 담당자만 기록할 수 있습니다."))
    reason = " ".join(reason.split())
    if not reason or len(reason) > 300:
        message = _("취소한 까닭을 300자까지 적어 주세요.")
        raise Invalid(message, fields={"reason": message})
    changed = (
        Recognition.objects.filter(pk=recognition.pk)
        .exclude(cancelled_on=recognition.valid_from)
        .update(cancelled_on=recognition.valid_from, cancel_reason=reason)
    )
    recognition.refresh_from_db()
    if changed:
        put_course_recognised(course_id=recognition.course_id, recognised=False, now=now)
        audit.record("recognition.withdraw", actor=actor, now=now, subject=recognition, reason=reason)
    return recognition
