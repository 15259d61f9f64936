"""Asking about many completions says what asking about each would."""

from datetime import date, timedelta

import pytest
from tests import factories as make

from naite.trunk.recognition.coverage import coverage_of
from naite.trunk.recognition.models import CoveredRun
from naite.trunk.recognition.queries import covering

pytestmark = pytest.mark.django_db


@pytest.mark.req("A18", "rule")
def test_it_agrees_with_the_query_for_every_day_and_run() -> None:
    versions = [make.version(title=f"과정 {n}") for n in range(3)]
    day = date(2024, 3, 4)
    first = make.recognition(versions[0])
    make.recognition(
        versions[0], valid_from=date(2029, 3, 4), valid_until=date(2034, 3, 4), cancelled_on=date(2030, 1, 1)
    )
    gone = make.recognition(versions[1], cancelled_on=date(2025, 1, 1))
    runs = [make.run(versions[n]) for n in (0, 1)]
    CoveredRun.objects.create(recognition=first, run_id=runs[0].pk)
    CoveredRun.objects.create(recognition=gone, run_id=runs[1].pk)
    coverage = coverage_of([version.course_id for version in versions])
    days = [
        day - timedelta(days=1),
        day,
        date(2025, 1, 1),
        date(2029, 3, 3),
        date(2029, 6, 1),
        date(2030, 1, 1),
    ]
    for version in versions:
        for run_id in (None, runs[0].pk, runs[1].pk):
            for on in days:
                asked = {"course_id": version.course_id, "run_id": run_id, "on": on}
                assert coverage.covering(**asked) == covering(**asked), asked
    assert coverage.course_of_number(first.number.replace("-", " -")) == versions[0].course_id
