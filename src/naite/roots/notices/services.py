"""Queueing and delivering messages."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from naite.roots import bulk
from naite.roots.notices import sms
from naite.roots.notices.models import Message
from naite.roots.phones import is_mobile

MAX_ATTEMPTS = 8
Channel = Message.Channel


class Reachable(Protocol):
    """Somebody who may have an e-mail address, a mobile number, both or neither."""

    @property
    def pk(self) -> Any: ...
    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str: ...


def channel_of(to: Reachable) -> Message.Channel:
    """Return how somebody is told things: by mail, else by text message, else by a letter from the desk."""
    if to.email:
        return Channel.MAIL
    return Channel.SMS if is_mobile(to.phone) and sms.offered() else Channel.LETTER


def tell(
    *,
    to: Reachable,
    subject: str,
    body: str,
    now: datetime,
    short: str = "",
    dedupe_key: str | None = None,
) -> Message | None:
    """Tell somebody something in the way that reaches them; ``short`` is the text message, else the subject.

    Who has neither address nor mobile number gets a letter, which waits for the desk to print it or to call.
    """
    return send(**addressed(to=to, subject=subject, body=body, short=short), now=now, dedupe_key=dedupe_key)


def addressed(*, to: Reachable, subject: str, body: str, short: str = "") -> dict[str, Any]:
    """Return the arguments of ``send`` that make a message reach somebody, for ``send_many``."""
    channel = channel_of(to)
    return {
        "channel": channel,
        "address": {Channel.MAIL: to.email or "", Channel.SMS: to.phone}.get(channel, ""),
        "person_id": to.pk,
        "subject": subject,
        "body": (short or subject) if channel == Channel.SMS else body,
    }


def send(
    *,
    address: str,
    subject: str,
    body: str,
    now: datetime,
    person_id: UUID | None = None,
    due_at: datetime | None = None,
    dedupe_key: str | None = None,
    channel: Message.Channel = Channel.MAIL,
) -> Message | None:
    """Put a message into the outbox; return None when ``dedupe_key`` was used before (never sent twice)."""
    row = Message(
        channel=channel,
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


def send_many(rows: Iterable[dict[str, Any]], *, now: datetime) -> int:
    """Put many messages into the outbox, given by the names of ``send``'s arguments; return how many.

    Unlike ``send`` it does not look whether a ``dedupe_key`` was used before: the caller's transaction fails
    then, as it must hold the fact that the messages tell.
    """
    return bulk.insert(
        Message,
        (
            {
                "channel": Channel.MAIL,
                "created_at": now,
                "attempts": 0,
                **row,
                "due_at": row.get("due_at") or now,
            }
            for row in rows
        ),
    )


def forget(*, starting: str) -> int:
    """Delete messages whose ``dedupe_key`` begins so: their addressee has a right not to be known any more."""
    if not starting:
        raise ValueError("everything is never meant")
    return Message.objects.filter(dedupe_key__startswith=starting).delete()[0]


def deliver_due(*, now: datetime, limit: int = 200) -> int:
    """Hand due messages to the mail server and the SMS gateway; return how many went out.

    Failures wait twice as long each time. Each message is claimed by moving its due time, so that two
    workers do not send it twice; a worker that dies in between leaves it due again later. Without a
    delivery back end messages stay where they are, to be read in the outbox. Letters wait for the desk.
    """
    channels = []
    if settings.DELIVERY_EMAIL_BACKEND:
        channels.append(Channel.MAIL)
    if sms.offered():
        channels.append(Channel.SMS)
    if not channels:
        return 0
    sent = 0
    mail_server = get_connection(settings.DELIVERY_EMAIL_BACKEND or None)
    due = Message.objects.filter(
        sent_at=None, due_at__lte=now, attempts__lt=MAX_ATTEMPTS, channel__in=channels
    ).order_by("due_at")
    for message in due[:limit]:
        wait = timedelta(minutes=2**message.attempts)
        claimed = Message.objects.filter(pk=message.pk, sent_at=None, due_at=message.due_at).update(
            due_at=now + wait, attempts=message.attempts + 1
        )
        if not claimed:
            continue
        try:
            if message.channel == Channel.SMS:
                sms.send(message.address, message.body)
            else:
                _mail(message, mail_server)
        except (OSError, sms.NotSent) as error:
            Message.objects.filter(pk=message.pk).update(last_error=str(error)[:300])
            continue
        Message.objects.filter(pk=message.pk).update(sent_at=now, last_error="")
        sent += 1
    return sent


def _mail(message: Message, server: Any) -> None:
    mail = EmailMultiAlternatives(message.subject, message.body, to=[message.address], connection=server)
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    mail.send()


def letters_of(person_id: UUID) -> "list[Message]":
    """Return what somebody has yet to be told by the desk, oldest first."""
    return list(
        Message.objects.filter(person_id=person_id, channel=Channel.LETTER, sent_at=None).order_by(
            "created_at", "id"
        )
    )


def handed_over(*, person_id: UUID, now: datetime) -> int:
    """Mark all letters of somebody as handed over or read out; return how many. Repeating marks none."""
    return Message.objects.filter(person_id=person_id, channel=Channel.LETTER, sent_at=None).update(
        sent_at=now
    )
