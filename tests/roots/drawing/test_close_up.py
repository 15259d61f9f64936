"""One year as twelve months."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from naite.roots.drawing.close_up import MonthLabels, draw_year, months
from naite.roots.drawing.layout import RingEntry


def entry(hours: str = "10", area: str | None = "career", badge: str | None = None) -> RingEntry:
    return RingEntry(2020, area, Decimal(hours), "배움", badge)


def test_months_add_up_to_the_hours_of_their_entries() -> None:
    found = months([(5, entry("40.5")), (5, entry("9.5", "civic")), (11, entry("3"))])
    assert [(month.number, month.hours, month.count) for month in found] == [
        (5, Decimal(50), 2),
        (11, Decimal(3), 1),
    ]
    assert [band.area.code for band in found[0].bands] == ["career", "civic"]


def test_more_hours_are_thicker_and_bands_touch() -> None:
    may, june = months([(5, entry("90")), (5, entry("10", "civic")), (6, entry("10"))])
    assert may.bands[-1].outer - may.bands[0].inner > june.bands[-1].outer - june.bands[0].inner
    assert may.bands[0].outer == may.bands[1].inner
    assert may.bands[0].outer - may.bands[0].inner > may.bands[1].outer - may.bands[1].inner


def test_what_has_no_hours_can_still_be_seen() -> None:
    (month,) = months([(1, entry("0")), (1, entry("0", "civic"))])
    assert all(band.outer - band.inner >= 12 for band in month.bands)


@pytest.mark.parametrize("number", [0, 13])
def test_a_month_that_is_none_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="no month"):
        months([(number, entry())])


def test_each_month_is_a_link_with_its_numbers_and_the_size_is_bounded() -> None:
    labels = MonthLabels(describe=lambda month: f"{month.number}월 {month.count}건")
    many = [(1 + n % 12, entry("2", ("career", "civic", None)[n % 3], "achievement")) for n in range(2000)]
    drawn = draw_year(many, year=2020, seed="a", labels=labels, link=lambda m: {"href": f"#month-{m}"})
    root = ElementTree.fromstring(drawn)
    links = root.findall("{http://www.w3.org/2000/svg}a")
    assert [link.get("href") for link in links] == [f"#month-{n}" for n in range(1, 13)]
    assert links[0].get("aria-label") == "1월 167건"
    assert len(drawn) < 120_000


def test_equal_facts_give_equal_pictures_and_text_stays_text() -> None:
    labels = MonthLabels(title='<script>"', year=lambda _: "<b>")
    one = draw_year([(3, entry())], year=2020, seed="a", labels=labels, mode="pattern")
    assert one == draw_year([(3, entry())], year=2020, seed="a", labels=labels, mode="pattern")
    assert "<script>" not in one
    assert "<b>" not in one
