from datetime import timedelta

import pytest
from tests import factories as make
from tests.threads import all_at_once

from naite.trunk.assessment import services
from naite.trunk.assessment.models import Completion, Result
from naite.trunk.delivery import services as delivery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.req("A19", "rule")
def test_many_deciding_and_grading_at_once_leave_one_decision_and_one_live_score() -> None:
    run = make.run(sessions=1)
    staff = [make.staff(run.organisation) for _ in range(6)]
    enrolment = delivery.enrol(run_id=run.pk, person=make.person(), now=make.NOW)
    after = make.NOW + timedelta(days=60)
    came = all_at_once(
        [
            lambda who=who: services.decide_completion(enrolment=enrolment, actor=who, now=after)
            for who in staff
        ]
    )
    assert len({each.pk for each in came}) == 1
    assert Completion.objects.count() == 1
    came = all_at_once(
        [
            lambda who=who, score=score: services.grade(
                enrolment=enrolment, score=score, actor=who, now=after
            )
            for score, who in enumerate(staff)
        ]
    )
    assert Result.objects.count() == 6
    assert Result.objects.filter(superseded_at=None).count() == 1
