"""Safe text for SVG that is inlined in HTML and also served as XML."""

import hashlib
import html
import re
from typing import Final

# Characters that XML 1.0 cannot carry at all, not even escaped.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escaped(text: str) -> str:
    """The text for element content or a quoted attribute; what XML cannot carry is left out."""
    return html.escape(_FORBIDDEN.sub("", text), quote=True)


def attributes(values: dict[str, str]) -> str:
    """Attributes with a leading space each, values escaped."""
    return "".join(f' {name}="{escaped(value)}"' for name, value in values.items())


def fingerprint(*parts: object) -> str:
    """A short id that depends on the parts only, so that equal drawings are equal byte for byte."""
    return "n" + hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:8]


def role(label: str, *, decorative: bool, kind: str = "img") -> str:
    """Attributes that name a drawing for screen readers, or hide one that only decorates."""
    if decorative:
        return ' aria-hidden="true" focusable="false"'
    return f' role="{kind}" aria-label="{escaped(label)}"'
