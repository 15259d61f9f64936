"""Learning cards: issuing, the PIN, signing in, locking and unlocking."""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people import card_rules
from naite.trunk.people.models import LearningCard, Organisation, Person
from naite.trunk.people.queries import roles_of


class CardRefused(Refused):
    """The card and PIN do not let anybody in."""

    code = "card_refused"
    status = 403


class CardLocked(CardRefused):
    """Too many wrong PINs; staff can unlock the card."""

    code = "card_locked"


def wrong_card_or_pin() -> CardRefused:
    return CardRefused(_("카드번호나 비밀번호가 맞지 않습니다. 다시 해 보세요."))


def locked() -> CardLocked:
    return CardLocked(
        _("비밀번호를 다섯 번 틀려 카드를 잠갔습니다. 카드를 만든 곳에 오시거나 전화해 주시면 풀어 드립니다.")
    )


def needs_stronger_sign_in(person: Person, *, now: datetime) -> bool:
    """Whether somebody handles other people's data: a card or a text message is too weak for that."""
    return person.is_operator or roles_of(person, now=now).exists()


def _peppered(card_number: str, pin: str) -> str:
    """A PIN has ten thousand values, so its hash is worthless without the installation's secret."""
    key = settings.ISSUER_KEY_SECRET.encode()
    return hmac.new(key, f"naite card {card_number} {pin}".encode(), hashlib.sha256).hexdigest()


def _hash(card_number: str, pin: str) -> str:
    return make_password(_peppered(card_number, pin))


def _check_pin(pin: str, person: Person) -> None:
    if fault := card_rules.pin_fault(pin, person.birth_date):
        message = {
            "shape": _("숫자 4자리에서 6자리로 정해 주세요."),
            "same": _("같은 숫자만 쓰면 남이 알아맞힙니다. 다른 숫자를 섞어 주세요."),
            "row": _("1234처럼 차례로 이어지는 숫자는 쓸 수 없습니다."),
            "birth": _("생년월일은 쓸 수 없습니다. 다른 숫자로 정해 주세요."),
        }[fault]
        raise Invalid(message, code="pin_fault", fields={"pin": message})


def live_card(person: Person) -> LearningCard | None:
    """Return the card of a person that counts now."""
    return LearningCard.objects.filter(person=person, ended_at=None).first()


def by_number(text: str) -> LearningCard | None:
    """Return the card that counts for what was typed or scanned."""
    number = card_rules.number_in(text)
    if not number:
        return None
    return LearningCard.objects.filter(number=number, ended_at=None).select_related("person").first()


@transaction.atomic
def issue(
    *,
    person: Person,
    pin: str,
    organisation: Organisation | None,
    actor: Person,
    now: datetime,
    reason: str = "",
) -> LearningCard:
    """Make a card with the PIN its holder chose; a card from before ends with it.

    Who may is the caller's policy (the desk, or the person). Refuses a weak PIN and people who handle other
    people's data. Not repeatable: each call makes a new card.
    """
    if needs_stronger_sign_in(person, now=now):
        raise NotAllowed(_("업무를 보는 계정에는 학습카드를 만들지 않습니다. 패스키를 써 주세요."))
    _check_pin(pin, person)
    for before in LearningCard.objects.select_for_update().filter(person=person, ended_at=None):
        _end(before, reason=reason or _("새 카드로 바꿈"), actor=actor, now=now)
    while LearningCard.objects.filter(number=(number := _new_number())).exists():
        continue
    card = LearningCard.objects.create(
        person=person,
        number=number,
        pin_hash=_hash(number, pin),
        organisation=organisation,
        issued_by=actor,
        issued_at=now,
    )
    audit.record("people.issue_card", actor=actor, now=now, subject=card, about=person.pk)
    return card


def _new_number() -> str:
    body = f"{secrets.randbelow(9) + 1}{secrets.randbelow(10**10):010d}"
    return body + card_rules.check_digit(body)


@transaction.atomic
def end(*, card: LearningCard, reason: str, actor: Person, now: datetime) -> LearningCard:
    """End a card, as when it was lost. Repeating changes nothing."""
    card = LearningCard.objects.select_for_update().get(pk=card.pk)
    if card.ended_at is None:
        _end(card, reason=reason, actor=actor, now=now)
    return card


def _end(card: LearningCard, *, reason: str, actor: Person, now: datetime) -> None:
    card.ended_at, card.end_reason = now, reason[:100]
    card.save(update_fields=["ended_at", "end_reason"])
    audit.record(
        "people.end_card", actor=actor, now=now, subject=card, about=card.person_id, reason=card.end_reason
    )


@transaction.atomic
def set_pin(*, card: LearningCard, pin: str, actor: Person, now: datetime) -> LearningCard:
    """Give a card a new PIN and unlock it. Refuses a weak PIN and a card that ended."""
    card = LearningCard.objects.select_for_update().select_related("person").get(pk=card.pk)
    if card.ended_at is not None:
        raise Refused(_("이미 쓰지 않는 카드입니다. 새 카드를 만들어 주세요."), code="card_ended")
    _check_pin(pin, card.person)
    card.pin_hash, card.wrong_pins, card.locked_at = _hash(card.number, pin), 0, None
    card.save(update_fields=["pin_hash", "wrong_pins", "locked_at"])
    audit.record("people.set_card_pin", actor=actor, now=now, subject=card, about=card.person_id)
    return card


def prove(*, text: str, pin: str, now: datetime) -> LearningCard:
    """Return the card whose number and PIN were given; five wrong PINs in a row lock it.

    Unknown numbers and wrong PINs get one and the same answer. The count is kept even though the refusal
    rolls nothing back, so this must not run inside a larger transaction.
    """
    card = by_number(text)
    if card is None:
        make_password(pin)  # as slow as a known number
        raise wrong_card_or_pin()
    if card.locked_at is not None:
        raise locked()
    if not check_password(_peppered(card.number, pin), card.pin_hash):
        with transaction.atomic():
            LearningCard.objects.filter(pk=card.pk).update(wrong_pins=F("wrong_pins") + 1)
            shut = LearningCard.objects.filter(
                pk=card.pk, locked_at=None, wrong_pins__gte=card_rules.MOST_WRONG
            ).update(locked_at=now)
            action = "people.lock_card" if shut else "people.wrong_card_pin"
            audit.record(action, actor=None, now=now, subject=card, about=card.person_id)
        raise locked() if shut else wrong_card_or_pin()
    if not card.person.is_active:
        raise wrong_card_or_pin()
    # A rival with wrong PINs may have locked it while the hash was computed.
    if not LearningCard.objects.filter(pk=card.pk, locked_at=None, ended_at=None).update(
        wrong_pins=0, last_used_at=now
    ):
        raise locked()
    return card


def sign_in(*, text: str, pin: str, now: datetime) -> Person:
    """Return the person whom a card and its PIN let in. Refuses what ``prove`` refuses, and staff."""
    card = prove(text=text, pin=pin, now=now)
    if needs_stronger_sign_in(card.person, now=now):
        raise CardRefused(
            _("업무를 보는 계정은 카드로 들어올 수 없습니다. 패스키나 2단계 로그인을 써 주세요.")
        )
    return card.person
