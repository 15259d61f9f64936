"""Codes by text message, and how people without e-mail are told things."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from tests import factories as make
from tests.factories import NOW

from naite.roots.errors import Invalid, Refused
from naite.roots.notices import services as notices
from naite.roots.notices import sms
from naite.roots.notices.models import Message
from naite.roots.phones import is_mobile, mask_phone, show_phone, tidy_phone
from naite.trunk.people import phones, rules
from naite.trunk.people.models import Person

BORN = date(1949, 9, 20)
NUMBER = "010-1234-5678"


@pytest.fixture(autouse=True)
def _log(settings: Any) -> None:
    settings.SMS_BACKEND = "log"


def malsun(**facts: Any) -> Person:
    return make.person("이말순", **{"email": None, "phone": "01012345678", "birth_date": BORN, **facts})


def newest_code() -> str:
    body = Message.objects.filter(channel="sms").order_by("-created_at", "-id")[0].body
    found = re.search(r"\d{6}", body)
    assert found
    return found.group()


def test_numbers_as_people_write_them() -> None:
    assert {tidy_phone(text) for text in (NUMBER, "010 1234 5678", "+82 10-1234-5678")} == {"01012345678"}
    assert is_mobile("01012345678") and not is_mobile("021234567")
    assert [show_phone(n) for n in ("01012345678", "021234567", "0311234567", "15880000")] == [
        "010-1234-5678", "02-123-4567", "031-123-4567", "1588-0000",
    ]  # fmt: skip
    assert mask_phone("01012345678") == "010-****-5678"
    assert rules.day_from_digits("19490920") == rules.day_from_digits("1949. 9. 20.") == BORN
    assert rules.day_from_digits("19490230") is None and rules.day_from_digits("490920") is None


@pytest.mark.django_db
@pytest.mark.req("X5", "rule")
def test_a_code_lets_in_once_within_five_minutes() -> None:
    person = malsun()
    assert phones.send_code(phone=NUMBER, birth_date=BORN, now=NOW)
    code = newest_code()
    with pytest.raises(phones.CodeRefused):
        phones.sign_in(phone=NUMBER, birth_date=BORN, code="000000" if code != "000000" else "1", now=NOW)
    assert phones.sign_in(phone=NUMBER, birth_date=BORN, code=code, now=NOW) == person
    with pytest.raises(phones.CodeRefused):
        phones.sign_in(phone=NUMBER, birth_date=BORN, code=code, now=NOW)
    phones.send_code(phone=NUMBER, birth_date=BORN, now=NOW)
    with pytest.raises(phones.CodeRefused):
        phones.sign_in(phone=NUMBER, birth_date=BORN, code=newest_code(), now=NOW + timedelta(minutes=5))


@pytest.mark.django_db
@pytest.mark.req("X5", "refusal")
def test_who_gets_no_code() -> None:
    malsun()
    spouse = malsun(birth_date=date(1947, 1, 2))  # one phone, two people
    assert not phones.send_code(phone=NUMBER, birth_date=date(2000, 1, 1), now=NOW)
    assert phones.send_code(phone=NUMBER, birth_date=date(1947, 1, 2), now=NOW)
    make.role(spouse, make.organisation())
    assert not phones.send_code(phone=NUMBER, birth_date=date(1947, 1, 2), now=NOW)
    malsun()  # a namesake born the same day, with the same phone: nobody can tell them apart
    assert not phones.send_code(phone=NUMBER, birth_date=BORN, now=NOW)
    with pytest.raises(Invalid):
        phones.send_code(phone="02-123-4567", birth_date=BORN, now=NOW)


@pytest.mark.django_db
def test_codes_run_out_and_wrong_guesses_kill_one() -> None:
    malsun()
    sent = [phones.send_code(phone=NUMBER, birth_date=BORN, now=NOW) for _ in range(7)]
    assert sent.count(True) == phones.MOST_AN_HOUR
    code = newest_code()
    for _ in range(phones.MOST_WRONG):
        with pytest.raises(phones.CodeRefused):
            phones.sign_in(phone=NUMBER, birth_date=BORN, code="x", now=NOW)
    with pytest.raises(phones.CodeRefused):
        phones.sign_in(phone=NUMBER, birth_date=BORN, code=code, now=NOW)


@pytest.mark.django_db
@pytest.mark.req("X7", "rule")
def test_everybody_is_told_in_the_way_that_reaches_them(settings: Any) -> None:
    by_mail, by_phone, by_desk = make.person(), malsun(), make.person(email=None)
    for person in (by_mail, by_phone, by_desk):
        notices.tell(to=person, subject="자리가 났습니다", body="긴 글", short="짧은 글", now=NOW)
    rows = {row.person_id: row for row in Message.objects.all()}
    assert [
        (rows[p.pk].channel, rows[p.pk].address, rows[p.pk].body) for p in (by_mail, by_phone, by_desk)
    ] == [
        ("mail", by_mail.email, "긴 글"),
        ("sms", "01012345678", "짧은 글"),
        ("letter", "", "긴 글"),
    ]
    assert notices.deliver_due(now=NOW) == 1  # the text message; no mail server is set, letters wait
    assert [letter.body for letter in notices.letters_of(by_desk.pk)] == ["긴 글"]
    assert notices.handed_over(person_id=by_desk.pk, now=NOW) == 1
    assert notices.letters_of(by_desk.pk) == []
    settings.SMS_BACKEND = "none"
    assert notices.channel_of(by_phone) == "letter"
    with pytest.raises(Refused, match="학습카드"):
        phones.send_code(phone=NUMBER, birth_date=BORN, now=NOW)


class Gateway:
    def __init__(self) -> None:
        self.got: list[tuple[str, bytes, dict[str, str]]] = []

    def post(self, url: str, body: bytes, *, content_type: str, headers: dict[str, str]) -> None:
        self.got.append((url, body, headers))


def test_a_gateway_gets_json_and_the_token(settings: Any) -> None:
    settings.SMS_BACKEND, settings.SMS_URL = "http", "https://sms.example.kr/send"
    settings.SMS_TOKEN, settings.SMS_SENDER = "secret", "0212345678"
    gateway = Gateway()
    sms.send("01012345678", "안녕하세요", client=gateway)  # type: ignore[arg-type]
    assert gateway.got == [
        (
            "https://sms.example.kr/send",
            '{"to": "01012345678", "from": "0212345678", "text": "안녕하세요"}'.encode(),
            {"Authorization": "Bearer secret"},
        )
    ]
