"""Official papers (공문, 회의록, 보고서) as plain values, set as PDF or HWPX. Knows nothing of what they say."""

from naite.roots.papers.hwpx import hwpx
from naite.roots.papers.model import Block, Facts, Heading, Paper, Points, Table, Text
from naite.roots.papers.pdf import pdf, pictures

__all__ = [
    "Block",
    "Facts",
    "Heading",
    "Paper",
    "Points",
    "Table",
    "Text",
    "hwpx",
    "pdf",
    "pictures",
]
