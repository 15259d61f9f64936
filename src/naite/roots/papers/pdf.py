"""Papers as PDF/A-3a and PDF/UA-1, and as pictures of their pages."""

from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from naite.roots.papers.model import Paper
from naite.roots.typesetting import PDF_STANDARDS, compile_template, printable

_TEMPLATE = Path(__file__).with_name("paper.typ")


def pdf(paper: Paper) -> bytes:
    """Return the paper as a PDF, not signed. Raises ``typesetting.FontsMissing``."""
    made = compile_template(_TEMPLATE, _inputs(paper), format="pdf", pdf_standards=PDF_STANDARDS)
    return made if isinstance(made, bytes) else made[0]


def pictures(paper: Paper, *, ppi: float = 96) -> list[bytes]:
    """Return the pages as PNG."""
    made = compile_template(_TEMPLATE, _inputs(paper), format="png", ppi=ppi)
    return made if isinstance(made, list) else [made]


def _inputs(paper: Paper) -> dict[str, Any]:
    with translation.override(paper.language):
        words = {
            "number": _("문서번호"),
            "recipient": _("수신"),
            "subject": _("제목"),
            "day": _("%(year)s년 %(month)s월 %(day)s일")
            % {"year": paper.day.year, "month": paper.day.month, "day": paper.day.day},
            "end": _("끝."),
            "missing": _("글꼴에 없는 글자는 □로 적었습니다."),
        }
    data = {**paper.plain(), "words": words, "date": [paper.day.year, paper.day.month, paper.day.day]}
    data, lacking = printable(data)
    return {"data": {**data, "missing": words["missing"] if lacking else ""}, "carried": {"seal": paper.seal}}
