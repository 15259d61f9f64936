"""Plain text out of cells that carry HTML, decomposed Hangul, or characters nobody sees."""

import html
import re
import unicodedata
from functools import lru_cache

from django.utils.translation import gettext as _


class CellError(ValueError):
    """A cell cannot be used; the message says in Korean what is wrong and gives an example."""


# Tags that only shape the text: taken away they lose nothing. <특강> or <AI 입문> in a title is not HTML.
_SHAPING = frozenset(
    {
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "strike",
        "del",
        "ins",
        "mark",
        "small",
        "big",
        "sub",
        "sup",
        "font",
        "span",
        "div",
        "p",
        "br",
        "hr",
        "center",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "code",
        "section",
        "article",
    }
)
# Tags that do something or hold something besides text: a person has to say what is meant.
_ACTIVE = frozenset(
    {
        "script",
        "style",
        "iframe",
        "object",
        "embed",
        "applet",
        "form",
        "input",
        "button",
        "select",
        "textarea",
        "link",
        "meta",
        "base",
        "svg",
        "math",
        "img",
        "video",
        "audio",
        "source",
        "a",
        "frame",
        "frameset",
        "html",
        "head",
        "body",
        "template",
        "noscript",
    }
)
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"})
_TAG = re.compile(r"<\s*(/?)\s*([a-zA-Z][a-zA-Z0-9]*)\b([^<>]*)>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_UNSEEN = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u3000]+")
_LINES = re.compile(r" ?\n[ \n]*")
_EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
BLANKS = frozenset(
    {"", "-", "--", ".", "없음", "해당없음", "해당 없음", "미정", "null", "NULL", "None", "N/A"}
)


def _without_tag(match: re.Match[str]) -> str:
    name = match[2].lower()
    if name in _ACTIVE:
        raise CellError(
            _("HTML 태그 %(tag)s는 받지 않습니다. 글자만 적어 주세요.") % {"tag": f"<{match[1]}{name}>"}
        )
    if name not in _SHAPING:
        return match[0]
    return "\n" if name in _BREAKS else ""


def _plain(raw: str) -> str:
    text = raw
    if "&" in text:
        # Portals escape once, their exports often once more.
        for _again in range(2):
            text = html.unescape(text)
    if "<" in text:
        text = _COMMENT.sub("", text)
        text = _TAG.sub(_without_tag, text)
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _UNSEEN.sub("", text)
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _refuse_formula(text: str) -> None:
    if text.startswith("=") and len(text) > 1:
        raise CellError(_("수식은 받지 않습니다. 값만 붙여 넣으세요."))
    if text in _EXCEL_ERRORS:
        raise CellError(_("엑셀의 오류값입니다. 올바른 값을 적어 주세요."))


@lru_cache(maxsize=16384)
def one_line(raw: str) -> str:
    """Return the cell as one line of text.

    Shaping tags (<b>, <br>) are taken away and entities resolved, which loses nothing; refuses formulas and
    tags that do or hold something (<script>, <a>, <img>).
    """
    text = raw.strip()
    if text.isascii() and text.isalnum():
        return text
    _refuse_formula(text)
    return _plain(text).replace("\n", " ").strip()


@lru_cache(maxsize=4096)
def several_lines(raw: str) -> str:
    """Return the cell as text with its line breaks; refuses as ``one_line`` does."""
    text = raw.strip()
    _refuse_formula(text)
    return _plain(text)


def at_most(text: str, limit: int) -> str:
    """Return the text; refuses one that is longer than the register can hold."""
    if len(text) > limit:
        raise CellError(
            _("%(length)s자입니다. %(limit)s자까지 적을 수 있습니다.") % {"length": len(text), "limit": limit}
        )
    return text
