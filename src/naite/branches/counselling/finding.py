"""Finding questions asked often by the words of a search or of a question that is being written.

There are some hundred entries at most, so they are compared in memory, by character bigrams as the course
search does (design, section 5): two-syllable words are found, particles at their ends do no harm.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from uuid import UUID

from naite.trunk.catalogue.bigrams import grams, words

TITLE_WEIGHT = 3.0
# How much of what a question says an entry must share to be offered: found by trying the shipped entries.
OFFER_FROM = 0.22
# How questions end, whatever they are about.
_ASKING = frozenset(
    "수 안 왜 좀 더 것 어떻게 무엇 무엇을 무엇인가요 언제 어디 있나요 없나요 되나요 하나요 할까요 될까요 있을까요 있습니까 "
    "됩니까 합니까 싶어요 싶습니다 싶은데 해요 돼요 주세요 궁금합니다 궁금해요 문의 문의드립니다 질문 알려주세요".split()
)


@dataclass(frozen=True, slots=True)
class Text:
    """One entry: ``key`` changes whenever its words do."""

    key: UUID
    title: str
    body: str


@lru_cache(maxsize=2048)
def _tokens(_key: UUID, text: str) -> frozenset[str]:
    return frozenset(_grams(text))


def _grams(text: str) -> set[str]:
    return {gram for word in words(text) if word not in _ASKING for gram in (grams(word) or [word])}


def search(texts: Sequence[Text], query: str) -> list[Text]:
    """Return the entries in which every word of the query is found, best first; all when it has none."""
    sought = words(query[:100])
    if not sought:
        return list(texts)
    found = []
    for text in texts:
        title, body = _tokens(text.key, text.title), _tokens(text.key, text.body)
        if all(_has(title | body, word) for word in sought):
            found.append((sum(_has(title, word) for word in sought), text))
    return [text for _rank, text in sorted(found, key=lambda pair: -pair[0])]


def _has(tokens: frozenset[str], word: str) -> bool:
    wanted = grams(word)
    if not wanted:
        return any(word in token for token in tokens)
    return all(gram in tokens for gram in wanted)


def offers(texts: Sequence[Text], title: str, body: str = "", *, most: int = 3) -> list[Text]:
    """Return the entries that may answer a question, best first; none when nothing is near.

    Bigrams that few entries have weigh more than those that most of them share.
    """
    sought = _grams(title)
    if not sought or not texts:
        return []
    known = [(text, _tokens(text.key, text.title), _tokens(text.key, text.body)) for text in texts]
    weights = {gram: log(1 + len(texts) / (1 + sum(gram in t | b for _x, t, b in known))) for gram in sought}
    whole = sum(weights.values()) * TITLE_WEIGHT
    hint = _grams(body) if body else set()
    ranked = []
    for text, in_title, in_body in known:
        score = _score(sought, weights, in_title, in_body) / whole
        if score >= OFFER_FROM:
            ranked.append((score + 0.1 * len(hint & in_title) / (1 + len(in_title)), text))
    return [text for _score_, text in sorted(ranked, key=lambda pair: -pair[0])[:most]]


def _score(
    sought: Iterable[str], weights: dict[str, float], title: frozenset[str], body: frozenset[str]
) -> float:
    return sum(
        weights[gram] * (TITLE_WEIGHT if gram in title else 1.0 if gram in body else 0.0) for gram in sought
    )
