"""What single cells say: dates, times, weekdays, numbers, addresses of pages, flags.

Every reader takes the cell's text, returns the value (None or empty where the cell says nothing) and raises
``CellError`` with a sentence where the text cannot be understood. Values repeat a lot within a file, so the
readers remember.
"""

import re
from datetime import date, time, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from naite.trunk.catalogue.classification import DeliveryMode, SelectionMethod
from naite.trunk.catalogue.standard_file.text import BLANKS, CellError, one_line

# --- dates -------------------------------------------------------------------------------------------------

_DATE = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[일.]?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
_AFTER_DATE = re.compile(
    r"\s*(?:\(?\s*[월화수목금토일](?:요일)?\s*\)?)?\s*(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?\s*"
)
_SHORT_YEAR = re.compile(r"\d{2}\s*[-./]\s*\d{1,2}\s*[-./]\s*\d{1,2}")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_EXCEL_EPOCH = date(1899, 12, 30)
ALWAYS_WORDS = frozenset(
    {"상시", "수시", "연중", "상시모집", "상시접수", "수시접수", "수시모집", "연중상시", "연중모집"}
)
EARLIEST_YEAR = 1980


@lru_cache(maxsize=16384)
def read_date(raw: str) -> date | None:
    """2026-04-06, 2026.4.6, 20260406, 2026년 4월 6일, an Excel day number; a time after it is let go."""
    text = one_line(raw)
    if text in BLANKS:
        return None
    found = _DATE.match(text)
    if found is not None and _AFTER_DATE.fullmatch(text, found.end()) is not None:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = _DIGITS.fullmatch(text.removesuffix(".0"))
    if found is not None:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = _SERIAL.fullmatch(text)
    if found is not None and 29221 <= int(found[1]) <= 73050:  # 1980 to 2099
        return _EXCEL_EPOCH + timedelta(days=int(found[1]))
    if _SHORT_YEAR.match(text):
        raise CellError(_("연도는 네 자리로 적습니다. 예: 2026-04-06"))
    raise CellError(_("날짜로 읽을 수 없습니다. 예: 2026-04-06"))


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise CellError(_("달력에 없는 날입니다. 예: 2026-04-06")) from None
    if found.year < EARLIEST_YEAR:
        raise CellError(_("연도를 다시 확인해 주세요. 예: 2026-04-06"))
    return found


# --- times of day ------------------------------------------------------------------------------------------

_CLOCK = re.compile(
    r"(?P<half>오전|오후|AM|PM)?\s*(?P<hour>\d{1,2})\s*(?:[:：시]\s*(?:(?P<minute>\d{1,2})\s*분?)?)"
    r"(?::\s*\d{2}(?:\.\d+)?)?\s*(?P<half2>AM|PM)?",
    re.IGNORECASE,
)
_CLOCK_DIGITS = re.compile(r"(\d{1,2})(\d{2})")
_DAY_FRACTION = re.compile(r"0?\.\d+")
_AFTER_DATE_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}[T ](\d{2}:\d{2}(?::\d{2})?)")


@lru_cache(maxsize=4096)
def read_time(raw: str) -> time | None:
    """9:00, 09:00:00, 0900, 9시, 오후 2시 30분, PM 2:30, Excel's part of a day; 24:00 is read as 23:59."""
    text = one_line(raw)
    if text in BLANKS:
        return None
    dated = _AFTER_DATE_CLOCK.fullmatch(text)
    found = _CLOCK.fullmatch(dated[1] if dated else text)
    if found is not None:
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        half = (found["half"] or found["half2"] or "").upper()
        if half in {"오후", "PM"} and 1 <= hour < 12:
            hour += 12
        elif half in {"오전", "AM"} and hour == 12:
            hour = 0
        return _clock(hour, minute)
    found = _CLOCK_DIGITS.fullmatch(text)
    if found is not None:
        return _clock(int(found[1]), int(found[2]))
    if _DAY_FRACTION.fullmatch(text):
        minutes = round(float(text) * 24 * 60)
        return _clock(minutes // 60, minutes % 60)
    raise CellError(_("시각으로 읽을 수 없습니다. 예: 14:00"))


def _clock(hour: int, minute: int) -> time:
    if (hour, minute) == (24, 0):
        return time(23, 59)
    if hour > 23 or minute > 59:
        raise CellError(_("하루에 없는 시각입니다. 예: 14:00"))
    return time(hour, minute)


_SPAN = re.compile(r"\s*[~∼〜～–—]\s*|\s+-\s+")


def split_span(raw: str) -> tuple[str, str] | None:
    """Return the two ends where one cell holds a span of time (10:00~12:00), else None."""
    parts = _SPAN.split(raw.strip())
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None


# --- weekdays ----------------------------------------------------------------------------------------------

_DAYS = "월화수목금토일"
_BRACKETS = re.compile(r"[(\[{<].*?[)\]}>]")
_SAID_OTHERWISE = re.compile(
    r"(매주|매월|격주|[매월]?(?:첫|둘|셋|넷|다섯)째\s*주?|마지막\s*주?|(?:\d[,·/~\s]*)+(?:째)?\s*주차?)"
)
_WEEKDAY_TYPO = re.compile(r"(?<=[월화수목금토일])(?:용일|요릴|욜일|욜|요알|여일|요이|요)(?!일)")
_ONE_OR_SPAN = re.compile(
    r"([월화수목금토일])(?:요일)?(?:(?:[~∼〜～–—-]|부터\s*)([월화수목금토일])(?:요일)?(?:까지)?)?"
)
_BETWEEN = re.compile(r"[\s,+/·・.、&;|와과및]+")
_WORDS = {
    "주말": "토일",
    "평일": "월화수목금",
    "주중": "월화수목금",
    "매일": _DAYS,
    "전체": _DAYS,
    "연중무휴": _DAYS,
}
_NO_DAYS = frozenset(
    {
        "상시",
        "수시",
        "협의",
        "추후협의",
        "별도협의",
        "별도안내",
        "추후공지",
        "기타",
        "온라인",
        "자율",
        "자유",
        "비정기",
        "부정기",
        "연중",
    }
)
_ENGLISH_DAYS = {
    "mon": "월", "tue": "화", "wed": "수", "thu": "목", "fri": "금", "sat": "토", "sun": "일",
    "monday": "월", "tuesday": "화", "wednesday": "수", "thursday": "목", "friday": "금",
    "saturday": "토", "sunday": "일",
}  # fmt: skip


@lru_cache(maxsize=4096)
def read_weekdays(raw: str) -> tuple[int, str]:
    """Return the weekdays as bits (Monday is bit 0), and what the cell says beyond them (격주, 공휴일 제외).

    월~금, 화요일+목요일, 월,수, 월수금, 매주 토, 주말, 평일 and typos such as 목용일 are understood.
    """
    text = one_line(raw)
    if text in BLANKS:
        return 0, ""
    compact = text.replace(" ", "")
    if compact in _NO_DAYS:
        return 0, text
    bare = _SAID_OTHERWISE.sub(" ", _BRACKETS.sub(" ", text))
    note = text if bare.replace(" ", "") != compact and not _only_every_week(text) else ""
    for word, days in _WORDS.items():
        bare = bare.replace(word, f" {days} ")
    bare = re.sub(r"[A-Za-z]+", lambda word: _ENGLISH_DAYS.get(word[0].lower(), word[0]), bare)
    bare = _WEEKDAY_TYPO.sub("요일", re.sub(r"요\s+일", "요일", bare))
    bare = re.sub(r"\s*([~∼〜～–—-])\s*", r"\1", bare)
    bits, position = 0, 0
    while position < len(bare):
        gap = _BETWEEN.match(bare, position)
        if gap is not None:
            position = gap.end()
            continue
        found = _ONE_OR_SPAN.match(bare, position)
        if found is None:
            raise CellError(_("요일로 읽을 수 없습니다. 예: 화요일+목요일, 월~금"))
        bits |= _span_bits(_DAYS.index(found[1]), _DAYS.index(found[2] or found[1]))
        position = found.end()
    if bits == 0:
        raise CellError(_("요일로 읽을 수 없습니다. 예: 화요일+목요일, 월~금"))
    return bits, note


def _only_every_week(text: str) -> bool:
    return (
        "매주" in text and not _BRACKETS.search(text) and not _SAID_OTHERWISE.search(text.replace("매주", ""))
    )


def _span_bits(first: int, last: int) -> int:
    bits = 0
    for step in range((last - first) % 7 + 1):
        bits |= 1 << (first + step) % 7
    return bits


# --- numbers -----------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"([+-]?)\s*(\d[\d,]*)(?:\.0+)?\s*(?:명|인|석|명내외|명이내|명이하)?")
_NO_LIMIT = frozenset({"제한없음", "제한 없음", "무제한", "정원없음", "상시"})


@lru_cache(maxsize=4096)
def read_capacity(raw: str) -> int | None:
    """20, 20명, 1,000; nothing and 제한없음 are None; nought and less are refused."""
    text = one_line(raw)
    if text in BLANKS or text in _NO_LIMIT:
        return None
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise CellError(_("정원은 숫자로 적습니다. 모르면 비워 둡니다. 예: 20"))
    count = int(found[2].replace(",", "")[:12] or 0)
    if found[1] == "-" or count == 0:
        raise CellError(_("정원은 1명 이상이어야 합니다. 정해지지 않았으면 비워 두세요. 예: 20"))
    if count > 1_000_000:
        raise CellError(_("정원이 너무 큽니다. 숫자를 다시 확인해 주세요."))
    return count


_FEE = re.compile(r"(?P<sign>[+-]?)\s*(?P<won>\d[\d,]*)(?:\.0+)?\s*원?")
_FEE_MAN = re.compile(r"(?P<man>\d+)\s*만\s*(?:(?P<chon>\d)\s*천)?\s*원")
_FEE_FREE = re.compile(r"(?:전액\s*)?(?:무료|무상|없음)(?:\s*강좌|\s*수강)?")


@lru_cache(maxsize=4096)
def read_fee(raw: str) -> tuple[int | None, str]:
    """Return the fee in won (None when nothing is said), and the cell's words where it says more than that.

    36000, 36,000원, 3만 6천원, 무료, 무료(재료비 별도).
    """
    text = one_line(raw)
    if text in {"없음", "해당없음", "해당 없음"}:
        return 0, ""
    if text in BLANKS:
        return None, ""
    for pattern in (_FEE_FREE, _FEE_MAN, _FEE):
        found = pattern.match(text)
        if found is None:
            continue
        rest = text[found.end() :].strip()
        if rest and not rest.startswith(("(", "[", "/", ",", "+", "·")):
            break
        note = text if rest else ""
        if pattern is _FEE_FREE:
            return 0, note
        if pattern is _FEE_MAN:
            won = int(found["man"][:6]) * 10_000 + int(found["chon"] or 0) * 1000
        else:
            if found["sign"] == "-":
                raise CellError(_("수강료는 0 이상이어야 합니다. 예: 36000"))
            won = int(found["won"].replace(",", "")[:12])
        if won > 100_000_000:
            raise CellError(_("수강료가 너무 큽니다. 숫자를 다시 확인해 주세요."))
        return won, note
    raise CellError(_("수강료는 원 단위 숫자로 적습니다. 예: 36000, 무료"))


# --- words from a short list -------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def read_mode(raw: str) -> tuple[str, str]:
    """Return the delivery mode (empty when nothing fits), and the words that were not understood."""
    text = one_line(raw)
    if text in BLANKS:
        return "", ""
    bare = re.sub(r"[\s()·+/,&-]", "", text).lower()
    blended = any(
        word in bare for word in ("혼합", "병행", "블렌디드", "블랜디드", "하이브리드", "blended", "온오프")
    )
    online = any(
        word in bare
        for word in ("온라인", "비대면", "원격", "인터넷", "화상", "동영상", "online", "줌", "zoom")
    )
    without = bare.replace("비대면", "")
    offline = any(
        word in without
        for word in ("오프라인", "집합", "대면", "방문", "현장", "집체", "출석", "강의실", "offline")
    )
    if blended or (online and offline):
        return DeliveryMode.BLENDED.value, ""
    if online:
        return DeliveryMode.ONLINE.value, ""
    if offline:
        return DeliveryMode.OFFLINE.value, ""
    return "", text


@lru_cache(maxsize=1024)
def read_selection(raw: str) -> tuple[str, str]:
    """Return how learners are chosen, and the cell's words where they say something of their own."""
    text = one_line(raw)
    if text in BLANKS:
        return "", ""
    kinds = [
        method
        for method, words in (
            (SelectionMethod.FIRST_COME, ("선착", "접수순", "신청순")),
            (SelectionMethod.LOTTERY, ("추첨",)),
            (SelectionMethod.SCREENING, ("심사", "서류", "면접", "선발", "심의", "전형", "레벨테스트")),
        )
        if any(word in text for word in words)
    ]
    if len(kinds) == 1:
        return kinds[0].value, ""
    return SelectionMethod.OTHER.value, "" if text == "기타" else text


_YES = frozenset({"y", "yes", "예", "네", "o", "○", "true", "1", "1.0", "인정", "지원", "해당", "유"})
_NO = frozenset(
    {
        "n",
        "no",
        "아니오",
        "아니요",
        "x",
        "×",
        "false",
        "0",
        "0.0",
        "미인정",
        "미지원",
        "비해당",
        "미해당",
        "무",
    }
)


@lru_cache(maxsize=1024)
def read_flag(raw: str) -> bool:
    """Y or N and what people write for them; nothing is no."""
    text = one_line(raw)
    lowered = text.lower()
    if text in BLANKS or lowered in _NO:
        return False
    if lowered in _YES:
        return True
    raise CellError(_("Y 또는 N으로 적습니다."))


# --- addresses of pages ------------------------------------------------------------------------------------

_HOST = re.compile(r"(?:[a-z0-9가-힣](?:[a-z0-9가-힣-]{0,61}[a-z0-9가-힣])?\.)+[a-z가-힣]{2,}", re.IGNORECASE)
_SCHEME = re.compile(r"^\s*(https?)\s*:?\s*/{1,3}\s*", re.IGNORECASE)


@lru_cache(maxsize=4096)
def read_url(raw: str) -> tuple[str, str]:
    """Return the page's address with a scheme, and the cell's words where it holds more than one address.

    An address without a scheme gets http://, which leads to the same page as typing it into a browser: sites
    that have https send on to it.
    """
    text = one_line(raw)
    if text in BLANKS:
        return "", ""
    scheme = _SCHEME.match(text)
    words = re.split(r"[\s,;]+", text[scheme.end() :] if scheme else text)
    first, more = words[0], any(words[1:])
    address = f"{scheme[1].lower() if scheme else 'http'}://{first}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not _HOST.fullmatch(host) or "@" in first or (port is not None and port == 0):
        raise CellError(_("누리집 주소로 읽을 수 없습니다. 예: https://www.example.go.kr"))
    if len(address) > 500:
        raise CellError(_("누리집 주소가 500자를 넘습니다."))
    return address, text if more else ""
