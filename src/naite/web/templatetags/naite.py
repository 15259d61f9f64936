"""Template filters and tags of Naite, loaded in every template."""

from django import template

from naite.roots.korean import josa as _josa

register = template.Library()


@register.filter
def josa(word: object, pair: str) -> str:
    """``{{ name|josa:"은/는" }}``: the word with the fitting particle."""
    return _josa(word, pair)
