"""Korean particles after a variable word: 나이테는, 학습관은."""

from django.utils.translation import get_language

_PAIRS = {
    "은/는": ("은", "는"),
    "이/가": ("이", "가"),
    "을/를": ("을", "를"),
    "과/와": ("과", "와"),
    "으로/로": ("으로", "로"),
    "아/야": ("아", "야"),
    "이에요/예요": ("이에요", "예요"),
}
_DIGIT_FINALS = {"0": "ㅇ", "1": "ㄹ", "3": "ㅁ", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ"}
_LATIN_FINALS = {"l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "r": "ㄹ"}


def _final(word: str) -> str:
    """Return a mark for the consonant with which the spoken word ends, empty for a vowel."""
    for char in reversed(word):
        if "가" <= char <= "힣":
            index = (ord(char) - ord("가")) % 28
            return "" if index == 0 else "ㄹ" if index == 8 else "C"
        if char.isdigit():
            return _DIGIT_FINALS.get(char, "")
        if char.isascii() and char.isalpha():
            return _LATIN_FINALS.get(char.lower(), "")
    return ""


def josa(word: object, pair: str) -> str:
    """Return the word with the fitting particle of ``pair`` ("은/는", "이/가", "을/를", "과/와", "으로/로").

    Closing marks and quotes after the word are passed over, as they are not pronounced. Where the page speaks
    another language the word stays as it is, because the sentence around it is not Korean then.
    """
    text = str(word)
    if not (get_language() or "ko").startswith("ko"):
        return text
    with_final, without = _PAIRS[pair]
    final = _final(text)
    if pair == "으로/로" and final == "ㄹ":
        return text + without
    return text + (with_final if final else without)
