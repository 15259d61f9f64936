"""Korean text as character bigrams: 휴대전화 → 휴대 대전 전화 화.

A word is found wherever it stands inside another, without a dictionary and from two syllables on. The last
character of each word is a token of its own, so that a search for one character, which asks for tokens that
begin with it, finds it at the end of a word too. Titles also carry their bigrams with the spaces taken out,
marked by a letter that nobody types, because people write 마을기록가 and 마을 기록가 alike; only words of
four characters and more look there, as shorter ones would find what merely stands side by side.
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


def pairs(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(len(word) - 1)]


def tokens(text: str) -> list[str]:
    """Return the tokens of a text, in order."""
    return [token for word in words(text[:MAX_TEXT]) for token in (*pairs(word), word[-1])]


def title_tokens(title: str) -> list[str]:
    """Return the tokens of a title, followed by those of the title written without spaces."""
    joined = "".join(words(title))
    return tokens(title) + [JOINED_MARK + pair for pair in pairs(joined)]


def query_words(text: str) -> list[str]:
    """Return the words to look for: each must be found; what goes beyond the limits is not looked at."""
    return list(dict.fromkeys(words(text[:MAX_QUERY])))[:MAX_WORDS]
