"""Evaluators, panels and reviews in any state, for tests of panels and results."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from naite.trunk.catalogue.classification import Category
from naite.trunk.people.models import Person, Role
from naite.trunk.recognition.models import (
    Application,
    Assignment,
    ConflictDeclaration,
    Evaluator,
    Panel,
    PanelMember,
    Round,
    Score,
)
from naite.trunk.recognition.panels import reviews, seating
from tests import factories as make
from tests import recognition_rows as rows

NAMES = ("서아람", "문가온", "고은별", "한겨울", "임솔", "노하늬", "배다온", "차미르")


def evaluator(where: rows.Offices, of: Round | None = None, name: str = "서아람", **fields: Any) -> Evaluator:
    """Make an evaluator of the institute, who has declared for the round if one is given."""
    person = make.staff(where.national, Role.EVALUATOR, name)
    made = Evaluator.objects.create(
        **{
            "person": person,
            "institute": where.national,
            "fields": [Category.CIVIC_PARTICIPATION],
            "created_at": make.NOW,
            "changed_at": make.NOW,
            **fields,
        }
    )
    if of is not None:
        ConflictDeclaration.objects.create(round=of, evaluator=made, declared_at=make.NOW)
    return made


@dataclass
class World:
    """A round with a panel of evaluators."""

    where: rows.Offices
    round: Round
    panel: Panel
    evaluators: list[Evaluator] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        return [each.person for each in self.evaluators]

    def application(self, **fields: Any) -> Application:
        """Make an application that was received at the institute."""
        return rows.application(
            self.where, self.round, Application.State.RECEIVED, office=self.where.national, **fields
        )

    def seated(self, count: int = 3, **fields: Any) -> tuple[Application, list[Assignment]]:
        """Give a new application to the first evaluators."""
        application = self.application(**fields)
        seating.seat(
            panel=self.panel,
            choices={application.pk: [each.pk for each in self.evaluators[:count]]},
            actor=self.where.officer,
            now=make.NOW,
        )
        application.refresh_from_db()
        return application, assignments(application)


def assignments(application: Application, attempt: int = 1, **only: Any) -> list[Assignment]:
    """Return a case's live reviews by the evaluators' names."""
    return list(
        Assignment.objects.filter(application=application, attempt=attempt, state__in=Assignment.LIVE, **only)
        .select_related(
            "application__round__criteria", "evaluator__person", "evaluator__institute", "panel__round"
        )
        .order_by("evaluator__person__name")
    )


def world(members: int = 4, **round_fields: Any) -> World:
    where = rows.offices()
    of = rows.round_(where.national, **round_fields)
    panel = Panel.objects.create(
        round=of, field=Category.CIVIC_PARTICIPATION, name="시민참여 1반", created_at=make.NOW
    )
    made = World(where, of, panel)
    for name in NAMES[:members]:
        someone = evaluator(where, of, name)
        PanelMember.objects.create(
            panel=panel, evaluator=someone, joined_at=make.NOW, is_chair=not made.evaluators
        )
        made.evaluators.append(someone)
    return made


def fill(assignment: Assignment, share: str | list[str] = "0.8") -> None:
    """Write scores for all items: points times the share (one for all, or one an item), with a comment."""
    items = reviews.items_to_judge(assignment)
    shares = share if isinstance(share, list) else [share] * len(items)
    Score.objects.filter(assignment=assignment).delete()
    Score.objects.bulk_create(
        Score(
            assignment=assignment,
            item=item,
            points=item.points * Decimal(part),
            comment=f"{item.title}에 대한 의견",
            changed_at=make.NOW,
        )
        for item, part in zip(items, shares, strict=True)
    )


def submit(assignment: Assignment, share: str | list[str] = "0.8", now: Any = make.NOW) -> Assignment:
    fill(assignment, share)
    return reviews.submit(assignment=assignment, actor=assignment.evaluator.person, now=now)
