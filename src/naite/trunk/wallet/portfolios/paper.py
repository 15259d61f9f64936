"""A portfolio on paper, set with typst."""

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from naite.trunk.records.certificates.render import PDF_STANDARDS, characters, fonts_dir

_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing: a badge with its picture and QR code, a record, a document. All plain text but the drawings."""

    title: str
    meta: str
    note: str = ""
    state: str = ""
    odd: bool = False
    art: str = ""
    art_alt: str = ""
    qr: str = ""
    qr_alt: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """Own words, or things that stand together."""

    title: str
    words: Sequence[str] = ()
    rows: Sequence[Row] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What the paper says, in the reader's language."""

    title: str
    name: str
    language: str
    day: date
    bar: str
    intro: Sequence[str]
    line: str
    odd: bool
    when: str
    contact: str
    sections: Sequence[Section]
    qr: str
    qr_alt: str
    qr_says: str
    foot: str
    only: str
    tree: str = ""
    tree_alt: str = ""


def portfolio_pdf(sheet: Sheet) -> bytes:
    """Return a portfolio as PDF/A-3a and PDF/UA-1. Characters that the font lacks are set as □."""
    made = _compile(sheet, format="pdf", pdf_standards=PDF_STANDARDS)
    return made if isinstance(made, bytes) else made[0]


def portfolio_pictures(sheet: Sheet, *, ppi: float = 72) -> list[bytes]:
    """Return its pages as PNG."""
    made = _compile(sheet, format="png", ppi=ppi)
    return made if isinstance(made, list) else [made]


def _compile(sheet: Sheet, **how: Any) -> bytes | list[bytes]:
    data = {**asdict(sheet), "day": [sheet.day.year, sheet.day.month, sheet.day.day]}
    text = json.dumps(data, ensure_ascii=False)
    known = characters()
    lacking = {ord(c): "□" for c in set(text) if ord(c) > 126 and ord(c) not in known}
    compiler = _compiler(fonts_dir())
    with _lock:
        made = compiler.compile(sys_inputs={"data": text.translate(lacking)}, **how)
    assert made is not None
    return made


@lru_cache(maxsize=1)
def _compiler(fonts: Path) -> typst.Compiler:
    template = Path(str(files("naite.trunk.wallet.portfolios") / "templates" / "portfolio.typ"))
    return typst.Compiler(
        input=str(template), root=str(template.parent), font_paths=[str(fonts)], ignore_system_fonts=True
    )
