"""What a paper is made of."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Points:
    """Numbered sentences, as official letters number them: 1., 2., 3."""

    items: Sequence[str]


@dataclass(frozen=True)
class Facts:
    """Labels and values beside each other."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A table with a header row. ``widths`` are shares of the width; ``numbers`` the columns set right."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    numbers: Sequence[int] = ()


Block = Heading | Text | Points | Facts | Table


@dataclass(frozen=True)
class Paper:
    """A paper of one sender. ``number``, ``recipient`` and ``subject`` make it a letter (공문)."""

    title: str
    issuer: str
    day: date
    blocks: Sequence[Block] = ()
    number: str = ""
    recipient: str = ""
    subject: str = ""
    signer: str = ""
    contact: Sequence[str] = ()
    seal: str = field(default="", repr=False)  # SVG
    seal_alt: str = ""
    language: str = "ko"
    watermark: str = ""

    def plain(self) -> dict[str, Any]:
        """Return the paper as JSON values, to keep its words as they were sent."""
        said = {name: value for name, value in self.__dict__.items() if name not in {"blocks", "day", "seal"}}
        blocks = [{"kind": type(block).__name__.lower(), **asdict(block)} for block in self.blocks]
        return {**said, "contact": list(self.contact), "day": self.day.isoformat(), "blocks": blocks}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Paper":
        """Return the paper that ``plain`` was made of."""
        kinds: dict[str, type[Block]] = {
            each.__name__.lower(): each for each in (Heading, Text, Points, Facts, Table)
        }
        blocks = [
            kinds[block["kind"]](**{name: value for name, value in block.items() if name != "kind"})
            for block in plain["blocks"]
        ]
        return cls(**{**plain, "day": date.fromisoformat(plain["day"]), "blocks": blocks})
