"""From the content to what the typst template sets: strings in the document's language, in order."""

import json
from collections.abc import Set
from datetime import date
from decimal import Decimal
from typing import Any

from naite.trunk.records.certificates.content import Content, plain_hours
from naite.trunk.records.certificates.numbers import printed_key, printed_number
from naite.trunk.records.certificates.wording import long_date, words
from naite.trunk.records.models import CertificateKind

_NO_NUMBER = "-------------------"


def page_data(
    content: Content, *, key: str, check_url: str, qr: str, seal: str, clr: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the template sets, and what it only carries: pictures and the attachment."""
    w = words(content["language"])
    preview = not content["issued_on"]
    until = content["check_until"].replace("-", ".")
    holder = [[w["name"], content["name"]]]
    for label, value in (
        (w["roman"], content["roman_name"]),
        (w["birth"], content["birth"]),
        (w["purpose"], content["purpose"]),
    ):
        if value:
            holder.append([label, value])
    statement = content["kind"] == CertificateKind.STATEMENT
    issued = date.fromisoformat(content["issued_on"]) if content["issued_on"] else None
    data = {
        "lang": content["language"],
        "statement": statement,
        "title": w[content["kind"]],
        "author": content["issuer"],
        "keywords": [] if preview else [printed_number(content["number"])],
        "date": [issued.year, issued.month, issued.day] if issued else [2000, 1, 1],
        "number": w["number"].format(number=_NO_NUMBER if preview else printed_number(content["number"])),
        "holder": holder,
        "says": w[f"{content['kind']}_says"],
        "columns": [*w["columns"], w["recognition"] if statement else w["provenance"]],
        "sections": _sections(content, w, statement=statement),
        "total": _sum(w["total"], content["count"], content["hours"], w),
        "issued": long_date(issued, content["language"]) if issued else w["later"],
        "issuer": content["issuer"],
        "check": []
        if preview
        else [
            w["check_number"].format(number=printed_number(content["number"]), key=printed_key(key)),
            w["check_where"].format(url=check_url, until=until),
            w["check_file"],
        ],
        "watermark": w["preview"] if preview else "",
        "page": w["page"].format(page="#1", pages="#2").replace("#1", "\x01").replace("#2", "\x02"),
        "qr_alt": w["qr"],
        "seal_alt": w["seal"].format(issuer=content["issuer"]),
        "table_alt": w["table"],
        "missing": "",
        "clr_says": w["attachment"],
        "person_title": "" if statement else w["sections"]["1"],
        "empty": w["empty"],
    }
    return data, {"qr": qr, "seal": seal, "clr": clr}


def printable(data: dict[str, Any], *, known: Set[int], language: str) -> dict[str, Any]:
    """Put □ in the place of characters that the font lacks, and say so at the foot of the document."""
    text = json.dumps(data, ensure_ascii=False)
    lacking = {c for c in set(text) if ord(c) > 126 and ord(c) not in known}
    if not lacking:
        return data
    replaced: dict[str, Any] = json.loads(text.translate({ord(c): "□" for c in lacking}))
    return {**replaced, "missing": words(language)["missing"]}


def _sections(content: Content, w: Any, *, statement: bool) -> list[dict[str, Any]]:
    """One table for a 증명서; for an 이력철 one for each section, those without entries too."""
    wanted = [4] if statement else [2, 3, 4, 5]
    found = []
    for section in wanted:
        rows = [row for row in content["entries"] if row["section"] == section]
        hours = plain_hours(sum((Decimal(row["hours"]) for row in rows), Decimal(0)))
        found.append(
            {
                "title": "" if statement else w["sections"][str(section)],
                "rows": [
                    [
                        str(place),
                        row.get("kind") or w["areas"].get(row["area"], row["area"]),
                        f"{row['title']} ({row['facts']})" if row.get("facts") else row["title"],
                        row["provider"] or "–",
                        row["completed_on"].replace("-", "."),
                        "–" if row.get("kind") and row["hours"] == "0" else row["hours"],
                        (row["recognition"] or "–") if statement else w["by"][row["provenance"]],
                    ]
                    for place, row in enumerate(rows, start=1)
                ],
                "sum": [] if statement else _sum(w["subtotal"], len(rows), hours, w),
            }
        )
    return found


def _sum(label: str, count: int, hours: str, w: Any) -> list[str]:
    many = w["entry"] if count == 1 else w["entries"].format(count=f"{count:,}")
    return [f"{label} {many}", w["hours"].format(hours=hours)]
