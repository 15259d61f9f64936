"""Reading what figures are made of; a fixed number of queries whatever the size of a round."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

from django.core.cache import cache
from django.db.models import Avg, Case, Count, Exists, Max, OuterRef, Q, QuerySet, Sum, When

from naite.trunk.people.models import Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.recognition.figures import rules
from naite.trunk.recognition.models import (
    Application,
    Assignment,
    CaseEvent,
    ItemResult,
    LocalNotice,
    Panel,
    Result,
    Round,
    Score,
)

T = TypeVar("T")
_ACTS = {name for _stage, starts, ends, _target in rules.STAGES for name in (*starts, *ends)}


@dataclass(frozen=True)
class Notices:
    """How local governments told their institutions: classes of days, how many in time, late, unfinished."""

    classes: list[tuple[str, int]]
    offices: int
    in_time: int
    late: int
    unfinished: int

    @property
    def rate(self) -> float | None:
        return rules.share(self.in_time, self.in_time + self.late)


@dataclass(frozen=True)
class Load:
    """What one evaluator has to do and has done; told by a letter, never by name."""

    letter: str
    panel: str
    assigned: int
    submitted: int


def can_see(person: Person | None, round_: Round, *, now: datetime) -> bool:
    """Whether somebody may see the figures of a round: officers of all offices."""
    roles = (Role.MINISTRY_OFFICIAL, Role.NATIONAL_OFFICER, Role.PROVINCIAL_OFFICER, Role.LOCAL_OFFICER)
    return has_role(person, None, *roles, now=now)


def _handed_in(round_: Round) -> QuerySet[Application]:
    return Application.objects.filter(round=round_).exclude(state=Application.State.DRAFT).exclude(number="")


def by_state(round_: Round) -> dict[str, int]:
    rows = _handed_in(round_).order_by().values_list("state").annotate(count=Count("pk"))
    return dict(rows)


def steps(round_: Round) -> list[tuple[str, int]]:
    """Return how many cases came to each step, by their histories; counted in the database."""
    acts = {name for _step, names in rules.STEPS for name in names}
    reached = (
        CaseEvent.objects.filter(application__round=round_, act__in=acts)
        .order_by()
        .values("application_id")
        .annotate(
            **{
                f"came_{step}": Max(Case(When(act__in=names, then=1), default=0))
                for step, names in rules.STEPS
            }
        )
    )
    counts = reached.aggregate(**{step: Sum(f"came_{step}") for step, _names in rules.STEPS})
    return [(step, counts[step] or 0) for step, _names in rules.STEPS]


def stage_days(round_: Round) -> list[rules.Days]:
    rows = CaseEvent.objects.filter(application__round=round_, act__in=_ACTS).values_list(
        "application_id", "act", "at"
    )
    return rules.days_of_stages(rules.Act(case, name, at) for case, name, at in rows)


@dataclass(frozen=True)
class Whole:
    """What takes a walk over the history and the scores of a whole round, as of a moment."""

    at: datetime
    steps: list[tuple[str, int]]
    days: list[rules.Days]
    loads: "list[Load]"
    wide: int


KEPT_SECONDS = 60


def whole(round_: Round, *, now: datetime) -> Whole:
    """Return the figures that walk over a whole round, kept for a minute unless a case has moved meanwhile."""
    key = f"figures:{round_.pk}:{sorted(by_state(round_).items())}"
    return _kept(
        key,
        lambda: Whole(now, steps(round_), stage_days(round_), loads(round_), wide_items(round_)),
    )


def spread_kept(panel: Panel, *, states: Mapping[str, int]) -> list[tuple[str, list[float], frozenset[int]]]:
    """Return ``spread``, kept for a minute unless a case of the round has moved meanwhile."""
    return _kept(f"spread:{panel.pk}:{sorted(states.items())}", lambda: spread(panel))


def _kept(key: str, made: Callable[[], T]) -> T:
    name = "f" + sha256(key.encode()).hexdigest()
    found: T | None = cache.get(name)
    if found is None:
        found = made()
        cache.set(name, found, KEPT_SECONDS)
    return found


def by_region(round_: Round) -> dict[str, Mapping[str, int]]:
    """Return verdicts by province name; a municipality counts with its province."""
    rows = (
        _handed_in(round_)
        .order_by()
        .values_list("organisation__region__parent__name", "organisation__region__name", "state")
        .annotate(count=Count("pk"))
    )
    return rules.verdict_rows((parent or own or "", state, count) for parent, own, state, count in rows)


def by_field(round_: Round) -> dict[str, Mapping[str, int]]:
    rows = _handed_in(round_).order_by().values_list("version__area", "state").annotate(count=Count("pk"))
    return rules.verdict_rows((area or "", state, count) for area, state, count in rows)


def late_by_region(round_: Round, *, today: date) -> dict[str, int]:
    rows = (
        LocalNotice.objects.filter(batch__round=round_, done_on=None, due_on__lt=today)
        .order_by()
        .values_list("office__region__parent__name", "office__region__name")
        .annotate(count=Count("pk"))
    )
    found: dict[str, int] = defaultdict(int)
    for parent, own, count in rows:
        found[parent or own or ""] += count
    return dict(found)


def notices(round_: Round, *, today: date) -> Notices:
    """Return how the local governments of a round kept their seven days."""
    rows = list(
        LocalNotice.objects.filter(batch__round=round_).values_list("arrived_on", "due_on", "done_on")
    )
    done = [(end - start).days for start, _due, end in rows if end is not None]
    in_time = sum(1 for _start, due, end in rows if end is not None and end <= due)
    late_open = sum(1 for _start, due, end in rows if end is None and due < today)
    still = sum(1 for _start, due, end in rows if end is None and due >= today)
    # A period that ends on a holiday is longer than seven days; such an office is in time all the same.
    kept = [
        min(days, 7) if end is not None and end <= due else days for days, (_s, due, end) in _with_days(rows)
    ]
    return Notices(
        classes=rules.days_to_notice(kept, late_open=late_open, still_open=still),
        offices=len(rows),
        in_time=in_time,
        late=len(done) - in_time + late_open,
        unfinished=late_open + still,
    )


def _with_days(
    rows: list[tuple[date, date, date | None]],
) -> list[tuple[int, tuple[date, date, date | None]]]:
    return [((row[2] - row[0]).days, row) for row in rows if row[2] is not None]


def loads(round_: Round) -> list[Load]:
    """Return what each evaluator was given and has submitted, busiest first."""
    rows = (
        Assignment.objects.filter(application__round=round_, state__in=Assignment.LIVE)
        .order_by()
        .values_list("evaluator_id", "panel__name")
        .annotate(assigned=Count("pk"), submitted=Count("pk", filter=Q(state=Assignment.State.SUBMITTED)))
    )
    ordered = sorted(rows, key=lambda row: (-row[2], str(row[0])))
    letters: dict[UUID, str] = {}
    for evaluator, _panel, _assigned, _submitted in ordered:
        letters.setdefault(evaluator, letter(len(letters)))
    return [
        Load(letters[evaluator], panel, assigned, submitted)
        for evaluator, panel, assigned, submitted in ordered
    ]


def letter(place: int) -> str:
    """A, B, … Z, AA, AB: what somebody is called whose name is not told."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def panels(round_: Round) -> list[Panel]:
    """Return the panels that have a result; scores of others are sealed."""
    with_result = Result.objects.filter(application__panel_case__panel=OuterRef("pk"))
    return list(Panel.objects.filter(Exists(with_result), round=round_))


def spread(panel: Panel) -> list[tuple[str, list[float], frozenset[int]]]:
    """Return for each item the mean share of the points that each evaluator gave, widest first.

    Only cases with a result count: until everybody has submitted, scores are sealed. Evaluators keep their
    places from item to item, so that the first value is always the same person's.
    """
    result = Result.objects.filter(
        application=OuterRef("assignment__application"),
        stage=OuterRef("assignment__stage"),
        attempt=OuterRef("assignment__attempt"),
    )
    rows = Score.objects.filter(
        Exists(result),
        assignment__panel=panel,
        assignment__state=Assignment.State.SUBMITTED,
        points__isnull=False,
    )
    means = (
        rows.order_by()
        .values_list("item__position", "item__title", "item__points", "assignment__evaluator_id")
        .annotate(mean=Avg("points"))
    )
    given: dict[tuple[int, str], dict[UUID, float]] = defaultdict(dict)
    for position, title, most, evaluator, mean in means:
        given[position, title][evaluator] = round(float(mean) / float(most) * 100, 1)
    found = []
    for (_position, title), by_evaluator in sorted(given.items()):
        values = [by_evaluator[who] for who in sorted(by_evaluator, key=str)]
        found.append((title, values, rules.odd_ones(values)))
    return sorted(found, key=lambda row: min(row[1]) - max(row[1]))


def wide_items(round_: Round) -> int:
    """Return in how many items evaluators lay far apart (more than 30 % of the points)."""
    return ItemResult.objects.filter(result__application__round=round_, is_wide=True).count()
