"""Papers as HWPX (OWPML), which offices here edit and file."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from hwpx import HwpxDocument

from naite.roots.papers.model import Block, Facts, Heading, Paper, Points, Text

_WIDTH = 42520  # the text's width on A4 in HWP units, with the margins of an empty document


def hwpx(paper: Paper) -> bytes:
    """Return the paper as HWPX: the same words in the same order as the PDF, tables as tables.

    The seal is left out: what can be edited is no sealed original.
    """
    with translation.override(paper.language), HwpxDocument.new() as document:
        _Writer(document).write(paper)
        made: bytes = document.to_bytes()
    return made


class _Writer:
    def __init__(self, document: Any) -> None:
        self.document = document
        self.plain = document.ensure_run_style(size=11)
        self.bold = document.ensure_run_style(bold=True, size=11)
        self.heading = document.ensure_run_style(bold=True, size=13)
        self.title = document.ensure_run_style(bold=True, size=20)
        self.small = document.ensure_run_style(size=9)

    def write(self, paper: Paper) -> None:
        if paper.recipient:
            self.line(paper.issuer, self.title)
            self.line("", self.plain)
            self.line(f"{_('수신')}  {paper.recipient}", self.plain)
            self.line(f"{_('제목')}  {paper.subject}", self.bold)
        else:
            self.line(paper.title, self.title)
        self.line("", self.plain)
        for block in paper.blocks:
            self.block(block)
        self.line("", self.plain)
        day = {"year": paper.day.year, "month": paper.day.month, "day": paper.day.day}
        self.line(_("%(year)s년 %(month)s월 %(day)s일") % day, self.plain)
        self.line(paper.signer or paper.issuer, self.heading)
        if paper.number:
            self.line(f"{_('문서번호')} {paper.number}", self.small)
        for row in paper.contact:
            self.line(row, self.small)

    def line(self, words: str, style: Any) -> None:
        for part in _clean(words).split("\n"):
            self.document.add_paragraph(part, char_pr_id_ref=style)

    def block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self.line(block.text, self.heading)
        elif isinstance(block, Text):
            self.line(block.text, self.plain)
        elif isinstance(block, Points):
            for number, item in enumerate(block.items, start=1):
                self.line(f"{number}. {item}", self.plain)
        elif isinstance(block, Facts):
            self.table([], [list(row) for row in block.rows])
        else:
            self.table(list(block.heads), [list(row) for row in block.rows])

    def table(self, heads: list[str], rows: list[list[str]]) -> None:
        lines = ([heads] if heads else []) + rows
        if not lines:
            return
        made = self.document.add_table(len(lines), len(lines[0]), width=_WIDTH)
        for at, row in enumerate(lines):
            for column, value in enumerate(row):
                made.set_cell_text(at, column, _clean(value))
        self.line("", self.plain)


def _clean(text: str) -> str:
    """Leave out what XML cannot carry."""
    return "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF))
