"""The 25 columns of the standard file, and finding them under the names that people really write."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLE = "강좌명"
INSTRUCTOR = "강사명"
STARTS_ON = "교육시작일자"
ENDS_ON = "교육종료일자"
START_TIME = "교육시작시각"
END_TIME = "교육종료시각"
DESCRIPTION = "강좌내용"
AUDIENCE = "교육대상구분"
MODE = "교육방법구분"
WEEKDAYS = "운영요일"
PLACE = "교육장소"
CAPACITY = "강좌정원수"
FEE = "수강료"
ADDRESS = "교육장도로명주소"
PROVIDER = "운영기관명"
PHONE = "운영기관전화번호"
OPENS_ON = "접수시작일자"
CLOSES_ON = "접수종료일자"
APPLICATION = "접수방법구분"
SELECTION = "선정방법구분"
URL = "홈페이지주소"
SUBSIDY = "직업능력개발훈련비지원강좌여부"
CREDIT_BANK = "학점은행제평가(학점)인정여부"
RECOGNISED = "평생학습계좌제평가인정여부"
REFERENCE = "데이터기준일자"

COLUMNS: tuple[str, ...] = (
    TITLE,
    INSTRUCTOR,
    STARTS_ON,
    ENDS_ON,
    START_TIME,
    END_TIME,
    DESCRIPTION,
    AUDIENCE,
    MODE,
    WEEKDAYS,
    PLACE,
    CAPACITY,
    FEE,
    ADDRESS,
    PROVIDER,
    PHONE,
    OPENS_ON,
    CLOSES_ON,
    APPLICATION,
    SELECTION,
    URL,
    SUBSIDY,
    CREDIT_BANK,
    RECOGNISED,
    REFERENCE,
)

# How each column is written, and an example; for the form that institutions fill in.
EXAMPLES: dict[str, tuple[str | Promise, str]] = {
    TITLE: (_("꼭 적습니다. 200자까지"), "처음 만나는 도예"),
    INSTRUCTOR: (_("여럿이면 쉼표로 나눕니다"), "김가마"),
    STARTS_ON: (_("네 자리 연도-월-일"), "2026-12-01"),
    ENDS_ON: (_("네 자리 연도-월-일. 시작일과 같거나 뒤"), "2027-02-02"),
    START_TIME: (_("24시간제. 모르면 비워 둡니다"), "10:00"),
    END_TIME: (_("24시간제. 시작보다 뒤"), "12:00"),
    DESCRIPTION: (_("무엇을 배우는지"), "물레로 그릇을 빚고 유약을 바릅니다."),
    AUDIENCE: (_("누구나, 성인, 65세 이상 등"), "성인"),
    MODE: (_("오프라인, 온라인, 혼합 가운데 하나"), "오프라인"),
    WEEKDAYS: (_("요일을 쉼표나 +로 잇거나 ~로 묶습니다"), "화요일+목요일"),
    PLACE: (_("방 이름까지 적습니다"), "도예실"),
    CAPACITY: (_("1 이상의 숫자. 정하지 않았으면 비워 둡니다"), "12"),
    FEE: (_("원 단위 숫자. 무료는 0"), "36000"),
    ADDRESS: (_("시도부터 도로명까지. 지역을 여기서 찾습니다"), "서울특별시 마포구 나루길 12"),
    PROVIDER: (_("꼭 적습니다"), "마포구청"),
    PHONE: (_("문의할 전화"), "02-000-0000"),
    OPENS_ON: (_("네 자리 연도-월-일. 늘 받으면 ‘상시’"), "2026-11-16"),
    CLOSES_ON: (_("네 자리 연도-월-일. 그날 밤까지 받습니다. 늘 받으면 ‘상시’"), "2026-11-27"),
    APPLICATION: (_("인터넷, 방문, 전화 등"), "인터넷"),
    SELECTION: (_("선착순, 추첨, 심사 등"), "선착순"),
    URL: (_("신청하는 곳의 주소"), "https://www.example.go.kr"),
    SUBSIDY: (_("Y 또는 N"), "N"),
    CREDIT_BANK: (_("Y 또는 N"), "N"),
    RECOGNISED: (_("Y 또는 N"), "N"),
    REFERENCE: (_("이 자료가 맞는 날"), "2026-11-10"),
}

# Columns that only the merged national file has; they say who published the row, which we know already.
PASSED_OVER = frozenset({"제공기관코드", "제공기관명"})

_NOISE = re.compile(r"[\s()\[\]{}·・_/-]+")


def _plain(name: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFC", name)).strip("\ufeff*").lower()


_BY_PLAIN_NAME = {_plain(name): name for name in COLUMNS} | {
    "학점은행제평가인정여부": CREDIT_BANK,
    "교육시작시간": START_TIME,
    "교육종료시간": END_TIME,
    "강좌정원": CAPACITY,
    "홈페이지": URL,
}


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column of the standard stands in a file; ``None`` where it is missing."""

    positions: tuple[int | None, ...]
    unknown: tuple[str, ...]
    width: int

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name, at in zip(COLUMNS, self.positions, strict=True) if at is None)

    @property
    def found(self) -> int:
        return sum(at is not None for at in self.positions)

    def suggestions(self) -> dict[str, str]:
        """Return, for unknown columns that look like a missing one, the name that was probably meant."""
        close: dict[str, str] = {}
        missing = {_plain(name): name for name in self.missing}
        for name in self.unknown:
            match = difflib.get_close_matches(_plain(name), missing, n=1, cutoff=0.5)
            if match:
                close[name] = missing[match[0]]
        return close


def read_header(cells: Sequence[str]) -> Header:
    """Return where the standard's columns stand; spaces, brackets and marks in the names do not matter."""
    positions: dict[str, int] = {}
    unknown: list[str] = []
    width = 0
    for index, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        width = index + 1
        name = _BY_PLAIN_NAME.get(_plain(text))
        if name is not None and name not in positions:
            positions[name] = index
        elif text not in PASSED_OVER:
            unknown.append(text)
    return Header(tuple(positions.get(name) for name in COLUMNS), tuple(unknown), width)
