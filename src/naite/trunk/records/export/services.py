"""One reading of an account, three forms; entry by entry and to the hour they say the same."""

import csv
import io
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.records import policies, queries
from naite.trunk.records.certificates import content
from naite.trunk.records.certificates.clr import signed_record
from naite.trunk.records.certificates.keys import record_signer
from naite.trunk.records.models import CertificateKind, Entry, LearningAccount

FORMATS = ("json", "csv", "clr")
# What spreadsheets would run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t")


def account_for(person: Person) -> LearningAccount:
    """Return the open account of a person. Refuses where there is none."""
    account = queries.account_of(person)
    if account is None:
        raise Refused(_("열린 학습계좌가 없습니다. 나의 학습계좌를 먼저 열어 주세요."), code="no_account")
    return account


def export(
    *,
    account: LearningAccount,
    form: str,
    actor: Person | None,
    reason: str = "",
    channel: str,
    now: datetime,
) -> bytes:
    """Return the record in a form: ``json``, ``csv`` (UTF-8 with BOM) or ``clr`` (signed CLR 2.0).

    Refuses anyone but the owner, an operator at the command line (``actor`` None) without a reason, and a CLR
    of an account without entries, which the standard does not know. Each export is recorded.
    """
    if actor is None:
        if not reason.strip():
            raise Invalid(_("내보내는 까닭을 적어 주세요."), fields={"reason": _("까닭이 있어야 합니다.")})
    elif not policies.can_see_account(actor, account):
        raise NotAllowed(_("본인의 학습이력만 받을 수 있습니다."))
    entries = list(queries.entries_of(account).order_by("completed_on", "id"))
    record = as_values(account, entries, now=now)
    if form == "json":
        body = orjson.dumps(record, option=orjson.OPT_INDENT_2)
    elif form == "csv":
        body = as_csv(record)
    elif form == "clr":
        body = as_clr(account, entries, now=now)
    else:
        raise Invalid(_("json, csv, clr 가운데 하나를 고르세요."), fields={"format": _("모르는 형식입니다.")})
    audit.record(
        "records.export",
        actor=actor,
        now=now,
        subject=account,
        about=account.person_id,
        form=form,
        channel=channel,
        entries=len(entries),
        reason=reason.strip()[:300],
    )
    return body


def as_values(account: LearningAccount, entries: list[Entry], *, now: datetime) -> dict[str, Any]:
    """Return the record as plain values; hours are exact decimals as text."""
    person = account.person
    return {
        "account_id": str(account.pk),
        "name": person.name,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "opened_at": account.opened_at.isoformat(),
        "exported_at": now.isoformat(),
        "count": len(entries),
        "hours": content.plain_hours(sum((entry.hours for entry in entries), Decimal(0))),
        "entries": [_row(entry) for entry in entries],
    }


def as_csv(record: dict[str, Any]) -> bytes:
    """Return the entries as CSV; a text that a spreadsheet would run is led by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in record["entries"]:
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def as_clr(account: LearningAccount, entries: list[Entry], *, now: datetime) -> bytes:
    """Return the entries as a Comprehensive Learner Record signed by this installation."""
    if not entries:
        raise Refused(
            _("아직 기록이 없어 CLR을 만들 수 없습니다. 기록이 하나라도 있어야 합니다."), code="no_entries"
        )
    said = content.build(
        kind=CertificateKind.PORTFOLIO,
        language="ko",
        entries=entries,
        name=account.person.name,
        issuer=settings.CERTIFICATE_ISSUER,
        number="",
        issued_at=now,
        check_until=None,
    )
    return signed_record(said, id=UUID(str(account.pk)), signer=record_signer(), now=now, whole=True)


COLUMNS = (
    "id",
    "section",
    "title",
    "provider",
    "started_on",
    "completed_on",
    "hours",
    "score",
    "area",
    "sub_area",
    "category",
    "recognition_number",
    "provenance",
    "source",
    "note",
    "added_at",
)


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "section": int(entry.section),
        "title": entry.title,
        "provider": entry.provider_name,
        "started_on": entry.started_on.isoformat() if entry.started_on else None,
        "completed_on": entry.completed_on.isoformat(),
        "hours": content.plain_hours(entry.hours),
        "score": None if entry.score is None else f"{entry.score.normalize():f}",
        "area": entry.area,
        "sub_area": entry.sub_area,
        "category": entry.category,
        "recognition_number": entry.recognition_number,
        "provenance": entry.provenance,
        "source": entry.source,
        "note": entry.note,
        "added_at": entry.added_at.isoformat(),
    }


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
