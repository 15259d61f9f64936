"""States as data: the moves a row may make, and the one way to make them."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from naite.roots.errors import Refused


@dataclass(frozen=True, slots=True)
class Step:
    """One named move. ``note`` says when it is made, for the diagrams in the documents."""

    name: str
    sources: tuple[str, ...]
    target: str
    note: str = ""


class Workflow:
    """The moves of one kind of row, whose state is in the field ``state``."""

    def __init__(self, *steps: Step) -> None:
        self.steps = {step.name: step for step in steps}
        if len(self.steps) != len(steps):
            raise ValueError("two steps have one name")

    def allows(self, name: str, state: str) -> bool:
        """Whether a row in this state can make the move."""
        return state in self.steps[name].sources

    def move(self, row: models.Model, name: str, **fields: Any) -> None:
        """Make a move by one conditional update that must change exactly one row; bring ``row`` up to date.

        Refuses (``moved_meanwhile``) when the row is no longer in a state from which the move leads, so two
        people who press at once cannot both win.
        """
        step = self.steps[name]
        changed = (
            type(row)
            ._default_manager.filter(pk=row.pk, state__in=step.sources)
            .update(state=step.target, **fields)
        )
        if changed != 1:
            raise Refused(
                _("그 사이에 상태가 바뀌었습니다. 화면을 새로 고친 뒤 다시 확인해 주세요."),
                code="moved_meanwhile",
            )
        for field, value in {"state": step.target, **fields}.items():
            setattr(row, field, value)

    def mermaid(self) -> str:
        """Return the state diagram of the documents."""
        lines = ["stateDiagram-v2"]
        for step in self.steps.values():
            lines += [f"    {source} --> {step.target}: {step.name}" for source in step.sources]
        return "\n".join(lines)
