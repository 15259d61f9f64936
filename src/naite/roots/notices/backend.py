"""Django's mail goes into the outbox first, so that a message commits with the fact that caused it."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from naite.roots.notices.models import Message


class OutboxBackend(BaseEmailBackend):
    """Writes each recipient's copy as a ``Message``."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now = timezone.now()
        rows = []
        for mail in email_messages:
            html = ""
            if isinstance(mail, EmailMultiAlternatives):
                html = next((str(body) for body, kind in mail.alternatives if kind == "text/html"), "")
            rows += [
                Message(
                    address=address,
                    subject=str(mail.subject),
                    body=str(mail.body),
                    html=html,
                    created_at=now,
                    due_at=now,
                )
                for address in mail.recipients()
            ]
        Message.objects.bulk_create(rows)
        return len(rows)
