"""The list of a package and its receipt on paper, set with typst."""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import typst

from naite.trunk.records.certificates.render import PDF_STANDARDS, characters, fonts_dir

_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a sheet says; all of it plain text in the reader's language."""

    title: str
    author: str
    language: str
    day: date
    facts: Sequence[tuple[str, str]]
    message_title: str = ""
    message: Sequence[str] = ()
    columns: Sequence[str] = ()
    sections: Sequence[tuple[str, Sequence[Sequence[str]]]] = ()
    says: Sequence[str] = ()
    notes: Sequence[str] = ()
    foot: str = ""


def sheet_pdf(sheet: Sheet) -> bytes:
    """Return a sheet as PDF/A-3a and PDF/UA-1. Characters that the font lacks are set as □."""
    data = {
        "title": sheet.title,
        "author": sheet.author,
        "lang": sheet.language,
        "date": [sheet.day.year, sheet.day.month, sheet.day.day],
        "facts": [list(pair) for pair in sheet.facts],
        "message_title": sheet.message_title,
        "message": list(sheet.message),
        "columns": list(sheet.columns),
        "sections": [{"title": title, "rows": [list(row) for row in rows]} for title, rows in sheet.sections],
        "says": list(sheet.says),
        "notes": list(sheet.notes),
        "foot": sheet.foot,
    }
    text = json.dumps(data, ensure_ascii=False)
    known = characters()
    lacking: Mapping[int, str] = {ord(c): "□" for c in set(text) if ord(c) > 126 and ord(c) not in known}
    compiler = _compiler(fonts_dir())
    with _lock:
        made = compiler.compile(
            sys_inputs={"data": text.translate(lacking)}, format="pdf", pdf_standards=PDF_STANDARDS
        )
    assert made is not None
    return made if isinstance(made, bytes) else made[0]


@lru_cache(maxsize=1)
def _compiler(fonts: Path) -> typst.Compiler:
    template = Path(str(files("naite.trunk.wallet.packages") / "templates" / "paper.typ"))
    return typst.Compiler(
        input=str(template), root=str(template.parent), font_paths=[str(fonts)], ignore_system_fonts=True
    )
