"""What a 수료증 says and how it is set. No database."""

import base64
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from naite.roots.drawing.qr import draw_qr
from naite.trunk.records.certificates import layout, render
from naite.trunk.records.certificates.content import Content, clean, plain_hours
from naite.trunk.records.certificates.numbers import printed_key, printed_number
from naite.trunk.records.certificates.seal import draw
from naite.trunk.records.certificates.wording import long_date, words

TEMPLATE: Final = "completion.typ"
KO: Final = {
    "heading": "수료증",
    "serial": "제 {serial} 호",
    "facts": ("성명", "생년월일", "과정명", "교육기간", "교육시간"),
    "says": "위 사람은 위 과정을 마쳤으므로 이 증서를 드립니다.",
}
EN: Final = {
    "heading": "Certificate of Completion",
    "serial": "No. {serial}",
    "facts": ("Name", "Date of birth", "Course", "Period", "Hours"),
    "says": "This certifies that the person named above has completed the course named above.",
}


def build(
    *,
    completion_id: str,
    language: str,
    name: str,
    birth: str,
    course: str,
    organisation: str,
    started_on: date | None,
    completed_on: date,
    hours: Any,
    area: str,
    recognition: str,
    look: dict[str, str],
    serial: str,
    number: str,
    issued_at: datetime | None,
    check_until: datetime | None,
) -> Content:
    """Return what the document says, in the shape that record, check and paper share; one entry."""
    row = {
        "id": completion_id,
        "section": 0,
        "area": area,
        "title": clean(course),
        "provider": clean(organisation),
        "started_on": started_on.isoformat() if started_on else "",
        "completed_on": completed_on.isoformat(),
        "hours": plain_hours(hours),
        "recognition": clean(recognition),
        "provenance": "institution",
    }
    return {
        "version": 1,
        "kind": "completion",
        "language": language,
        "number": number,
        "serial": serial,
        "issuer": clean(look["issuer"]),
        "representative": clean(look["representative"]),
        "sentence": clean(look["sentence"]),
        "issued_at": issued_at.isoformat() if issued_at else "",
        "issued_on": timezone.localdate(issued_at).isoformat() if issued_at else "",
        "check_until": timezone.localdate(check_until).isoformat() if check_until else "",
        "name": clean(name),
        "roman_name": "",
        "birth": birth,
        "purpose": "",
        "entries": [row],
        "count": 1,
        "hours": row["hours"],
    }


def page_data(
    contents: Sequence[Content], *, keys: Sequence[str], check_url: str, seal: str, clr: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the template sets for documents of one batch, a page each, and what it carries."""
    first = contents[0]
    language = first["language"]
    w, own = words(language), EN if language == "en" else KO
    preview = not first["issued_on"]
    issued = date.fromisoformat(first["issued_on"]) if not preview else None
    known = render.characters()
    docs = []
    for said, key in zip(contents, keys, strict=True):
        doc = {
            "serial": own["serial"].format(serial=said["serial"]),  # type: ignore[attr-defined]
            "facts": _facts(said, own["facts"], w),
            "check": [] if preview else _check(said, key, check_url, w),
            "missing": "",
        }
        docs.append(layout.printable(doc, known=known, language=language))
    shared = {
        "lang": language,
        "title": w["completion"],
        "author": first["issuer"],
        # Only a document of its own is found by the number in its description.
        "keywords": [printed_number(first["number"])] if len(contents) == 1 and not preview else [],
        "date": [issued.year, issued.month, issued.day] if issued else [2000, 1, 1],
        "heading": own["heading"],
        "says": first["sentence"] or own["says"],
        "issued": long_date(issued, language) if issued else w["later"],
        "issuer": first["issuer"],
        "representative": first["representative"],
        "watermark": w["preview"] if preview else "",
        "qr_alt": w["qr"],
        "seal_alt": w["seal"].format(issuer=first["issuer"]),
        "clr_says": w["attachment"],
        "missing": "",
    }
    data = {**layout.printable(shared, known=known, language=language), "docs": docs}
    qrs = [
        "" if preview else draw_qr(f"{check_url}?n={said['number']}&k={key}", decorative=True)
        for said, key in zip(contents, keys, strict=True)
    ]
    return data, {"qrs": qrs, "seal": seal, "clr": clr}


def seal_picture(issuer: str, picture: bytes | None, media_type: str) -> str:
    """Return the seal as SVG: the institution's picture where it gave one, else drawn from its name."""
    if picture is None:
        return draw(issuer)
    data = base64.b64encode(picture).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' viewBox="0 0 100 100" width="100" height="100"><image width="100" height="100"'
        f' preserveAspectRatio="xMidYMid meet" xlink:href="data:{media_type};base64,{data}"/></svg>'
    )


def _facts(said: Content, labels: Any, w: Any) -> list[list[str]]:
    (row,) = said["entries"]
    start, end = row["started_on"].replace("-", "."), row["completed_on"].replace("-", ".")
    values = (
        said["name"],
        said["birth"],
        row["title"],
        f"{start} ~ {end}" if start and start != end else end,
        w["hours"].format(hours=row["hours"]),
    )
    return [[label, value] for label, value in zip(labels, values, strict=True) if value]


def _check(said: Content, key: str, check_url: str, w: Any) -> list[str]:
    return [
        w["check_number"].format(number=printed_number(said["number"]), key=printed_key(key)),
        w["check_where"].format(url=check_url, until=said["check_until"].replace("-", ".")),
        w["check_file"],
    ]
