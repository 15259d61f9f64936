"""The learning card: numbers, PINs, the lock, and what never gets in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests import factories as make
from tests.factories import NOW

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.people import card_rules, cards
from naite.trunk.people.models import LearningCard, Person

BORN = date(1949, 9, 20)


def holder(**facts: object) -> tuple[Person, LearningCard]:
    person = make.person("이말순", email=None, birth_date=BORN, **facts)
    return person, cards.issue(person=person, pin="7304", organisation=None, actor=person, now=NOW)


@pytest.mark.req("X5", "rule")
@given(st.integers(min_value=0, max_value=10**11 - 1), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_no_card_number(body: int, place: int, change: int) -> None:
    digits = f"{body:011d}"
    number = digits + card_rules.check_digit(digits)
    assert card_rules.is_card_number(number)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert not card_rules.is_card_number(wrong)


def test_numbers_are_read_as_typed_and_as_scanned() -> None:
    digits = "48210937115"
    number = digits + card_rules.check_digit(digits)
    shown = f"{number[:4]}-{number[4:8]} {number[8:]}"
    for text in (number, shown, f"https://naite.kr/card/{number}/"):
        assert card_rules.number_in(text) == number
    assert card_rules.number_in(number[:-1]) == card_rules.number_in("카드") == ""


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("7304", ""), ("730418", ""), ("123", "shape"), ("1234567", "shape"), ("12a4", "shape"), ("2222", "same"),
        ("1234", "row"), ("6543", "row"), ("1949", "birth"), ("0920", "birth"), ("490920", "birth"),
    ],
)  # fmt: skip
def test_weak_pins(pin: str, fault: str) -> None:
    assert card_rules.pin_fault(pin, BORN) == fault


@pytest.mark.django_db
@pytest.mark.req("X5", "refusal")
def test_five_wrong_pins_lock_the_card_and_a_new_pin_opens_it() -> None:
    person, card = holder()
    for _ in range(card_rules.MOST_WRONG - 1):
        with pytest.raises(cards.CardRefused) as refused:
            cards.sign_in(text=card.number, pin="9999", now=NOW)
        assert refused.value.code == "card_refused"
    with pytest.raises(cards.CardLocked):
        cards.sign_in(text=card.number, pin="9999", now=NOW)
    with pytest.raises(cards.CardLocked):
        cards.sign_in(text=card.number, pin="7304", now=NOW)
    cards.set_pin(card=card, pin="8256", actor=person, now=NOW)
    assert cards.sign_in(text=card.shown_number, pin="8256", now=NOW) == person
    told = AuditEvent.objects.filter(data_subject_id=person.pk).values_list("action", flat=True)
    assert {"people.lock_card", "people.wrong_card_pin", "people.set_card_pin"} <= set(told)


@pytest.mark.django_db
def test_a_right_pin_forgets_the_wrong_ones() -> None:
    _person, card = holder()
    for _ in range(3):
        for _ in range(card_rules.MOST_WRONG - 1):
            with pytest.raises(cards.CardRefused):
                cards.sign_in(text=card.number, pin="9999", now=NOW)
        cards.sign_in(text=card.number, pin="7304", now=NOW)


@pytest.mark.django_db
@pytest.mark.req("X5", "refusal")
def test_a_new_card_ends_the_old_and_unknown_numbers_sound_like_wrong_pins() -> None:
    person, old = holder()
    new = cards.issue(person=person, pin="7304", organisation=None, actor=person, now=NOW)
    said = set()
    for number in (old.number, "123", "482109371155"):
        with pytest.raises(cards.CardRefused) as refused:
            cards.sign_in(text=number, pin="7304", now=NOW)
        said.add(str(refused.value))
    with pytest.raises(cards.CardRefused) as refused:
        cards.sign_in(text=new.number, pin="9999", now=NOW)
    assert said == {str(refused.value)}
    assert cards.sign_in(text=new.number, pin="7304", now=NOW) == person
    assert new.pin_hash != old.pin_hash and "7304" not in new.pin_hash


@pytest.mark.django_db
@pytest.mark.req("X5", "refusal")
def test_staff_never_get_in_by_card() -> None:
    staff = make.staff(make.organisation())
    with pytest.raises(NotAllowed):
        cards.issue(person=staff, pin="7304", organisation=None, actor=staff, now=NOW)
    person, card = holder()
    make.role(person, make.organisation())
    with pytest.raises(cards.CardRefused, match="업무를 보는 계정"):
        cards.sign_in(text=card.number, pin="7304", now=NOW)
    with pytest.raises(Invalid):
        cards.set_pin(card=card, pin="1111", actor=person, now=NOW + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_wrong_pins_at_once_are_all_counted() -> None:
    _person, card = holder()

    def guess(number: int) -> None:
        try:
            with pytest.raises(cards.CardRefused):
                cards.sign_in(text=card.number, pin=f"90{number:02d}", now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(guess, range(8)))
    card.refresh_from_db()
    assert card.locked_at == NOW and card.wrong_pins >= card_rules.MOST_WRONG
