"""The printed document: every entry, to the hour; any name; one page and many."""

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.credcore.structure import problems
from tests.factories import NOW

from naite.trunk.records.certificates import clr, content, keys, layout, numbers, render, seal
from naite.trunk.records.models import CertificateKind, Entry

pytestmark = pytest.mark.req("A20", "rule")
needs_poppler = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed"
)
HANGUL = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
TEXT = st.text(
    st.one_of(HANGUL, st.sampled_from("abcXYZ 0123 ()·,-金學習人")), min_size=1, max_size=60
).filter(lambda text: content.clean(text) != "")
ENTRIES = st.lists(
    st.builds(
        Entry,
        id=st.builds(uuid4),
        section=st.sampled_from([2, 3, 4, 5]),
        area=st.sampled_from(["", "civic", "career"]),
        title=TEXT,
        provider_name=TEXT,
        hours=st.decimals(0, 9999, places=1),
        completed_on=st.dates(date(1950, 1, 1), date(2026, 11, 24)),
        started_on=st.none(),
        provenance=st.sampled_from(["self", "institution", "system"]),
        recognition_number=st.sampled_from(["", "제2024-12호"]),
    ),
    min_size=1,
    max_size=14,
)


def said(entries: list[Entry], **fields: Any) -> content.Content:
    how: dict[str, Any] = {
        "kind": CertificateKind.PORTFOLIO,
        "language": "ko",
        "name": "한가람",
        "birth": "1968. 5. **.",
        "issuer": "가온시평생학습관장",
        "number": numbers.new_number(),
        "issued_at": NOW,
        "check_until": NOW,
        **fields,
    }
    return content.build(entries=entries, **how)


def typeset(what: content.Content, record: bytes = b"") -> tuple[dict[str, Any], dict[str, Any]]:
    data, carried = layout.page_data(
        what,
        key="ABCDEFGH",
        check_url="https://naite.example/verify/document/",
        qr='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
        seal=seal.seal(what["issuer"]),
        clr=record.decode(),
    )
    return layout.printable(data, known=render.characters(), language=what["language"]), carried


def text_of(pdf: bytes) -> str:
    done = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return squeezed(done.stdout.decode())


def squeezed(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in "\u200b\u00ad")


def entry(**fields: Any) -> Entry:
    values = {
        "id": uuid4(),
        "section": 4,
        "area": "civic",
        "title": "주민참여예산 학교",
        "provider_name": "가온시청",
        "hours": Decimal("20.0"),
        "completed_on": date(2025, 12, 19),
        "provenance": "system",
        "recognition_number": "제2024-12호",
        **fields,
    }
    return Entry(**values)


@needs_poppler
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ENTRIES, st.sampled_from(list(CertificateKind)))
def test_the_text_of_the_pdf_equals_the_record(entries: list[Entry], kind: CertificateKind) -> None:
    held = [e for e in entries if kind == CertificateKind.PORTFOLIO or e.section == 4]
    text = text_of(render.pdf(*typeset(said(held, kind=kind))))
    places: dict[int, int] = {}
    words = layout.words("ko")
    for each in held:
        places[each.section] = places.get(each.section, 0) + 1
        last = (
            each.recognition_number or "–"
            if kind == CertificateKind.STATEMENT
            else words["by"][each.provenance]
        )
        cells = [
            str(places[each.section]),
            words["areas"][each.area],
            each.title,
            each.provider_name,
            f"{each.completed_on:%Y.%m.%d}",
            f"{each.hours.normalize():f}" if each.hours else "0",
            last,
        ]
        assert squeezed("".join(content.clean(cell) for cell in cells)) in text
    total = sum((each.hours for each in held), Decimal(0))
    assert squeezed(f"합계 {len(held)}건 {content.plain_hours(total)}시간") in text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ENTRIES)
def test_the_attached_record_equals_the_document(entries: list[Entry]) -> None:
    what = said(entries)
    signed = clr.signed_record(what, id=uuid4(), signer=keys.record_signer(), now=NOW)
    record = clr.holds(signed, public_key=keys.record_key().public_key)
    assert record is not None
    assert problems(orjson.loads(signed)) == []
    assert clr.number_in(record) == what["number"]
    inside = record["credentialSubject"]["verifiableCredential"]
    assert [
        (
            each["credentialSubject"]["achievement"]["name"],
            Decimal(str(each["credentialSubject"]["creditsEarned"])),
            clr.day_of(each["credentialSubject"]["activityEndDate"]),
        )
        for each in inside
    ] == [(content.clean(e.title), e.hours, e.completed_on.isoformat()) for e in entries]


def test_a_changed_record_does_not_hold() -> None:
    signed = clr.signed_record(said([entry()]), id=uuid4(), signer=keys.record_signer(), now=NOW)
    public = keys.record_key().public_key
    assert clr.holds(signed, public_key=public)
    for before, after in (
        (b'"creditsEarned":20', b'"creditsEarned":90'),
        ("한가람".encode(), "한가을".encode()),
    ):
        assert before in signed
        assert clr.holds(signed.replace(before, after), public_key=public) is None
    whole = orjson.loads(signed)
    whole["credentialSubject"]["verifiableCredential"] = []
    assert clr.holds(orjson.dumps(whole), public_key=public) is None
    assert clr.holds(b"[]", public_key=public) is None


@needs_poppler
@pytest.mark.parametrize(
    "name",
    [
        "한가람",
        "南宮가람",
        "뷁쀍꿻",
        "황금독수리하늘높이날아오르는빛나는아침햇살가람솔",
        "Александр Müller",
        "李" * 40,
    ],
)
def test_any_name_is_printed(name: str) -> None:
    assert squeezed(name) in text_of(render.pdf(*typeset(said([entry()], name=name))))


@needs_poppler
def test_a_character_that_the_font_lacks_is_owned_up_to() -> None:
    what = said([entry(title="독서 😀 모임")], name="𠮷田")
    text = text_of(render.pdf(*typeset(what)))
    assert "독서□모임" in text
    assert "글꼴에없는글자입니다" in text
    record = clr.signed_record(what, id=uuid4(), signer=keys.record_signer(), now=NOW)
    assert "독서 😀 모임" in record.decode()


def test_markup_in_names_is_only_text() -> None:
    odd = '#panic("x") *굵게* $x$ <a> \\ // @ref `raw` "따옴표"'
    pdf = render.pdf(*typeset(said([entry(title=odd)], name=odd[:40])))
    assert pdf.startswith(b"%PDF-")
    if shutil.which("pdftotext"):
        assert squeezed(odd) in text_of(pdf)


@needs_poppler
def test_empty_sections_say_so_and_a_preview_has_neither_number_nor_key() -> None:
    text = text_of(render.pdf(*typeset(said([entry(section=5)]))))
    assert text.count("담은기록이없습니다.") == 3
    data, carried = typeset(said([entry()], issued_at=None, check_until=None, number=""))
    shown = text_of(render.pdf(data, {**carried, "qr": ""}))
    assert "미리보기" in shown
    assert "ABCD" not in shown
    assert "발급하는날날짜가적힙니다" in shown


@needs_poppler
def test_forty_pages_repeat_their_head_and_number_themselves() -> None:
    many = [entry(title=f"긴 이름의 과정 {n} " * 4) for n in range(700)]
    pdf = render.pdf(*typeset(said(many, kind=CertificateKind.STATEMENT)))
    text = text_of(pdf)
    pages = pdf.count(b"/Type /Page\n") or text.count("쪽")
    assert text.count("번호분야배운것기관마친날시간인정번호") >= 30
    assert f"30/{text.count('쪽')}쪽" in text
    assert pages >= 30
    assert "합계700건14000시간" in text


@needs_poppler
def test_the_english_edition_speaks_english() -> None:
    text = text_of(
        render.pdf(*typeset(said([entry()], language="en", roman_name="HAN Garam", issuer="Gaon Centre")))
    )
    for part in ("CertificateofLifelong", "LifelongLearningPortfolio"):
        assert (part in text) == (part == "LifelongLearningPortfolio")
    assert "HANGaram" in text
    assert "24November2026" in text
    assert "Total1record20hours" in text


def test_fonts_that_are_missing_are_named(settings: Any, tmp_path: Any) -> None:
    settings.VENDOR_DIR = tmp_path / "none"
    with pytest.raises(render.FontsMissing, match="make assets"):
        render.fonts_dir()


def test_own_words_are_printed_with_their_kind_and_facts_and_without_their_number() -> None:
    own = Entry(
        id=uuid4(),
        section=3,
        kind="national_technical",
        title="정보처리기사",
        provider_name="한국산업인력공단",
        hours=Decimal(0),
        completed_on=date(2015, 8, 21),
        provenance="institution",
        details={"grade": "engineer"},
        sealed_details={"number": "15201234567A"},
    )
    for language, kind, facts in (
        ("ko", "국가기술자격", "기사"),
        ("en", "National technical qualification", "Engineer"),
    ):
        written = said([own], language=language)
        data, _ = layout.page_data(written, key="0" * 8, check_url="", qr="", seal="", clr="")
        (row,) = data["sections"][1]["rows"]
        assert row[1:3] == [kind, f"정보처리기사 ({facts})"]
        assert row[5] == "–"
        assert "15201234567A" not in str(written)
