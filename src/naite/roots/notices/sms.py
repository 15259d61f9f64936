"""Text messages: nowhere, only into the log, or to a gateway over HTTPS."""

import json
import logging

from django.conf import settings

from naite.roots.fetching import FetchFailed, FetchRefused, GuardedClient
from naite.roots.phones import mask_phone

log = logging.getLogger("naite.sms")
LONGEST = 1000


class NotSent(Exception):
    """The gateway did not take the message; trying again may help."""


def offered() -> bool:
    """Whether this installation can send text messages at all."""
    return settings.SMS_BACKEND in {"log", "http"}


def send(number: str, text: str, *, client: GuardedClient | None = None) -> None:
    """Hand one message over; raises NotSent.

    The gateway gets a JSON object with ``to``, ``from`` and ``text`` and the token as bearer.
    """
    if settings.SMS_BACKEND == "log":
        log.info("text message", extra={"facts": {"to": mask_phone(number), "length": len(text)}})
        return
    if settings.SMS_BACKEND != "http":
        raise NotSent("no SMS back end")
    body = json.dumps(
        {"to": number, "from": settings.SMS_SENDER, "text": text[:LONGEST]}, ensure_ascii=False
    ).encode()
    headers = {"Authorization": f"Bearer {settings.SMS_TOKEN}"} if settings.SMS_TOKEN else {}
    try:
        (client or GuardedClient()).post(
            settings.SMS_URL, body, content_type="application/json", headers=headers
        )
    except (FetchFailed, FetchRefused) as error:
        raise NotSent(str(error)) from error
