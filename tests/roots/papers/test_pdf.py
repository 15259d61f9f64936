import shutil
import subprocess
import zipfile
from datetime import date
from io import BytesIO

import pytest
from hwpx import HwpxDocument

from naite.roots.papers import Facts, Heading, Paper, Points, Table, Text, hwpx, pdf, pictures
from naite.roots.typesetting import FontsMissing, fonts_dir

pytestmark = pytest.mark.req("X7a", "rule")
PAPER = Paper(
    title="회의록",
    subject="평가인정 결과 알림",
    recipient="마포시민학교장",
    issuer="마포구",
    number="마포구-2026-12",
    day=date(2026, 11, 24),
    blocks=[
        Heading("결과"),
        Text("첫 줄\n둘째 줄"),
        Points(["하나", "둘"]),
        Facts([("인정번호", "제2026-0001호")]),
        Table(["과정", "시간"], [["마을 #기록가* 되기", "20"]], [3, 1], [1]),
    ],
    contact=["담당 윤지호", "02-0000-0100"],
)


@pytest.fixture(autouse=True)
def fonts() -> None:
    try:
        fonts_dir()
    except FontsMissing as error:
        pytest.skip(str(error))


def test_a_paper_survives_being_kept_as_plain_values() -> None:
    kept = PAPER.plain()
    assert Paper.of(kept).plain() == kept
    assert Paper.of(kept).day == PAPER.day


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed")
def test_everything_said_is_printed_and_nothing_is_markup() -> None:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf(PAPER), capture_output=True, check=True)
    text = "".join(done.stdout.decode().split())
    for part in (
        "마을#기록가*되기",
        "제2026-0001호",
        "마포시민학교장",
        "2026년11월24일",
        "1.하나",
        "담당윤지호",
    ):
        assert part in text


def test_a_long_paper_has_pages_and_odd_characters_are_told_of() -> None:
    rows = [[f"과정 {number}", "20"] for number in range(120)]
    long = Paper(
        title="목록 \U0001f9a9", issuer="마포구", day=PAPER.day, blocks=[Table(["과정", "시간"], rows)]
    )
    assert len(pictures(long, ppi=30)) > 2


def test_the_same_words_stand_in_the_hwpx() -> None:
    made = hwpx(PAPER)
    names = zipfile.ZipFile(BytesIO(made)).namelist()
    assert "mimetype" in names
    with HwpxDocument.open(BytesIO(made)) as document:
        text = document.export_text()
        assert not document.validate().errors
    for part in (
        "마포시민학교장",
        "마을 #기록가* 되기",
        "제2026-0001호",
        "2026년 11월 24일",
        "2. 둘",
        "담당 윤지호",
    ):
        assert part in text
    assert hwpx(Paper(title="\x00제목", issuer="마포구", day=PAPER.day))
