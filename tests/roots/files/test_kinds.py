"""What a file is, is decided by its bytes. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import samples_of_files as sample

from naite.roots.errors import Invalid
from naite.roots.files import DOCUMENTS, EVIDENCE, TABLES, VECTOR, services
from naite.roots.files.kinds import ALL, PDF, ZIP, Kind, Unfit, recognise

SAMPLES = {
    "pdf": sample.pdf(),
    "png": sample.png(),
    "jpeg": sample.jpeg(),
    "webp": sample.webp(),
    "heic": sample.heic(),
    "hwp": sample.hwp(),
    "hwpx": sample.hwpx(),
    "docx": sample.docx(),
    "xlsx": sample.xlsx(),
    "svg": sample.svg(),
    "zip": sample.zipped({"수료증.txt": b"1"}),
    "csv": "이름,시간\n한가람,2\n".encode("cp949"),
}


@pytest.mark.req("A17", "rule")
@pytest.mark.parametrize("key", SAMPLES)
def test_each_kind_is_known_by_its_content(key: str) -> None:
    kind = recognise(SAMPLES[key])
    assert kind is not None
    assert kind.key == key
    assert services.check(SAMPLES[key], name="파일", kinds=[kind], limit=10_000) is kind


REFUSED = {
    "a program": (b"MZ\x90\x00" + b"\0" * 100, "program"),
    "a shell script": (b"#!/bin/sh\nrm -rf /\n", "program"),
    "a PDF with a password": (sample.pdf(trailer=b"/Encrypt 5 0 R "), "password"),
    "a PDF with code": (sample.pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> "), "code"),
    "a PDF whose code hides its name": (sample.pdf(b"/A << /S /J#61vaScript >> "), "code"),
    "half a PDF": (sample.pdf()[:60], "damaged"),
    "half a picture": (sample.png()[:-20], "damaged"),
    "a picture with something behind": (sample.png() + b"<script>", "two_kinds"),
    "a photo with an archive behind": (sample.jpeg(sample.zipped({"a": b"1"})), "two_kinds"),
    "a PDF with an archive behind": (sample.pdf() + sample.zipped({"a": b"1"}), "two_kinds"),
    "an HWP with a password": (sample.hwp(password=True), "password"),
    "an HWPX with a password": (sample.hwpx(b"<encryption-data/>"), "password"),
    "an archive with a password": (sample.zipped({"a": b"1"}, encrypted=True), "password"),
    "macros": (sample.docx(**{"word/vbaProject.bin": b"x"}), "code"),
    "an archive with a program": (sample.zipped({"setup.EXE": b"x"}), "program"),
    "an archive that climbs": (sample.zipped({"../../etc/passwd": b"x"}), "paths"),
    "a script in a drawing": (sample.svg("<script>alert(1)</script>"), "code"),
    "a handler in a drawing": (sample.svg("<path onload='x()' d=''/>"), "code"),
    "an address in a drawing": (sample.svg("<image href='https://x.example/a.png'/>"), "code"),
    "a DTD in a drawing": (b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + sample.svg("&a;"), "code"),
    "an old office file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_office"),
}


@pytest.mark.req("A17", "refusal")
@pytest.mark.parametrize("what", REFUSED)
def test_what_must_not_come_in_is_refused_with_its_reason(what: str) -> None:
    content, code = REFUSED[what]
    with pytest.raises(Invalid) as refused:
        services.check(content, name="파일", kinds=[*ALL], limit=100_000)
    assert refused.value.code == code
    assert len(str(refused.value)) > 10


@pytest.mark.req("A17", "refusal")
@pytest.mark.parametrize(
    ("name", "content", "kinds", "code"),
    [
        ("수료증.pdf", sample.jpeg(), EVIDENCE, "mismatch"),
        ("수료증.pdf", "안녕하세요".encode(), EVIDENCE, "mismatch"),
        ("수료증.pdf", b"\0\1\2 nothing known", EVIDENCE, "mismatch"),
        ("수료증.pdf.exe", sample.pdf(), EVIDENCE, "not_taken"),
        ("수료증.html", b"<html><script>1</script></html>", TABLES, "not_taken"),
        ("그림.svg", sample.svg(), DOCUMENTS, "not_taken"),
        ("묶음.zip", sample.zipped({"a.txt": b"1"}), DOCUMENTS, "not_taken"),
        ("수료증.pdf", b"", EVIDENCE, "empty"),
        ("수료증.pdf", sample.pdf() + b" " * 2000, EVIDENCE, "too_large"),
    ],
)
def test_names_that_lie_and_kinds_not_asked_for_are_refused(
    name: str, content: bytes, kinds: frozenset[Kind], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        services.check(content, name=name, kinds=kinds, limit=2000)
    assert refused.value.code == code


def test_a_photo_may_bear_the_ending_of_another_kind_of_photo() -> None:
    kind = services.check(sample.jpeg(), name="IMG_0001.HEIC", kinds=EVIDENCE, limit=2000)
    assert services.clean_name("IMG_0001.HEIC", kind) == "IMG_0001.jpg"
    assert services.check(sample.svg(), name="직인.svg", kinds=VECTOR, limit=2000).key == "svg"


def test_a_film_behind_a_photo_is_what_phones_do() -> None:
    assert recognise(sample.jpeg(b"\0\0\0\x18ftypmp42")) is not None


def test_an_archive_that_unpacks_beyond_measure_is_refused() -> None:
    bomb = sample.zipped({f"{n}.txt": b"0" * 30_000_000 for n in range(20)})
    with pytest.raises(Unfit, match="too_much_inside"):
        recognise(bomb)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\수료증.PDF", "수료증.PDF"),
        ("수료‮fdp.exe", "수료fdp.exe.pdf"),
        ("", "file.pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("…..", "….pdf"),
    ],
)
def test_names_are_only_names(given_name: str, shown: str) -> None:
    assert services.clean_name(given_name, PDF).lower() == shown.lower()


@given(st.binary(max_size=400), st.sampled_from([*SAMPLES.values(), b""]))
def test_no_bytes_bring_the_check_down(tail: bytes, head: bytes) -> None:
    for content in (head + tail, head[: len(tail)] + tail, tail + head):
        try:
            assert recognise(content) in {*ALL, None}
        except Unfit as unfit:
            assert unfit.code


def test_an_archive_of_papers_is_an_archive() -> None:
    assert recognise(sample.zipped({"a/b.pdf": sample.pdf()})) is ZIP
