"""Forgetting what somebody said in confidence, when their account goes for good."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from naite.branches.counselling.models import (
    Appointment,
    Attachment,
    CourseReport,
    Message,
    Question,
    SessionRecord,
    SlotWish,
)
from naite.roots.files import services as files

ERASED = "–"


@transaction.atomic
def erase_counselling(*, person_id: UUID, now: datetime) -> int:
    """Take the words, files and telephone numbers out of a person's questions, bookings and reports.

    That there was a question, when it was answered and the grades of a report stay: they count and name nobody.
    Returns how many questions there were. Safe to repeat.
    """
    questions = Question.objects.filter(person_id=person_id)
    for attachment in Attachment.objects.filter(question__in=questions).select_related("file"):
        files.erase(attachment.file, now=now)
    Attachment.objects.filter(question__in=questions).delete()
    Message.objects.filter(question__in=questions).update(body=ERASED)
    Appointment.objects.filter(person_id=person_id).update(wish=ERASED, phone="")
    SessionRecord.objects.filter(appointment__person_id=person_id).update(
        goal=ERASED, advice="", next_step="", internal=""
    )
    SlotWish.objects.filter(person_id=person_id).delete()
    CourseReport.objects.filter(person_id=person_id).update(text="")
    return questions.update(title=ERASED, body=ERASED, satisfaction_text="")
