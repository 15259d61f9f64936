"""From the words of a course to a suggestion that says by which words; pure decisions.

A small naive Bayes: each word that stands in the text speaks for a class with a weight, weights add up, and the class
with the most is suggested where it leads clearly. Nothing is guessed where no word speaks: 미분류 is an answer.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Literal

from naite.trunk.catalogue.classification import AREA_OF, SUB_AREAS, Area, Category, SubArea
from naite.trunk.catalogue.suggestions.seed import WORDS

Scheme = Literal["area", "category"]
SCHEMES: Mapping[Scheme, tuple[str, ...]] = {
    "area": tuple(SubArea.values),
    "category": tuple(Category.values),
}
# A seed word counts as if people had confirmed it so often.
_SEED_COUNT = 6.0
_SMOOTHING = 0.5
# The share that the first class must have to be suggested.
LEAST_SHARE = 0.5
_TITLE_WEIGHT, _REST_WEIGHT = 1.0, 0.5
_BRACKETS = re.compile(r"[\[【(<][^\])】>]{0,30}[\])】>]")
_TOKEN = re.compile(r"[가-힣]{2,}|[A-Za-z]{2,}", re.ASCII | re.IGNORECASE)
_COMMON = frozenset(
    "과정 강좌 교실 특강 기초 초급 중급 고급 입문 심화 배우기 함께 하는 함께하는 위한 나의 우리 오전 오후 저녁 주말 "
    "온라인 클래스 수업 무료 신청 모집 운영 프로그램 교육 평생학습 회차 대상 성인 어린이 시니어 쉽게 재미있게".split()
)

# word -> class -> how often people confirmed it.
Learned = Mapping[Scheme, Mapping[str, Mapping[str, int]]]
# A field of the six and the course's text -> the area or sub-area, and the word that decided; empty for no home.
Lead = Callable[[str, str], tuple[str, str]]
NOTHING: Learned = {"area": {}, "category": {}}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class with its share of what all words say, and the words that led to it, strongest first."""

    code: str
    share: float
    words: tuple[str, ...]
    through: str = ""  # the field of the six from which it was led over, where no word of the title spoke

    @property
    def percent(self) -> int:
        return round(self.share * 100)


@dataclass(frozen=True, slots=True)
class Suggested:
    """What is suggested in both classifications, each by itself; None where the words do not say."""

    area: Suggestion | None
    category: Suggestion | None


def suggest(
    title: str,
    rest: str = "",
    *,
    learned: Learned = NOTHING,
    category: str = "",
    lead: Lead | None = None,
) -> Suggested:
    """Suggest both classifications of a course from its title and whatever else its file says.

    Where no word speaks for an area, ``lead`` leads over from the field of the six: from ``category``, which is
    known, else from the one that is suggested. An area that words speak for is never overruled by it.
    """
    found = Suggested(
        _best("area", title, rest, learned["area"]), _best("category", title, rest, learned["category"])
    )
    field = category or (found.category.code if found.category else "")
    if found.area is not None or lead is None or not field:
        return found
    code, word = lead(field, f"{title} {rest}")
    if code not in AREA_OF and code not in SUB_AREAS:
        return found
    share = 1.0 if category or found.category is None else found.category.share
    return replace(found, area=Suggestion(code, share, (word,) if word else (), through=field))


def area_of(sub_area: str) -> str:
    """The area to which a sub-area belongs."""
    return AREA_OF[SubArea(sub_area)].value


def parts_of(code: str) -> tuple[str, str]:
    """The area and the sub-area that a suggestion names: an area alone, or a sub-area with its area."""
    return (code, "") if code in Area.values else (area_of(code), code)


def tokens(title: str) -> list[str]:
    """The words of a title that may be learned: without places in brackets and words that every title has."""
    found = _TOKEN.findall(_BRACKETS.sub(" ", title).casefold())
    return [word for word in dict.fromkeys(found) if word not in _COMMON][:12]


def _best(
    scheme: Scheme, title: str, rest: str, learned: Mapping[str, Mapping[str, int]]
) -> Suggestion | None:
    classes = SCHEMES[scheme]
    scores = dict.fromkeys(classes, 0.0)
    spoke: dict[str, dict[str, float]] = {}
    for word, weight in _evidence(title, rest, learned):
        counts = _counts(scheme, word, learned)
        if not counts:
            continue
        total = sum(counts.values()) + _SMOOTHING * len(classes)
        for code in classes:
            gain = weight * log((counts.get(code, 0.0) + _SMOOTHING) / total * len(classes))
            scores[code] += gain
            if gain > 0:
                spoke.setdefault(code, {})[word] = gain
    if not spoke:
        return None
    top = max(scores.values())
    shares = {code: exp(score - top) for code, score in scores.items()}
    best = max(shares, key=lambda code: shares[code])
    share = shares[best] / sum(shares.values())
    if share < LEAST_SHARE or best not in spoke:
        return None
    words = sorted(spoke[best], key=lambda word: -spoke[best][word])
    return Suggestion(best, share, tuple(words[:4]))


def _counts(scheme: Scheme, word: str, learned: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    """How often a word stood for each class: by the seed, and as people confirmed."""
    counts: dict[str, float] = {code: float(times) for code, times in learned.get(word, {}).items()}
    if word in WORDS:
        code = WORDS[word][0 if scheme == "area" else 1]
        if code:
            counts[code] = counts.get(code, 0.0) + _SEED_COUNT
    return counts


def _evidence(title: str, rest: str, learned: Mapping[str, Mapping[str, int]]) -> Sequence[tuple[str, float]]:
    """The known words that stand in the text, the longest first, none within another that was found."""
    plain_title, plain_rest = _plain(title), _plain(rest)
    candidates = {*WORDS, *learned}
    found: list[tuple[str, float]] = []
    for text, weight in ((plain_title, _TITLE_WEIGHT), (plain_rest, _REST_WEIGHT)):
        left = text
        for word in sorted((word for word in candidates if word in text), key=lambda w: (-len(w), w)):
            if word in left and stands_alone(word, left):
                left = left.replace(word, "\0")
                found.append((word, weight * (0.75 + 0.1 * min(len(word), 5))))
    return found


def stands_alone(word: str, text: str) -> bool:
    """One syllable and short Latin words count only as words of their own: 책, AI, but not 정책 or paint."""
    if len(word) > 1 and not word.isascii():
        return True
    return re.search(rf"(?<![가-힣a-z]){re.escape(word)}(?![a-z])", text) is not None


def _plain(text: str) -> str:
    return " ".join(
        _BRACKETS.sub(lambda m: m.group() if len(m.group()) > 8 else " ", text).casefold().split()
    )
