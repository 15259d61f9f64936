"""The snapshot: what a document says, as plain values. From it come the PDF, the attached credential and the
page of the authenticity check. No database."""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from naite.trunk.records.models import CertificateKind, Entry
from naite.trunk.records.sections.kinds import in_short, kind_of

Content = dict[str, Any]


def plain_hours(hours: Decimal) -> str:
    """``20`` or ``40.5``."""
    return f"{hours.normalize():f}" if hours else "0"


def clean(text: str) -> str:
    """Return text as it can be printed: composed (NFC), in one line, without control characters."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in composed).split())


def birth_text(birth: date | None, *, hide_day: bool) -> str:
    """``1968. 5. 12.``, or with the last two digits hidden ``1968. 5. **.``."""
    if birth is None:
        return ""
    return f"{birth.year}. {birth.month}. {'**' if hide_day else birth.day}."


def build(
    *,
    kind: CertificateKind,
    language: str,
    entries: Iterable[Entry],
    name: str,
    roman_name: str = "",
    birth: str = "",
    purpose: str = "",
    issuer: str,
    number: str,
    issued_at: datetime | None,
    check_until: datetime | None,
) -> Content:
    """Return the content of a document. Without ``issued_at`` it is that of a preview."""
    entries = list(entries)
    with override(str(language)):
        kinds = {
            entry.id: (str(found.label), in_short(entry)) for entry in entries if (found := kind_of(entry))
        }
    rows = [
        {
            "id": str(entry.id),
            "section": int(entry.section),
            "area": entry.area,
            "title": clean(entry.title),
            "provider": clean(entry.provider_name),
            "started_on": entry.started_on.isoformat() if entry.started_on else "",
            "completed_on": entry.completed_on.isoformat(),
            "hours": plain_hours(entry.hours),
            "recognition": clean(entry.recognition_number),
            "provenance": entry.provenance,
            # Own words: what it is and its facts, in the language of the document; nothing sensitive.
            "kind": clean(kinds.get(entry.id, ("", ""))[0]),
            "facts": clean(kinds.get(entry.id, ("", ""))[1]),
        }
        for entry in entries
    ]
    return {
        "version": 1,
        "kind": str(kind),
        "language": str(language),
        "number": number,
        "issuer": clean(issuer),
        "issued_at": issued_at.isoformat() if issued_at else "",
        "issued_on": timezone.localdate(issued_at).isoformat() if issued_at else "",
        "check_until": timezone.localdate(check_until).isoformat() if check_until else "",
        "name": clean(name),
        "roman_name": clean(roman_name),
        "birth": birth,
        "purpose": clean(purpose),
        "entries": rows,
        "count": len(rows),
        "hours": plain_hours(sum((entry.hours for entry in entries), Decimal(0))),
    }
