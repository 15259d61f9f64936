"""What an office notes for itself on a case, and editing many cases as a table does: only if nothing has changed since."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.applications import access, assigning, handling
from naite.trunk.recognition.models import Application, CaseMark

MOST_MEMO = 500


@dataclass(frozen=True, slots=True)
class Edit:
    """What an office may change of a case in a table: who is in charge, its own deadline, its memo."""

    handler_id: UUID | None
    internal_due_on: date | None
    memo: str


def marks_of(office: Organisation, cases: Iterable[UUID]) -> Mapping[UUID, CaseMark]:
    """Return an office's marks on some cases, by case, in one query."""
    rows = CaseMark.objects.filter(office=office, application__in=list(cases))
    return {row.application_id: row for row in rows}


def edit_of(application: Application, mark: CaseMark | None) -> Edit:
    """Return what could be changed, as it is."""
    return Edit(application.handler_id, mark.internal_due_on if mark else None, mark.memo if mark else "")


def fingerprint(application: Application, mark: CaseMark | None) -> str:
    """Return what a table keeps of a case, so that it can be told later whether the case has changed since.

    It covers whose turn it is, the state, who is in charge, and the office's own deadline and memo.
    """
    it = edit_of(application, mark)
    parts = (
        application.pk, application.state, application.office_id, it.handler_id, it.internal_due_on, it.memo
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(str(part or "") for part in parts).encode()).hexdigest()[:16]


def faults(application: Application, before: Edit, after: Edit, *, today: date) -> dict[str, str]:
    """Return what is wrong with an edit, by field; only what it changes is looked at."""
    wrong: dict[str, str] = {}
    if len(after.memo) > MOST_MEMO:
        wrong["memo"] = _("메모는 %(most)s자까지입니다.") % {"most": MOST_MEMO}
    day = after.internal_due_on
    if day is not None and day != before.internal_due_on:
        if day < today:
            wrong["internal_due_on"] = _("내부 기한은 오늘보다 앞설 수 없습니다.")
        elif application.due_on is not None and today <= application.due_on < day:
            wrong["internal_due_on"] = _("내부 기한은 처리 기한(%(day)s)보다 늦을 수 없습니다.") % {
                "day": show_day(application.due_on, today=today)
            }
    return wrong


@transaction.atomic
def edit(
    *, application: Application, office: Organisation, to: Edit, stood: str, actor: Person, now: datetime
) -> Application:
    """Change who is in charge, the office's own deadline and its memo, if the case still is what it was.

    ``stood`` is its ``fingerprint`` when the actor read it. Refuses (``moved_meanwhile``) when anything of it has
    changed since, who does not act for the office, cases it has not had, another office's turn for who is in
    charge, and what ``faults`` finds. All or nothing. Repeating finds nothing to change only with a new fingerprint.
    """
    if not access.acts_for(actor, office, now=now) or not (
        access.seen_by_offices(actor, now=now).filter(pk=application.pk).exists()
    ):
        raise NotAllowed(_("이 신청을 처리하는 기관의 담당자가 아닙니다."))
    row = Application.objects.select_for_update(of=("self",)).select_related("office").get(pk=application.pk)
    mark = CaseMark.objects.filter(application=row, office=office).first()
    if fingerprint(row, mark) != stood:
        raise Refused(
            _("그 사이에 다른 사람이 바꾸어 이 건은 고치지 않았습니다. 새로 내려받아 다시 고쳐 주세요."),
            code="moved_meanwhile",
        )
    before = edit_of(row, mark)
    to = Edit(to.handler_id, to.internal_due_on, tidy(to.memo))
    if wrong := faults(row, before, to, today=day_of(now)):
        raise Invalid(next(iter(wrong.values())), fields=wrong)
    if to.handler_id != before.handler_id:
        _give(row, office, to.handler_id, actor, now)
    if (to.internal_due_on, to.memo) != (before.internal_due_on, before.memo):
        CaseMark.objects.update_or_create(
            application=row,
            office=office,
            defaults={
                "internal_due_on": to.internal_due_on,
                "memo": to.memo,
                "changed_by": actor,
                "changed_at": now,
            },
        )
        audit.record("recognition.mark_application", actor=actor, now=now, subject=row, number=row.number)
    row.refresh_from_db()
    return row


def _give(
    row: Application, office: Organisation, handler_id: UUID | None, actor: Person, now: datetime
) -> None:
    if row.office_id != office.pk:
        message = _("지금은 %(office)s 차례여서 담당을 바꿀 수 없습니다.") % {"office": row.office or "–"}
        raise Refused(message, code="not_your_turn")
    if handler_id is not None:
        to = Person.objects.get(pk=handler_id)
        handling.assign(application=row, to=to, actor=actor, now=now)
    elif row.handler is not None:
        assigning.put_back(application=row, given_to=row.handler, before=None, actor=actor, now=now)
