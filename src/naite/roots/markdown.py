"""Plain text with a few marks (CommonMark) made into safe HTML, for pages that staff write.

Headings, lists, tables, quotes, emphasis, links. Neither HTML nor pictures are taken over: what looks like a
tag is shown as it was typed, and a link leads only to web, mail and telephone addresses or into this site.
"""

import re
from functools import cache
from typing import Any

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)


@cache
def _parser() -> MarkdownIt:
    parser = (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .disable(["image", "html_block", "html_inline"])
    )
    parser.validateLink = lambda url: bool(_LINK.match(url.strip()))  # type: ignore[method-assign]
    parser.core.ruler.push("naite", _shape)
    return parser


def _shape(state: Any) -> None:
    """Keep the first heading for the page's title, and links outwards from telling where they came from."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{max(int(token.tag[1]), 2)}"
        for child in token.children or ():
            if child.type == "link_open" and str(child.attrGet("href")).startswith("http"):
                child.attrSet("rel", "noopener noreferrer")


def render(text: str) -> SafeString:
    """Return the text as HTML that is safe to put into a page."""
    html: str = _parser().render(text)  # HTML in the text is escaped
    html = html.replace("<table>", '<div class="scroll-x" tabindex="0"><table class="tbl2">')
    html = html.replace("</table>", "</table></div>")
    return SafeString(html)


def plain(text: str) -> str:
    """Return the words of the text without its marks."""
    return "\n".join(
        child.content
        for token in _parser().parse(text)
        for child in token.children or ()
        if child.type in ("text", "code_inline")
    )
