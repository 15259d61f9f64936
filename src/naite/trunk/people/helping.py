"""Helping somebody on a device that is not theirs: half an hour, then it ends by itself."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.people import cards
from naite.trunk.people.models import HelpSession, Person

LASTS = timedelta(minutes=30)
CODE_LASTS = timedelta(minutes=10)


class HelpRefused(Refused):
    """The code is unknown, used or too old."""

    code = "help_refused"
    status = 403


def _digest(code: str) -> str:
    digits = "".join(char for char in code if char.isdigit())
    return hashlib.sha256(f"naite help {digits}".encode()).hexdigest()


def _helper(helper: str) -> str:
    helper = tidy(helper)[:60]
    if not helper:
        message = _("도와주는 분의 이름이나 자리를 적어 주세요. 예: 큰아들, 마포도서관 사서")
        raise Invalid(message, code="no_helper", fields={"helper": message})
    return helper


@transaction.atomic
def make_code(*, person: Person, now: datetime) -> str:
    """Make a code of eight digits for a helper's device; codes from before end. Refuses staff accounts."""
    if cards.needs_stronger_sign_in(person, now=now):
        raise NotAllowed(_("업무를 보는 계정은 도움 모드로 열 수 없습니다."))
    HelpSession.objects.filter(person=person, began_at=None).delete()
    while HelpSession.objects.filter(code_digest=_digest(code := f"{secrets.randbelow(10**8):08d}")).exists():
        continue
    row = HelpSession.objects.create(person=person, code_digest=_digest(code), code_ends_at=now + CODE_LASTS)
    audit.record("people.make_help_code", actor=person, now=now, subject=row, about=person.pk)
    return f"{code[:4]} {code[4:]}"


@transaction.atomic
def begin_by_code(*, code: str, helper: str, now: datetime) -> HelpSession:
    """Begin to help with a code, once and within ten minutes. Refuses a helper without a name."""
    helper = _helper(helper)
    row = HelpSession.objects.filter(code_digest=_digest(code), began_at=None, code_ends_at__gt=now).first()
    begun = row and HelpSession.objects.filter(pk=row.pk, began_at=None).update(
        began_at=now, ends_at=now + LASTS, helper=helper, code_digest=None
    )
    if row is None or not begun or not row.person.is_active:
        raise HelpRefused(_("맞지 않거나 시간이 지난 번호입니다. 본인께 새 번호를 달라고 해 주세요."))
    row.refresh_from_db()
    return _begun(row, now)


def begin_by_card(*, text: str, pin: str, helper: str, now: datetime) -> HelpSession:
    """Begin to help with the learner's card and PIN. Refuses what ``cards.sign_in`` refuses."""
    helper = _helper(helper)
    person = cards.sign_in(text=text, pin=pin, now=now)
    with transaction.atomic():
        row = HelpSession.objects.create(person=person, helper=helper, began_at=now, ends_at=now + LASTS)
        return _begun(row, now)


def _begun(row: HelpSession, now: datetime) -> HelpSession:
    audit.record(
        "people.begin_help",
        actor=row.person,
        now=now,
        subject=row,
        about=row.person_id,
        role="helper",
        why=row.helper,
    )
    return row


def on(row_id: UUID | str, *, person: Person, now: datetime) -> HelpSession | None:
    """Return a person's help session while it is on."""
    row = HelpSession.objects.filter(pk=row_id, person=person).first()
    return row if row is not None and row.is_on(now) else None


@transaction.atomic
def end(*, person: Person, now: datetime) -> int:
    """End every help session of a person at once; return how many were on."""
    ended = HelpSession.objects.filter(person=person, ends_at__gt=now).update(ends_at=now)
    HelpSession.objects.filter(person=person, began_at=None).delete()
    if ended:
        audit.record("people.end_help", actor=person, now=now, subject=person, about=person.pk)
    return ended
