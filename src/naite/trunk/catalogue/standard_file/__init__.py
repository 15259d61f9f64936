"""Reading the national standard lifelong-course file (전국평생학습강좌표준데이터, data.go.kr 15013110).

Pure: bytes in, drafts or reasons out; no database, no clock. ``read_table`` understands the container,
``parse_row`` the cells of one row.
"""

from naite.trunk.catalogue.standard_file.columns import COLUMNS
from naite.trunk.catalogue.standard_file.container import Unreadable
from naite.trunk.catalogue.standard_file.row import CellProblem, ListingDraft, parse_row
from naite.trunk.catalogue.standard_file.table import Row, Table, read_table

__all__ = [
    "COLUMNS",
    "CellProblem",
    "ListingDraft",
    "Row",
    "Table",
    "Unreadable",
    "parse_row",
    "read_table",
]
