"""Setting documents with typst. One compiler a template for the process; one document of one page takes some 15 ms."""

import json
import threading
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from fontTools.ttLib import TTFont

FONTS = ("PretendardGOV-Regular.otf", "PretendardGOV-Bold.otf")
CERTIFICATE = "certificate.typ"
PDF_STANDARDS: list[Any] = ["a-3a", "ua-1"]
_lock = threading.Lock()


class FontsMissing(RuntimeError):
    """The fonts for PDFs are not there; the message says how to get them."""


def fonts_dir() -> Path:
    """Where the fonts lie; raises FontsMissing."""
    folder = Path(settings.VENDOR_DIR).parent / "vendor-fonts"
    missing = [name for name in FONTS if not (folder / name).is_file()]
    if missing:
        raise FontsMissing(
            f"{folder} lacks {', '.join(missing)}: run `make assets` (or set NAITE_VENDOR_DIR)."
        )
    return folder


def characters() -> frozenset[int]:
    """Return the code points that the fonts can print."""
    return _characters(fonts_dir())


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
    inputs = {
        "data": json.dumps(data, ensure_ascii=False),
        "carried": json.dumps(carried, ensure_ascii=False),
    }
    compiler = _compiler(fonts_dir(), template)
    with _lock:
        made = compiler.compile(sys_inputs=inputs, **how)
    assert made is not None
    return made


@lru_cache(maxsize=4)
def _compiler(fonts: Path, template: str) -> typst.Compiler:
    path = Path(str(files("naite.trunk.records.certificates") / "templates" / template))
    return typst.Compiler(
        input=str(path), root=str(path.parent), font_paths=[str(fonts)], ignore_system_fonts=True
    )


@lru_cache(maxsize=1)
def _characters(fonts: Path) -> frozenset[int]:
    found = [TTFont(fonts / name, lazy=True).getBestCmap() for name in FONTS]
    return frozenset(found[0]) & frozenset(found[1]) | {0x01, 0x02, 0x200B}
