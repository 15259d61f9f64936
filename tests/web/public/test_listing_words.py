from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.rules import SEOUL, RegistrationState
from naite.trunk.people.models import Region
from naite.web.public import listing_words as words

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (0, ""),
        (2, "화"),
        (0b01010, "화·목"),
        (0b11111, "월~금"),
        (0b111, "월~수"),
        (0b11, "월·화"),
        (127, "매일"),
    ],
)
def test_weekdays(mask: int, said: str) -> None:
    assert words.weekdays(mask) == said


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2026, 12, 3), date(2027, 2, 4), "12.03~2027.02.04"),
        (date(2027, 1, 6), date(2027, 3, 10), "2027.01.06~03.10"),
        (date(2026, 12, 3), date(2026, 12, 3), "12.03"),
        (date(2026, 12, 3), None, "12.03"),
        (None, None, ""),
    ],
)
def test_period(start: date | None, end: date | None, said: str) -> None:
    assert words.period(start, end, today=TODAY) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {
                "starts_on": date(2026, 12, 3),
                "ends_on": date(2026, 12, 31),
                "weekdays": 8,
                "start_time": time(19),
            },
            "12.03~12.31 매주 목 19:00",
        ),
        ({"starts_on": TODAY, "ends_on": TODAY, "weekdays": 2, "start_time": time(9)}, "11.24(화) 09:00"),
        ({"weekdays": 127, "start_time": time(9), "end_time": time(10)}, "매일 09:00~10:00"),
        ({}, "날짜가 아직 정해지지 않았습니다"),
    ],
)
def test_when(fields: dict[str, Any], said: str) -> None:
    assert words.when(Listing(**fields), today=TODAY) == said


@pytest.mark.parametrize(("won", "said"), [(None, "확인필요"), (0, "무료"), (20_000, "20,000원")])
def test_fee(won: int | None, said: str) -> None:
    assert words.fee(won) == said


def test_the_closing_is_told_as_the_last_day() -> None:
    midnight = datetime(2026, 11, 26, 0, 0, tzinfo=SEOUL)
    listing = Listing(registration_opens_at=NOW - timedelta(days=3), registration_closes_at=midnight)
    assert words.registration(listing) == "2026.11.21\u00a0~ 2026.11.25"
    assert words.hint(listing, RegistrationState.OPEN, now=NOW) == "내일 마감"
    assert words.hint(listing, RegistrationState.OPEN, now=NOW + timedelta(days=1)) == "오늘 마감"
    assert words.hint(listing, RegistrationState.OPEN, now=NOW - timedelta(days=2)) == "3일 남음"


@pytest.mark.req("A22", "rule")
@pytest.mark.parametrize(
    ("opens", "closes", "always", "said"),
    [
        (None, None, False, "확인필요"),
        (None, None, True, "언제나"),
        (None, NOW, False, "시작 확인필요\u00a0~ 2026.11.24"),
        (NOW, None, False, "2026.11.24\u00a0~ 끝 확인필요"),
    ],
)
def test_missing_dates_of_registration_are_said(
    opens: datetime | None, closes: datetime | None, always: bool, said: str
) -> None:
    listing = Listing(registration_opens_at=opens, registration_closes_at=closes, always_open=always)
    assert words.registration(listing) == said


def test_a_place_is_not_said_twice() -> None:
    sido = Region(code="11000", name="서울특별시")
    region = Region(code="11440", name="마포구", parent=sido)
    assert words.where(Listing(region=region, provider_name="마포구청", place="마포구청")) == "마포구청"
    named = Listing(region=region, provider_name="새솔학습관", place="203호")
    assert words.where(named) == "서울특별시 마포구 · 새솔학습관 · 203호"
