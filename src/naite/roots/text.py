"""Text as people send it."""

import unicodedata


def tidy(text: str) -> str:
    """Return text without control characters (PostgreSQL takes no NUL) and without blanks at its ends.

    Line breaks and tabs stay. Letters are composed, so that a name typed on a Mac equals one typed elsewhere.
    """
    kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept).strip()
