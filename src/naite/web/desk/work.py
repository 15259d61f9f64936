"""What a desk shows: pieces of work, from whoever has some.

A source is a function from a ``Desk`` to pieces of work. Each makes a fixed number of queries, leaves out what the
person may not see, and returns at most ``MOST`` pieces; counts, chips, grouping by deadline, Excel and the list follow.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.utils.functional import Promise

from naite.roots.dates import day_of
from naite.trunk.people.models import Organisation, Person

MOST = 500
Label = str | Promise


@dataclass(frozen=True, slots=True)
class Desk:
    """At whose desk, in which seat, when."""

    person: Person
    organisation: Organisation | None
    role: str
    now: datetime

    @property
    def today(self) -> date:
        return day_of(self.now)


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work: what to do (``kind``), on what, until when, and who has it.

    ``turn`` is ``others`` for what somebody else owes; ``whose`` then says who. ``handler`` None means that nobody
    has taken it although somebody should (``needs_handler``). ``acts`` names what can be done with it together
    with others (``web/office/desk_bulk.py``), upon its ``target``; ``number`` is the case's; ``inner_on`` and
    ``memo`` are the office's own notes on it.
    """

    kind: str
    label: Label
    title: str
    sub: str
    url: str
    due_on: date | None
    state: Label
    arrived_on: date | None = None
    handler_id: UUID | None = None
    handler: str = ""
    needs_handler: bool = False
    turn: Literal["mine", "others"] = "mine"
    whose: str = ""
    round: str = ""
    region: str = ""
    number: str = ""
    target: UUID | None = None
    acts: tuple[str, ...] = ()
    inner_on: date | None = None
    memo: str = ""

    @property
    def key(self) -> str:
        """What a box on the desk sends for this piece of work."""
        return f"{self.kind}:{self.target or ''}"

    @property
    def is_case(self) -> bool:
        """Whether its target is an application, whose person in charge and memo the office may change."""
        return "assign" in self.acts


Source = Callable[[Desk], Iterable[Work]]
