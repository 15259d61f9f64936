"""Queueing and delivering messages."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from naite.roots.notices.models import Message

MAX_ATTEMPTS = 8


def send(
    *,
    address: str,
    subject: str,
    body: str,
    now: datetime,
    person_id: UUID | None = None,
    due_at: datetime | None = None,
    dedupe_key: str | None = None,
) -> Message | None:
    """Put a message into the outbox; return None when ``dedupe_key`` was used before (never sent twice)."""
    row = Message(
        person_id=person_id,
        address=address,
        subject=subject,
        body=body,
        created_at=now,
        due_at=due_at or now,
        dedupe_key=dedupe_key,
    )
    if dedupe_key is None:
        row.save(force_insert=True)
        return row
    Message.objects.bulk_create([row], ignore_conflicts=True)
    return row if Message.objects.filter(pk=row.pk).exists() else None


def deliver_due(*, now: datetime, limit: int = 200) -> int:
    """Hand due messages to the mail server; return how many went out.

    Failures wait twice as long each time. Each message is claimed by moving its due time, so that two
    workers do not send it twice; a worker that dies in between leaves it due again later. Without a
    delivery back end messages stay where they are, to be read in the outbox.
    """
    if not settings.DELIVERY_EMAIL_BACKEND:
        return 0
    sent = 0
    connection = get_connection(settings.DELIVERY_EMAIL_BACKEND)
    due = Message.objects.filter(sent_at=None, due_at__lte=now, attempts__lt=MAX_ATTEMPTS).order_by("due_at")
    for message in due[:limit]:
        wait = timedelta(minutes=2**message.attempts)
        claimed = Message.objects.filter(pk=message.pk, sent_at=None, due_at=message.due_at).update(
            due_at=now + wait, attempts=message.attempts + 1
        )
        if not claimed:
            continue
        mail = EmailMultiAlternatives(
            message.subject, message.body, to=[message.address], connection=connection
        )
        if message.html:
            mail.attach_alternative(message.html, "text/html")
        try:
            mail.send()
        except OSError as error:
            Message.objects.filter(pk=message.pk).update(last_error=str(error)[:300])
            continue
        Message.objects.filter(pk=message.pk).update(sent_at=now, last_error="")
        sent += 1
    return sent
