"""Signing in by telephone: a code that is sent once, lives five minutes and dies after five wrong tries."""

import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices import services as notices
from naite.roots.notices import sms
from naite.roots.notices.models import Message
from naite.roots.phones import is_mobile, is_phone, tidy_phone
from naite.trunk.people.cards import needs_stronger_sign_in
from naite.trunk.people.models import Person, PhoneCode

VALID_FOR = timedelta(minutes=5)
MOST_WRONG = 5
MOST_AN_HOUR = 5


class CodeRefused(Refused):
    """The code is wrong, used or too old."""

    code = "code_refused"
    status = 403


def _digest(row_id: object, code: str) -> str:
    key = settings.ISSUER_KEY_SECRET.encode()
    return hmac.new(key, f"naite phone {row_id} {code}".encode(), hashlib.sha256).hexdigest()


def _one(phone: str, birth_date: date) -> Person | None:
    """The one person with this number and birth date; families share phones, so the number is not enough."""
    found = list(Person.objects.filter(phone=phone, birth_date=birth_date, is_active=True)[:2])
    return found[0] if len(found) == 1 else None


@transaction.atomic
def send_code(*, phone: str, birth_date: date, now: datetime) -> bool:
    """Send a code to the person with this number and birth date; return whether one was sent.

    The page says the same in either case, so that nobody learns who has an account. Refuses a number that
    cannot receive text messages. Sends to nobody who handles other people's data, and at most
    ``MOST_AN_HOUR`` an hour.
    """
    number = tidy_phone(phone)
    if not is_mobile(number):
        message = _("휴대전화 번호를 다시 확인해 주세요. 예: 010-1234-5678")
        raise Invalid(message, code="phone", fields={"phone": message})
    if not sms.offered():
        raise Refused(_("지금은 문자로 로그인할 수 없습니다. 학습카드를 써 주세요."), code="no_sms")
    person = _one(number, birth_date)
    if person is None or needs_stronger_sign_in(person, now=now):
        return False
    recent = PhoneCode.objects.filter(person=person, sent_at__gt=now - timedelta(hours=1)).count()
    if recent >= MOST_AN_HOUR:
        return False
    code = f"{secrets.randbelow(10**6):06d}"
    row = PhoneCode(person=person, sent_at=now, expires_at=now + VALID_FOR)
    row.code_digest = _digest(row.pk, code)
    row.save(force_insert=True)
    notices.send(
        channel=Message.Channel.SMS,
        address=number,
        person_id=person.pk,
        subject=_("로그인 번호"),
        body=_("[%(operator)s] 로그인 번호 %(code)s. 5분 안에 넣어 주세요. 아무에게도 알려 주지 마세요.")
        % {"operator": settings.OPERATOR_NAME, "code": code},
        now=now,
    )
    audit.record("people.send_phone_code", actor=None, now=now, subject=row, about=person.pk)
    return True


def sign_in(*, phone: str, birth_date: date, code: str, now: datetime) -> Person:
    """Return the person whose newest code this is; a code works once.

    Whoever has no code gets the same answer as a wrong one.
    """
    refused = CodeRefused(_("번호가 맞지 않거나 시간이 지났습니다. 번호를 다시 받아 주세요."))
    person = _one(tidy_phone(phone), birth_date)
    row = (
        PhoneCode.objects.filter(person=person).order_by("-sent_at", "-id").first()
        if person is not None
        else None
    )
    if person is None or row is None or row.used_at or row.expires_at <= now or row.wrong >= MOST_WRONG:
        raise refused
    if not hmac.compare_digest(row.code_digest, _digest(row.pk, code.strip())):
        PhoneCode.objects.filter(pk=row.pk).update(wrong=F("wrong") + 1)
        raise refused
    if not PhoneCode.objects.filter(pk=row.pk, used_at=None, wrong__lt=MOST_WRONG).update(used_at=now):
        raise refused
    if needs_stronger_sign_in(person, now=now):
        raise refused
    return person


@transaction.atomic
def change_phone(*, person: Person, phone: str, actor: Person, now: datetime) -> Person:
    """Keep a telephone number, or none. Refuses what is no number, and anyone but the person."""
    if actor.pk != person.pk:
        raise NotAllowed(_("내 정보는 본인만 바꿀 수 있습니다."))
    number = tidy_phone(phone)
    if number and not is_phone(number):
        message = _("전화번호를 다시 확인해 주세요. 예: 010-1234-5678")
        raise Invalid(message, code="phone", fields={"phone": message})
    if number != person.phone:
        person.phone = number
        person.save(update_fields=["phone"])
        audit.record(
            "people.change_profile", actor=actor, now=now, subject=person, about=person.pk, fields=["phone"]
        )
    return person
