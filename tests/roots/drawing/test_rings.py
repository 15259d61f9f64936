"""What the drawn rings say and carry."""

import re
import time
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.roots.drawing.test_layout import NOW, entries

from naite.roots.drawing.labels import Labels
from naite.roots.drawing.layout import Ring, RingEntry
from naite.roots.drawing.palette import AREAS
from naite.roots.drawing.rings import draw_rings

SVG = "{http://www.w3.org/2000/svg}"
LIFE = [
    RingEntry(2014, "practical_literacy", 20, "한글 다시 배우기"),
    RingEntry(2016, None, 12, "동네 모임"),
    *[RingEntry(2020, "career", 32, "엑셀 실무", "qualification")] * 5,
    RingEntry(2020, "practical_literacy", 14, "휴대전화로 은행 일 보기", "participation"),
    RingEntry(2026, "civic", 12.5, "마을 기록가 되기", "activity"),
]


def link(ring: Ring) -> dict[str, str]:
    return {"href": f"?year={ring.first}#year"}


def parsed(svg: str) -> Element:
    return fromstring(svg)


def links(svg: str) -> list[Element]:
    return list(parsed(svg).iter(f"{SVG}a"))


def test_every_year_is_a_link_that_says_what_was_learnt_oldest_first() -> None:
    found = links(draw_rings(LIFE, first=2014, now=NOW, seed="a", link=link))
    spoken = [a.attrib["aria-label"] for a in found]
    assert len(spoken) == 13
    assert spoken[0] == "2014년, 1개 과정 20시간. 실용문해 20시간"
    assert spoken[1] == "2015년, 쉬어 간 해"
    assert spoken[2] == "2016년, 1개 과정 12시간. 미분류 12시간"
    assert spoken[6] == "2020년, 6개 과정 174시간. 직업진로 160시간, 실용문해 14시간. 배지 6개"
    assert spoken[12] == "2026년, 1개 과정 12.5시간. 시민소양 12.5시간. 배지 1개"
    assert found[0].attrib["href"] == "?year=2014#year"
    assert "gap" in found[1].attrib["class"]
    assert "cur" in found[12].attrib["class"]


def test_joined_decades_say_their_years() -> None:
    life = [RingEntry(year, "career", 1) for year in (1966, 1975, 2026)]
    spoken = [
        a.attrib["aria-label"] for a in links(draw_rings(life, first=None, now=NOW, seed="a", link=link))
    ]
    assert spoken[:2] == [
        "1966~1969년, 1개 과정 1시간. 직업진로 1시간",
        "1970~1979년, 1개 과정 1시간. 직업진로 1시간",
    ]
    assert ">1970년대<" in draw_rings(life, first=None, now=NOW, seed="a", link=link)


def test_everything_beside_the_links_is_hidden_from_screen_readers() -> None:
    root = parsed(draw_rings(LIFE, first=2014, now=NOW, seed="a", link=link, focus=2020, mode="pattern"))
    assert root.attrib["role"] == "group"
    assert root.attrib["aria-label"] == "나이테"
    for child in root:
        assert child.tag in {f"{SVG}a", f"{SVG}defs"} or child.attrib.get("aria-hidden") == "true"


def test_decoration_has_no_links_and_no_name() -> None:
    root = parsed(draw_rings(LIFE, first=2014, now=NOW, seed="a", link=link, decorative=True))
    assert root.attrib["aria-hidden"] == "true"
    assert "aria-label" not in root.attrib
    assert not list(root.iter(f"{SVG}a"))


def test_without_links_it_is_one_named_image() -> None:
    root = parsed(draw_rings(LIFE, first=2014, now=NOW, seed="a", labels=Labels(title="한가람 님의 나이테")))
    assert (root.attrib["role"], root.attrib["aria-label"]) == ("img", "한가람 님의 나이테")


def test_no_entries_draw_a_seed_and_the_rings_to_come() -> None:
    svg = draw_rings([], first=None, now=NOW, seed="a", link=link)
    root = parsed(svg)
    classes = [child.attrib.get("class") for child in root]
    assert classes == [None, "to-come", "seed"]
    assert root.attrib["role"] == "img"


def test_the_chosen_year_is_outlined_and_told() -> None:
    svg = draw_rings(LIFE, first=2014, now=NOW, seed="a", link=link, focus=2020, dim=True)
    current = [a for a in links(svg) if a.attrib.get("aria-current") == "true"]
    assert ["2020" in a.attrib["href"] for a in current] == [True]
    assert 'class="focus"' in svg
    assert sum(a.attrib.get("opacity") == ".38" for a in links(svg)) == 12
    assert 'class="focus"' not in draw_rings(LIFE, first=2014, now=NOW, seed="a", link=link, focus=1999)


def test_patterns_and_letters_carry_the_area_without_colour() -> None:
    svg = draw_rings(LIFE, first=2014, now=NOW, seed="a", mode="pattern")
    for code in ("career", "civic", "practical_literacy", "unsorted"):
        assert f'-pt-{code}"' in svg
        assert f"-pt-{code})" in svg
    assert "-pt-self_growth" not in svg
    assert ">직<" in svg
    wide = draw_rings([RingEntry(2026, None, 90)], first=None, now=NOW, seed="a", mode="pattern")
    assert ">미<" in wide


def test_years_can_be_written_in_both_sizes_for_the_style_sheet_to_choose() -> None:
    svg = draw_rings(LIFE, first=2014, now=NOW, seed="a", axis="both")
    assert svg.count('class="axis desktop"') == svg.count('class="axis phone"') == 1
    assert 'class="axis' not in draw_rings(LIFE, first=2014, now=NOW, seed="a", axis="none")


def test_a_ring_that_has_the_focus_can_be_outlined_inside_itself() -> None:
    svg = draw_rings(LIFE, first=2014, now=NOW, seed="a", link=link)
    assert svg.count('<g class="edge" display="none"') == 13
    ids = re.findall(r'<g class="edge"[^>]*><path id="([^"]+)"', svg)
    assert len(set(ids)) == 13
    assert all(f'href="#{each}"' in svg for each in ids)
    assert 'class="edge"' not in draw_rings(LIFE, first=2014, now=NOW, seed="a")


def test_print_uses_one_ink() -> None:
    svg = draw_rings(LIFE, first=2014, now=NOW, seed="a", mode="print")
    for area in AREAS:
        assert area.base not in svg
        assert area.dark not in svg


def test_each_badge_is_a_knot() -> None:
    svg = draw_rings(LIFE, first=2014, now=NOW, seed="a")
    assert svg.count("<use ") == 7
    assert svg.count('-k-career-gold"') == 1 + 5


def test_the_texts_can_be_said_in_another_language() -> None:
    labels = Labels("Tree rings", lambda r: f"In {r.first}", lambda r: f"’{r.first % 100}", {"career": "C"})
    svg = draw_rings(
        [RingEntry(2026, "career", 60)],
        first=None,
        now=NOW,
        seed="a",
        mode="pattern",
        labels=labels,
        link=link,
    )
    assert [a.attrib["aria-label"] for a in links(svg)] == ["In 2026"]
    assert ">’26<" in svg
    assert ">C<" in svg
    assert not re.search("[가-힣]", svg)


def test_hostile_texts_stay_texts() -> None:
    evil = '"><script>alert(1)</script>&\x00\x0b'
    labels = Labels(title=evil, describe=lambda _: evil, mark=lambda _: "<b>")
    svg = draw_rings(
        [RingEntry(2026, "career", 60, evil)],
        first=None,
        now=NOW,
        seed=evil,
        labels=labels,
        link=lambda _: {"href": evil},
    )
    assert "<script" not in svg
    assert "<b>" not in svg
    assert parsed(svg).attrib["aria-label"] == '"><script>alert(1)</script>&'


def test_the_same_account_is_drawn_the_same_and_another_seed_differently() -> None:
    once = draw_rings(LIFE, first=2014, now=NOW, seed="a", link=link)
    assert once == draw_rings(list(LIFE), first=2014, now=NOW, seed="a", link=link)
    assert once != draw_rings(LIFE, first=2014, now=NOW, seed="b", link=link)


@given(
    st.lists(entries, max_size=60),
    st.text(max_size=8),
    st.sampled_from(["colour", "pattern", "print"]),
    st.one_of(st.none(), st.integers(1900, NOW)),
    st.sampled_from(["desktop", "phone", "none"]),
)
@settings(max_examples=40, deadline=None)
def test_any_account_can_be_drawn(items, seed, mode, focus, axis) -> None:  # type: ignore[no-untyped-def]
    svg = draw_rings(
        items, first=None, now=NOW, seed=seed, mode=mode, focus=focus, axis=axis, link=link, dim=True
    )
    parsed(svg)
    assert "nan" not in svg.replace("-nan", "").lower().split("font-family")[0]
    assert not re.search(r"[\s\"\-(,](nan|inf)\b", svg.lower())


def test_two_thousand_entries_are_drawn_in_time() -> None:
    codes = [None, *(area.code for area in AREAS)]
    many = [
        RingEntry(1977 + i % 50, codes[i % 5], 1 + i % 40, "x", "activity" if i % 3 else None)
        for i in range(2000)
    ]
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        svg = draw_rings(many, first=1977, now=NOW, seed="a", link=link)
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.5  # some 60 ms on an idle machine; a quadratic search would take seconds
    assert len(svg) < 400_000


@pytest.mark.parametrize("count", [1, 400])
def test_grain_is_bounded_by_the_room_not_by_the_courses(count: int) -> None:
    svg = draw_rings([RingEntry(2026, "career", 9)] * count, first=None, now=NOW, seed="a")
    assert len(svg) < 40_000
