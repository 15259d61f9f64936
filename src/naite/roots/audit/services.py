"""Appending to the audit log and sealing it."""

import contextvars
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import orjson
from django.db import transaction

from naite.roots import bulk
from naite.roots.audit.models import AboutPerson, AuditEvent, Seal
from naite.roots.copying import Same

_manner: contextvars.ContextVar[str] = contextvars.ContextVar("audit_manner", default="")
_place: contextvars.ContextVar[str] = contextvars.ContextVar("audit_place", default="")


class Actor(Protocol):
    """Whoever acts: a person, or None for the system itself."""

    @property
    def pk(self) -> Any: ...


def acting_from(place: str) -> contextvars.Token[str]:
    """Set the place (an address, or the name of a command) that later events of this context carry."""
    return _place.set(place)


def stop_acting(token: contextvars.Token[str]) -> None:
    """Undo ``acting_from``."""
    _place.reset(token)


@contextmanager
def in_manner(name: str) -> Iterator[None]:
    """Let the events within carry how somebody came to act for another: representative, guardian, helper."""
    token = _manner.set(name)
    try:
        yield
    finally:
        _manner.reset(token)


def record(
    action: str,
    *,
    actor: Actor | None,
    now: datetime,
    subject: Any = None,
    about: UUID | None = None,
    role: str = "",
    **detail: Any,
) -> AuditEvent:
    """Append one event.

    ``subject`` is the row acted on; ``about`` the person whose data was handled, which the safety standard
    for personal data asks of every entry (안전성 확보조치 기준 제2조). ``detail`` holds no personal data
    beyond identifiers. Of several people, give the ids as ``people``: each of them can then see the event.
    """
    event = AuditEvent.objects.create(
        at=now,
        actor_id=actor.pk if actor is not None else None,
        role=role or _manner.get(),
        place=_place.get(),
        action=action,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=_subject_key(subject),
        data_subject_id=about,
        detail=orjson.loads(orjson.dumps(detail, default=str)),
    )
    if several := detail.get("people"):
        AboutPerson.objects.bulk_create(
            [AboutPerson(event=event, person_id=person_id, at=now) for person_id in dict.fromkeys(several)],
            batch_size=500,
        )
    return event


def record_many(
    action: str,
    events: Iterable[tuple[Any, UUID | None, dict[str, Any]]],
    *,
    actor: Actor | None,
    now: datetime,
) -> int:
    """Append one event for each (subject, about, detail), as ``record`` does, in few statements."""
    rows = ((s._meta.label_lower, _subject_key(s), about, detail) for s, about, detail in events)
    return _insert(action, rows, actor, now)


def record_keys(
    action: str,
    events: Iterable[tuple[str, UUID | None, dict[str, Any]]],
    *,
    of: str,
    actor: Actor | None,
    now: datetime,
) -> int:
    """As ``record_many`` for rows of one kind (``badges.award``) that are known by their key only."""
    return _insert(action, ((of, key, about, detail) for key, about, detail in events), actor, now)


def _insert(
    action: str,
    rows: Iterable[tuple[str, str, UUID | None, dict[str, Any]]],
    actor: Actor | None,
    now: datetime,
) -> int:
    given = list(rows)
    kinds, keys, abouts, details = zip(*given, strict=True) if given else ((), (), (), ())
    return bulk.insert_columns(
        AuditEvent,
        len(given),
        {
            "at": Same(now),
            "actor_id": Same(actor.pk if actor is not None else None),
            "role": Same(_manner.get()),
            "place": Same(_place.get()),
            "action": Same(action),
            "subject_type": bulk.together(kinds),
            "subject_id": keys,
            "data_subject_id": bulk.together(abouts),
            "detail": bulk.together(details),
        },
    )


def _subject_key(subject: Any) -> str:
    if subject is None:
        return ""
    key = subject.pk
    return ":".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def event_digest(event: AuditEvent) -> bytes:
    """Return the SHA-256 of the event's canonical form."""
    body = {
        "id": str(event.id),
        "at": event.at.isoformat(),
        "actor": str(event.actor_id or ""),
        "role": event.role,
        "place": event.place,
        "action": event.action,
        "subject": [event.subject_type, event.subject_id],
        "about": str(event.data_subject_id or ""),
        "detail": event.detail,
    }
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).digest()


def seal(*, now: datetime, limit: int = 5000) -> Seal | None:
    """Chain up to ``limit`` unsealed events to the last seal; return None when there are none.

    Safe to repeat and to run twice at once: the seal's number is its key, so one of two rivals fails whole.
    """
    with transaction.atomic():
        last = Seal.objects.order_by("-number").first()
        events = list(AuditEvent.objects.filter(seal=None).order_by("id")[:limit])
        if not events:
            return None
        digest = hashlib.sha256(bytes(last.digest) if last else b"")
        for event in events:
            digest.update(event_digest(event))
        new = Seal.objects.create(
            number=last.number + 1 if last else 1,
            sealed_at=now,
            event_count=len(events),
            digest=digest.digest(),
        )
        for position, event in enumerate(events):
            event.seal, event.position = new, position
        AuditEvent.objects.bulk_update(events, ["seal", "position"], batch_size=500)
    return new


def first_broken_seal() -> int | None:
    """Recompute the whole chain; return the number of the first seal that does not hold, or None."""
    previous = b""
    for expected, link in enumerate(Seal.objects.order_by("number"), start=1):
        digest = hashlib.sha256(previous)
        count = 0
        for event in link.events.order_by("position").iterator(chunk_size=1000):
            digest.update(event_digest(event))
            count += 1
        if link.number != expected or count != link.event_count or digest.digest() != bytes(link.digest):
            return expected
        previous = digest.digest()
    return None


def count_of(action: str, *, actor: Actor, since: datetime) -> int:
    """Return how often somebody did something since a time, for bounds on looking things up."""
    return AuditEvent.objects.filter(at__gte=since, actor_id=actor.pk, action=action).count()
