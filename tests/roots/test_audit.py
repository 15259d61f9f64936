from datetime import UTC, datetime

import pytest

from naite.roots.audit import services as audit
from naite.roots.audit.models import AuditEvent, Seal

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_seals_chain_every_event_once() -> None:
    for n in range(7):
        audit.record("test.act", actor=None, now=NOW, n=n)
    first = audit.seal(now=NOW, limit=4)
    second = audit.seal(now=NOW)
    assert first and second and (first.event_count, second.event_count) == (4, 3)
    assert audit.seal(now=NOW) is None
    assert audit.first_broken_seal() is None


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["change", "remove", "swap"])
def test_a_touched_log_is_found(harm: str) -> None:
    for n in range(4):
        audit.record("test.act", actor=None, now=NOW, n=n)
    audit.seal(now=NOW)
    event = AuditEvent.objects.order_by("position")[1]
    if harm == "change":
        AuditEvent.objects.filter(pk=event.pk).update(detail={"n": 99})
    elif harm == "remove":
        event.delete()
    else:
        AuditEvent.objects.filter(pk=event.pk).update(position=9)
    assert audit.first_broken_seal() == 1
    assert Seal.objects.count() == 1
