"""Badges in pictures."""

from __future__ import annotations

import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credcore import bake
from credcore.errors import MalformedInput
from tests.credcore.pictures import END, HEADER, PIXELS, PNG, SIGNATURE, SVG, chunk

TEXT = '{"name":"한글 ]]> & < \\" 배지"}'
JWS = "eyJhbGciOiJFZERTQSJ9.e30.c2ln"


@pytest.mark.parametrize("picture", [PNG, SVG])
@pytest.mark.parametrize("text", [TEXT, JWS])
def test_what_is_baked_comes_out(picture: bytes, text: str) -> None:
    baked = bake.unbake(bake.bake(picture, text))
    assert (baked.text, baked.version) == (text, 3)


@pytest.mark.parametrize("picture", [PNG, SVG])
def test_baking_again_replaces(picture: bytes) -> None:
    once = bake.bake(picture, TEXT)
    twice = bake.bake(once, JWS)
    assert bake.unbake(twice).text == JWS
    assert bake.bake(twice, TEXT) == once


def test_the_chunk_is_the_one_of_the_standard() -> None:
    """OB 3.0 section 5.3.1.1: iTXt, keyword openbadgecredential, not compressed."""
    baked = bake.bake_png(PNG, TEXT)
    body = b"openbadgecredential\0\0\0\0\0" + TEXT.encode()
    assert chunk(b"iTXt", body) in baked
    assert baked.replace(chunk(b"iTXt", body), b"") == PNG


def test_the_element_is_the_first_child_and_the_rest_stays() -> None:
    baked = bake.bake_svg(SVG, TEXT)
    assert b'<openbadges:credential xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><![CDATA[' in baked
    assert baked.index(b"openbadges:credential") < baked.index(b"<title>")
    assert baked.startswith(SVG[: SVG.index(b"<title>")])
    assert baked.endswith(SVG[SVG.index(b"<title>") :])


@pytest.mark.parametrize(
    "svg",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" desc="a/>b" />',
        b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g a="&gt;/>"/></s:svg>',
        b'\xef\xbb\xbf<svg xmlns="http://www.w3.org/2000/svg"> <!-- c --> </svg>',
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        b'<svg xmlns="http://www.w3.org/2000/svg"><?x y?></svg>',
    ],
)
def test_svgs_of_all_shapes(svg: bytes) -> None:
    baked = bake.bake_svg(svg, TEXT)
    assert bake.unbake(baked).text == TEXT
    assert bake.unbake(bake.bake_svg(baked, JWS)).text == JWS


def test_the_prefix_does_not_matter_and_empty_elements_are_replaced() -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg"><x:credential xmlns:x="https://purl.imsglobal.org/ob/v3p0"'
        b' verify="a>/>.b.c"/></svg>'
    )
    assert bake.unbake(svg).text == "a>/>.b.c"
    assert bake.unbake(bake.bake_svg(svg, TEXT)).text == TEXT


@pytest.mark.parametrize(
    "old",
    [
        chunk(b"tEXt", b"openbadges\0https://a.example/assertion"),
        chunk(b"iTXt", b"openbadges\0\0\0\0\0https://a.example/assertion"),
        chunk(b"iTXt", b"openbadges\0\1\0\0\0" + zlib.compress(b"https://a.example/assertion")),
        chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(b"https://a.example/assertion")),
    ],
)
def test_the_forms_of_open_badges_2(old: bytes) -> None:
    picture = SIGNATURE + HEADER + old + PIXELS + END
    baked = bake.unbake(picture)
    assert (baked.text, baked.version) == ("https://a.example/assertion", 2)
    assert bake.unbake(bake.bake(picture, TEXT)).text == TEXT
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg"><o:assertion xmlns:o="http://openbadges.org"'
        b' verify="https://a.example/assertion"></o:assertion></svg>'
    )
    assert bake.unbake(svg).version == 2


def test_several_badges_are_refused() -> None:
    one = bake.bake_png(PNG, TEXT)
    text = one[len(SIGNATURE + HEADER) : -len(PIXELS + END)]
    with pytest.raises(MalformedInput) as caught:
        bake.unbake(SIGNATURE + HEADER + text + text + PIXELS + END)
    assert caught.value.code == "several_badges"
    svg = bake.bake_svg(SVG, TEXT)
    element = svg[svg.index(b"<openbadges") : svg.index(b"<title>")]
    with pytest.raises(MalformedInput) as caught:
        bake.unbake(svg.replace(b"<title>", element + b"<title>"))
    assert caught.value.code == "several_badges"


def test_a_bomb_and_a_huge_chunk_are_refused_quickly() -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    started = time.process_time()
    for hostile in (
        SIGNATURE + HEADER + chunk(b"zTXt", b"openbadges\0\0" + bomb) + END,
        SIGNATURE + HEADER + chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + bomb) + END,
        SIGNATURE + HEADER + struct.pack(">I", 0xFFFFFFFF) + b"iTXt" + b"x" * 100,
        SIGNATURE + HEADER + PIXELS,
        SIGNATURE + PIXELS + HEADER + END,
        PNG.replace(b"IDAT", b"IDAU"),
        b"\x89PNG\r\n\x1a\n" + b"\0" * bake.LARGEST_PICTURE,
    ):
        with pytest.raises(MalformedInput):
            bake.unbake(hostile)
    assert time.process_time() - started < 2


def test_entities_are_refused() -> None:
    laughs = (
        b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
        b'<svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
    )
    external = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>'
    for hostile in (laughs, external):
        with pytest.raises(MalformedInput) as caught:
            bake.unbake(hostile)
        assert caught.value.code == "entities"


@pytest.mark.parametrize(
    "svg",
    [
        b"<svg>no namespace</svg>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>\xff</svg>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 300 + b"</g>" * 300 + b"</svg>",
    ],
)
def test_damaged_svgs_are_refused(svg: bytes) -> None:
    for call in (bake.unbake, lambda data: bake.bake_svg(data, TEXT)):
        with pytest.raises(MalformedInput):
            call(svg)


@settings(max_examples=200)
@given(st.integers(0, len(PNG) + 200), st.binary(min_size=1, max_size=6))
def test_damage_anywhere_never_raises_anything_else(position: int, noise: bytes) -> None:
    for whole in (bake.bake_png(PNG, TEXT), bake.bake_svg(SVG, TEXT)):
        spoiled = whole[:position] + noise + whole[position + len(noise) :]
        for call in (bake.unbake, lambda data: bake.bake(data, JWS)):
            try:
                call(spoiled)
            except MalformedInput:
                continue
