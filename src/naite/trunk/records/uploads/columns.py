"""The columns of a file of completions, and finding them under the names that people really write."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.trunk.catalogue.standard_file import Unreadable

NAME = "이름"
BIRTH = "생년월일"
EMAIL = "전자우편"
PHONE = "휴대전화"
CARD = "학습카드번호"
CODE = "과정번호"
TITLE = "과정명"
RUN = "강좌 이름"
STARTED = "시작일"
COMPLETED = "수료일"
HOURS = "이수시간"
SCORE = "점수"
NOTE = "비고"
COLUMNS = (NAME, BIRTH, EMAIL, PHONE, CARD, CODE, TITLE, RUN, STARTED, COMPLETED, HOURS, SCORE, NOTE)
# At least one column of each group has to be there.
_NEEDED = ((NAME,), (BIRTH,), (EMAIL, PHONE, CARD), (CODE, TITLE), (COMPLETED,), (HOURS,))

# How each column is written, and an example; for the form that institutions fill in.
EXAMPLES: dict[str, tuple[str | Promise, str]] = {
    NAME: (gettext_lazy("꼭 적습니다"), "한가람"),
    BIRTH: (gettext_lazy("꼭 적습니다. 네 자리 연도-월-일. 주민등록번호는 받지 않습니다"), "1968-05-12"),
    EMAIL: (gettext_lazy("전자우편, 휴대전화, 학습카드번호 가운데 하나는 적습니다"), "garam@example.kr"),
    PHONE: (gettext_lazy("전자우편, 휴대전화, 학습카드번호 가운데 하나는 적습니다"), "010-0000-0000"),
    CARD: (gettext_lazy("학습카드에 적힌 숫자 열두 자리"), ""),
    CODE: (gettext_lazy("과정번호나 평가인정번호. 과정명이 하나뿐이면 비워 둡니다"), ""),
    TITLE: (gettext_lazy("나이테에 등록한 우리 기관의 과정 이름 그대로"), "마을 기록가 되기"),
    RUN: (gettext_lazy("나이테에서 연 강좌면 그 이름. 아니면 비워 둡니다"), ""),
    STARTED: (gettext_lazy("네 자리 연도-월-일. 모르면 비워 둡니다"), "2026-09-01"),
    COMPLETED: (gettext_lazy("꼭 적습니다. 네 자리 연도-월-일"), "2026-11-17"),
    HOURS: (gettext_lazy("꼭 적습니다. 소수점 아래 한 자리까지"), "20"),
    SCORE: (gettext_lazy("0부터 100. 없으면 비워 둡니다"), "92"),
    NOTE: (gettext_lazy("담당자끼리 보는 말. 학습계좌에 들어가지 않습니다"), ""),
}

_NOISE = re.compile(r"[\s()\[\]{}·・_/*-]+")


def _plain(name: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFC", name)).strip("\ufeff").lower()


_BY_PLAIN_NAME = {_plain(name): name for name in COLUMNS} | {
    "성명": NAME,
    "학습자": NAME,
    "수강생": NAME,
    "생일": BIRTH,
    "이메일": EMAIL,
    "email": EMAIL,
    "메일": EMAIL,
    "연락처": PHONE,
    "휴대폰": PHONE,
    "전화번호": PHONE,
    "휴대전화번호": PHONE,
    "카드번호": CARD,
    "학습카드": CARD,
    "과정코드": CODE,
    "인정번호": CODE,
    "평가인정번호": CODE,
    "과정": TITLE,
    "과정이름": TITLE,
    "학습과정명": TITLE,
    "강좌": RUN,
    "강좌명": RUN,
    "기수": RUN,
    "시작일자": STARTED,
    "교육시작일자": STARTED,
    "수료일자": COMPLETED,
    "이수일": COMPLETED,
    "이수일자": COMPLETED,
    "교육종료일자": COMPLETED,
    "시간": HOURS,
    "교육시간": HOURS,
    "성적": SCORE,
}
_FORBIDDEN = frozenset({"주민등록번호", "주민번호", "주민등록", "외국인등록번호"})


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column stands; ``None`` where it is missing."""

    positions: tuple[int | None, ...]
    ignored: tuple[str, ...]

    def cells(self, line: Sequence[str]) -> list[str]:
        """Return a line's cells in the order of ``COLUMNS``."""
        return [line[at].strip() if at is not None and at < len(line) else "" for at in self.positions]

    @property
    def missing(self) -> list[str]:
        there = {name for name, at in zip(COLUMNS, self.positions, strict=True) if at is not None}
        return ["·".join(group) for group in _NEEDED if not there & set(group)]


def read_header(line: Sequence[str]) -> Header:
    """Find the columns in a header line. Refuses a file with a column for resident registration numbers."""
    positions: dict[str, int] = {}
    ignored = []
    for index, cell in enumerate(line):
        if not cell.strip():
            continue
        plain = _plain(cell)
        if plain in _FORBIDDEN:
            raise Unreadable(
                _(
                    "주민등록번호는 받지 않습니다(개인정보 보호법 제24조의2). 그 열을 지우고 생년월일만 "
                    "남겨서 다시 올려 주세요. 파일은 남기지 않았습니다."
                ),
                code="resident_numbers",
            )
        name = _BY_PLAIN_NAME.get(plain)
        if name is not None and name not in positions:
            positions[name] = index
        else:
            ignored.append(cell.strip()[:40])
    return Header(tuple(positions.get(name) for name in COLUMNS), tuple(ignored))
