"""Switching provincial stages: by whom, from when, and what does not change."""

from collections.abc import Callable
from datetime import date

import pytest
from tests import factories as make
from tests import recognition_rows as rows

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.recognition.models import ProvincialStage
from naite.trunk.recognition.rounds import stages

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.mark.req("A2", "refusal")
def test_only_ministry_and_national_institute_switch_and_never_backwards() -> None:
    where = rows.offices()
    institute, now = where.provincial, make.NOW

    def on(day: date = TODAY, **changed: object) -> ProvincialStage:
        return stages.switch_on(
            **{"institute": institute, "valid_from": day, "actor": where.officer, "now": now, **changed}  # type: ignore[arg-type]
        )

    for stranger in (where.provincial_officer, where.local_officer, where.staff):
        with pytest.raises(NotAllowed):
            on(actor=stranger)
    wrong: list[tuple[str, Callable[[], object]]] = [
        ("institute", lambda: on(institute=where.local)),
        ("valid_from", lambda: on(date(2026, 11, 23))),
    ]
    for field, act in wrong:
        with pytest.raises(Invalid) as refusal:
            act()
        assert field in refusal.value.fields
    assert not ProvincialStage.objects.exists()

    stage = on(actor=where.official)
    assert on() == stage  # repeated
    with pytest.raises(Refused) as twice:
        on(date(2026, 12, 1))
    assert twice.value.code == "already_on"

    with pytest.raises(NotAllowed):
        stages.switch_off(stage=stage, last_day=TODAY, actor=where.provincial_officer, now=now)
    with pytest.raises(Invalid):
        stages.switch_off(stage=stage, last_day=date(2026, 11, 23), actor=where.officer, now=now)
    off = stages.switch_off(stage=stage, last_day=TODAY, actor=where.officer, now=now)
    assert off.valid_until == date(2026, 11, 25)
    assert stages.switch_off(stage=stage, last_day=TODAY, actor=where.officer, now=now) == off
    assert on(date(2026, 11, 25)).valid_from == date(2026, 11, 25)  # on again the day after
