"""Recognitions of many courses held together, to ask about many completions without asking the database."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from naite.trunk.recognition.models import CoveredRun, Recognition


@dataclass
class Coverage:
    """What ``queries.covering`` would say, for the courses it was made of."""

    by_course: dict[UUID, list[Recognition]] = field(default_factory=lambda: defaultdict(list))
    named_runs: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))

    def covering(self, *, course_id: UUID, run_id: UUID | None, on: date) -> Recognition | None:
        """Return the recognition that makes learning completed on a day count, or None."""
        for recognition in self.by_course.get(course_id, ()):
            ended = recognition.cancelled_on
            if recognition.valid_from <= on < recognition.valid_until and (ended is None or ended > on):
                return recognition
            if ended is None and run_id is not None and run_id in self.named_runs.get(recognition.pk, ()):
                return recognition
        return None

    def course_of_number(self, number: str) -> UUID | None:
        """Return the course that a recognition number belongs to."""
        wanted = "".join(number.split())
        for course_id, recognitions in self.by_course.items():
            if any("".join(each.number.split()) == wanted for each in recognitions):
                return course_id
        return None


def coverage_of(course_ids: Iterable[UUID]) -> Coverage:
    """Return the coverage of some courses, two queries whatever their number."""
    found = Coverage()
    ids = list(course_ids)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        for row in Recognition.objects.filter(course_id__in=part).order_by("-valid_from"):
            found.by_course[row.course_id].append(row)
        named = CoveredRun.objects.filter(recognition__course_id__in=part)
        for recognition_id, run_id in named.values_list("recognition_id", "run_id"):
            found.named_runs[recognition_id].add(run_id)
    return found
