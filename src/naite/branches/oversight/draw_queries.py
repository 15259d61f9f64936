"""Reading draws. Whatever is not closed shows hashes and counts, and nothing of what was drawn."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from naite.branches.oversight import deadlines, drawing
from naite.branches.oversight.models import Candidate, Draw, Investigation
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Application, Recognition, Round
from naite.trunk.recognition.queries import live


def _old_enough(rows: QuerySet[Recognition], on: date) -> list[Recognition]:
    found = rows.filter(live(on)).select_related("course__current", "course__organisation").order_by("id")
    return [row for row in found if deadlines.last_day("spot_check", row.valid_from) <= on]


def eligible(*, of: Round | None, year: int | None, on: date) -> list[Recognition]:
    """Return the recognitions of a round, or granted in a year outside rounds, valid and three years old."""
    by_round = Application.objects.filter(recognition__isnull=False)
    if of is not None:
        rows = Recognition.objects.filter(pk__in=by_round.filter(round=of).values("recognition_id"))
    else:
        rows = Recognition.objects.filter(granted_on__year=year).exclude(
            pk__in=by_round.values("recognition_id")
        )
    return _old_enough(rows, on)


@dataclass(frozen=True, slots=True)
class Choice:
    """A round or a year that could be drawn now."""

    of: Round | None
    year: int | None
    eligible: int

    @property
    def to_draw(self) -> int:
        return drawing.how_many(self.eligible)


def choices(*, on: date) -> list[Choice]:
    """Return what could be drawn on a day and was not yet, in three queries."""
    ready = {row.pk: row for row in _old_enough(Recognition.objects.all(), on)}
    rounds = {
        application.recognition_id: application.round
        for application in Application.objects.filter(recognition__in=ready).select_related("round")
    }
    counts: Counter[tuple[Round | None, int | None]] = Counter()
    for pk, row in ready.items():
        of = rounds.get(pk)
        counts[(of, None) if of else (None, row.granted_on.year)] += 1
    taken = set(Draw.objects.values_list("round_id", "year"))
    return [
        Choice(of, year, count)
        for (of, year), count in sorted(counts.items(), key=lambda item: (item[0][1] or 0, str(item[0][0])))
        if ((of.pk if of else None), year) not in taken
    ]


def draws() -> QuerySet[Draw]:
    """Return the draws, newest first."""
    return Draw.objects.select_related("round").order_by("-committed_at")


def draw(draw_id: UUID) -> Draw | None:
    return Draw.objects.filter(pk=draw_id).select_related("round", "committed_by").first()


def visits_of(row: Draw, person: Person) -> tuple[list[Candidate], int]:
    """Return what was drawn, for an officer: without their own organisations'; and how many reports are in."""
    drawn = list(
        row.candidates.filter(drawn=True)
        .select_related(
            "recognition__course__current", "recognition__course__organisation", "investigation__lead"
        )
        .order_by("recognition__number")
    )
    mine = set(person.roles.filter(valid_until=None).values_list("organisation_id", flat=True))
    done = sum(
        each.investigation is not None and each.investigation.state == Investigation.State.REPORTED
        for each in drawn
    )
    return [each for each in drawn if each.recognition.course.organisation_id not in mine], done


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the published list."""

    recognition: Recognition
    digest: str
    drawn: bool


def published(row: Draw) -> list[Listed]:
    """Return the list of a closed draw in the order of its digests; nothing of one that is not closed."""
    if row.state != Draw.State.CLOSED:
        return []
    found = [
        Listed(each.recognition, drawing.order_of(row.published_seed, str(each.recognition_id)), each.drawn)
        for each in row.candidates.select_related(
            "recognition__course__current", "recognition__course__organisation"
        )
    ]
    return sorted(found, key=lambda each: each.digest)


def published_list(row: Draw) -> str | None:
    """Return the list's text of a closed draw, by which anybody repeats it; None before."""
    if row.state != Draw.State.CLOSED:
        return None
    return drawing.listed(str(each) for each in row.candidates.values_list("recognition_id", flat=True))
