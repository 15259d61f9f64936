"""Korean text as character bigrams: 휴대전화 → 휴대 대전 전화 화.

A word is found wherever it stands inside another, without a dictionary and from two syllables on. The last
character of each word is a token of its own, so that a search for one character, which asks for tokens that
begin with it, finds it at the end of a word too.

SQLite keeps the order of tokens, so longer words are looked for as phrases of bigrams. PostgreSQL would have
to read each row again for that; there, three characters are a token too, and longer words are looked for by
all their trigrams together.

Titles also carry tokens of the title written without spaces, marked by a letter that nobody types, because
people write 마을기록가 and 마을 기록가 alike; only words of four characters and more look there, as shorter
ones would find what merely stands side by side.
"""

import unicodedata

MAX_WORDS = 8
MAX_QUERY = 100
MAX_TEXT = 2_000
JOINED_FROM = 4
JOINED_MARK = "ǂ"


def words(text: str) -> list[str]:
    """Return the words of a text in the form in which they are compared: NFKC, lower case, no signs."""
    folded = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(c if c.isalnum() and c != JOINED_MARK else " " for c in folded)
    return kept.split()


def query_words(text: str) -> list[str]:
    """Return the words to look for: each must be found; what goes beyond the limits is not looked at."""
    return list(dict.fromkeys(words(text[:MAX_QUERY])))[:MAX_WORDS]


def grams(word: str, size: int = 2) -> list[str]:
    return [word[i : i + size] for i in range(len(word) - size + 1)]


def joined(word: str, size: int = 2) -> list[str]:
    """Return the marked tokens of something written without spaces."""
    return [JOINED_MARK + gram for gram in grams(word, size)]


def sequence(text: str) -> list[str]:
    """Return the tokens of a text in their order, for phrases."""
    return [token for word in words(text[:MAX_TEXT]) for token in (*grams(word), word[-1])]


def title_sequence(title: str) -> list[str]:
    return sequence(title) + joined("".join(words(title)))


def token_set(text: str) -> set[str]:
    """Return the tokens of a text with trigrams, where order is not kept."""
    return {token for word in words(text[:MAX_TEXT]) for token in (*grams(word), *grams(word, 3), word[-1])}


def title_token_set(title: str) -> set[str]:
    return token_set(title) | set(joined("".join(words(title)), 3))
