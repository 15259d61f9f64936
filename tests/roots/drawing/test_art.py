"""Badge art, the mark, QR codes."""

import struct
from itertools import product
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
import segno
from tests.roots.drawing.fonts import small_font

from naite.roots.drawing.badges import draw_badge, render_png
from naite.roots.drawing.lettering import MissingGlyph, outline_text
from naite.roots.drawing.mark import draw_mark, favicon, staff_mark
from naite.roots.drawing.palette import ALL_AREAS, AREAS, BADGE_TYPES, area_of
from naite.roots.drawing.qr import draw_qr

CODES = [None, *(area.code for area in AREAS)]


@pytest.fixture(scope="module")
def font(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_font(tmp_path_factory.mktemp("font") / "small.otf")


@pytest.mark.parametrize(("kind", "area"), list(product(BADGE_TYPES, CODES)))
def test_every_type_and_area_has_its_own_art(kind: str, area: str | None) -> None:
    svg = draw_badge(kind, area)
    root = fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == f"{area_of(area).name} {BADGE_TYPES[kind]} 배지"
    assert f"{area_of(area).name} · {BADGE_TYPES[kind]}" in svg
    assert area_of(area).base in svg
    others = [draw_badge(k, a) for k, a in product(BADGE_TYPES, CODES) if (k, a) != (kind, area)]
    assert svg not in others


def test_art_is_equal_for_equal_arguments_and_ids_differ_between_designs() -> None:
    assert draw_badge("activity", "civic") == draw_badge("activity", "civic")
    ids = [
        draw_badge(k, a).split('linearGradient id="')[1].split('"')[0] for k, a in product(BADGE_TYPES, CODES)
    ]
    assert len(set(ids)) == len(BADGE_TYPES) * len(CODES)
    assert 'id="mine-g"' in draw_badge("activity", "civic", uid="mine")


def test_small_art_has_no_ribbon_and_decoration_no_name() -> None:
    svg = draw_badge("pathway", "career", ribbon=False, decorative=True)
    assert "<text" not in svg
    assert "aria-label" not in svg
    assert fromstring(svg).attrib["aria-hidden"] == "true"


def test_a_badge_that_no_longer_counts_is_grey() -> None:
    svg = draw_badge("achievement", "career", grey=True)
    assert area_of("career").base not in svg
    assert "#FFD166" not in svg


def test_hostile_labels_stay_texts() -> None:
    svg = draw_badge("activity", None, label='"><script>', ribbon_text="<script>&\x00")
    assert "<script" not in svg
    assert fromstring(svg).attrib["aria-label"] == '"><script>'


def test_no_area_and_an_empty_area_are_the_same_bare_wood() -> None:
    assert draw_badge("activity", None) == draw_badge("activity", "") == draw_badge("activity", "unsorted")


def test_foreign_codes_are_refused() -> None:
    with pytest.raises(ValueError, match="badge type"):
        draw_badge("gold", "career")
    with pytest.raises(ValueError, match="area"):
        draw_badge("activity", "magic")


def test_text_is_outlined_with_the_given_font(font: Path) -> None:
    outline = outline_text(font, "AA", 100)
    assert outline.width == pytest.approx(120)
    assert outline.path.startswith("M")
    svg = draw_badge("activity", "civic", ribbon_text="AAA", font_path=font)
    assert "<text" not in svg
    assert outline_text(font, "AAA", 39).path in svg


def test_a_character_the_font_lacks_is_refused_and_drawn_as_text(font: Path) -> None:
    with pytest.raises(MissingGlyph, match="U\\+AC00"):
        outline_text(font, "가", 39)
    assert "<text" in draw_badge("activity", "civic", ribbon_text="가", font_path=font)


def test_long_ribbons_shrink(font: Path) -> None:
    svg = draw_badge("activity", "civic", ribbon_text="A" * 40, font_path=font)
    assert "scale(0.346)" in svg
    assert 'font-size="14.' in draw_badge("activity", "civic", ribbon_text="A" * 40)


@pytest.mark.parametrize("size", [96, 512])
def test_png_has_the_asked_size(size: int) -> None:
    png = render_png(draw_badge("qualification", "self_growth", ribbon=False), size)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (size, size)
    assert len(png) > 1000


def test_png_of_no_svg_is_refused() -> None:
    with pytest.raises(ValueError):
        render_png("not a picture", 96)


def test_the_mark_in_wood_and_navy_and_small() -> None:
    assert "#4A3426" in draw_mark()
    assert "#4A3426" not in staff_mark()
    assert draw_mark(42).count("<circle") == 2
    assert draw_mark(20).count("<circle") == 1
    assert (
        fromstring(draw_mark(42, decorative=False, label="나이테 <처음>")).attrib["aria-label"]
        == "나이테 <처음>"
    )
    assert render_png(favicon(), 32)[:4] == b"\x89PNG"


def test_qr_is_the_code_that_segno_makes_with_its_quiet_zone() -> None:
    text = "https://naite.example/verify/0190"
    root = fromstring(draw_qr(text, size=160, label="진위확인 QR"))
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=4)
    side = code.symbol_size(border=4)[0]
    assert root.attrib["viewBox"] == f"0 0 {side} {side}"
    assert root.attrib["aria-label"] == "진위확인 QR"
    drawn = {
        (int(x) + i, int(y))
        for run in root[1].attrib["d"].split("M")[1:]
        for x, y in [run.split("h")[0].split()]
        for i in range(int(run.split("h")[1].split("v")[0]))
    }
    rows = list(code.matrix_iter(border=4))
    assert drawn == {(x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}
    assert code.error == "M"
    assert "aria-hidden" in draw_qr(text, decorative=True)


def test_qr_refuses_what_it_cannot_hold() -> None:
    with pytest.raises(ValueError):
        draw_qr("x" * 5000)


def contrast(one: str, two: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("area", ALL_AREAS, ids=lambda area: area.code)
def test_colours_can_be_read(area) -> None:  # type: ignore[no-untyped-def]
    assert contrast("#FFFFFF", area.base) >= 4.5
    assert contrast("#FAF3E8", area.base) >= 4.5
    assert contrast(area.base, area.early) >= 3
    assert contrast(area.light, area.tint) >= 2.9
