"""Setting certificates with typst."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from naite.roots.typesetting import (
    FONTS,
    PDF_STANDARDS,
    FontsMissing,
    characters,
    compile_template,
    fonts_dir,
)

__all__ = ["FONTS", "PDF_STANDARDS", "FontsMissing", "characters", "fonts_dir", "pdf", "pictures"]
CERTIFICATE = "certificate.typ"


def pdf(data: dict[str, Any], carried: dict[str, Any], *, template: str = CERTIFICATE) -> bytes:
    """Return the document as PDF/A-3a and PDF/UA-1, not yet signed."""
    made = _compile(template, data, carried, format="pdf", pdf_standards=PDF_STANDARDS)
    return made if isinstance(made, bytes) else made[0]


def pictures(
    data: dict[str, Any], carried: dict[str, Any], *, ppi: float = 96, template: str = CERTIFICATE
) -> list[bytes]:
    """Return the pages as PNG."""
    made = _compile(template, data, carried, format="png", ppi=ppi)
    return made if isinstance(made, list) else [made]


def _compile(template: str, data: dict[str, Any], carried: dict[str, Any], **how: Any) -> bytes | list[bytes]:
    path = Path(str(files("naite.trunk.records.certificates") / "templates" / template))
    return compile_template(path, {"data": data, "carried": carried}, **how)
