"""Letters as files to open."""

from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _

from naite.roots.errors import Refused
from naite.roots.papers import Paper, hwpx, pdf
from naite.trunk.recognition.models import ResultNotice

_TYPES = {"pdf": "application/pdf", "hwpx": "application/hwp+zip"}


def letter_response(notice: ResultNotice, form: str) -> HttpResponse:
    """Return a letter in the words in which it was sent. Refuses one that was not sent yet."""
    if not notice.paper:
        raise Refused(_("아직 보내지 않은 통보입니다. 보낸 뒤에 통보서가 나옵니다."), code="not_sent")
    paper = Paper.of(notice.paper)
    return paper_response(paper, f"{paper.subject or paper.title} {notice.number}", form)


def paper_response(paper: Paper, name: str, form: str) -> HttpResponse:
    """Return a paper as PDF to look at, or as HWPX to save."""
    content = pdf(paper) if form == "pdf" else hwpx(paper)
    response = HttpResponse(content, content_type=_TYPES[form])
    how = "inline" if form == "pdf" else "attachment"
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name, safe='')}.{form}"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
