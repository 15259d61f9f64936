from datetime import timedelta

import pytest
from tests import factories as make

from naite.config import housekeeping
from naite.roots.audit import services as audit
from naite.roots.audit.models import AuditEvent
from naite.roots.notices.models import Message
from naite.trunk.delivery import services as delivery
from naite.trunk.delivery.models import Enrolment


@pytest.mark.req("K6", "rule")
@pytest.mark.django_db
def test_time_alone_frees_an_unpaid_seat_and_tells_who_waited_for_the_opening() -> None:
    paid = make.run(fee=10000, capacity=1, registration_closes_at=make.NOW + timedelta(days=20))
    first, second = make.person(), make.person()
    delivery.enrol(run_id=paid.pk, person=first, now=make.NOW)
    delivery.enrol(run_id=paid.pk, person=second, now=make.NOW)
    later = make.run(
        registration_opens_at=make.NOW + timedelta(days=3),
        registration_closes_at=make.NOW + timedelta(days=9),
    )
    delivery.express_interest(run_id=later.pk, person=second, now=make.NOW)
    before = Message.objects.filter(address=second.email).count()

    for _ in range(2):  # safe to repeat
        housekeeping.run_once(make.NOW + timedelta(days=5))

    states = dict(Enrolment.objects.values_list("person_id", "state"))
    assert states[first.pk] == Enrolment.State.CANCELLED
    told = Message.objects.filter(address=second.email).count() - before
    assert told >= 1
    assert AuditEvent.objects.filter(seal=None).count() == 0
    assert audit.first_broken_seal() is None


@pytest.mark.django_db
def test_a_job_that_fails_does_not_keep_the_others_from_running(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(delivery, "release_unpaid", fail)
    audit.record("test.act", actor=None, now=make.NOW)
    housekeeping.run_once(make.NOW)
    assert AuditEvent.objects.filter(seal=None).count() == 0
