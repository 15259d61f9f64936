import pytest
from django.utils import translation

from naite.roots.korean import josa


@pytest.mark.req("X4", "rule")
@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("나이테", "은/는", "나이테는"),
        ("학습관", "은/는", "학습관은"),
        ("서울", "으로/로", "서울로"),
        ("강남", "으로/로", "강남으로"),
        ("2026", "이/가", "2026이"),
        ("AI", "을/를", "AI를"),
        ("'마을'", "을/를", "'마을'을"),
        ("", "을/를", "를"),
    ],
)
def test_particle_follows_the_spoken_ending(word: str, pair: str, expected: str) -> None:
    assert josa(word, pair) == expected


def test_a_sentence_of_another_language_gets_no_particle() -> None:
    with translation.override("en"):
        assert josa("나이테", "은/는") == "나이테"
    assert josa("나이테", "은/는") == "나이테는"
