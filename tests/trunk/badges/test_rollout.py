"""The plan by which programmes come to give badges: who plans for whom, and what is no plan (row B14)."""

from datetime import date
from typing import Any

import pytest
from tests import badge_rows as rows
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.badges.models import RolloutStep
from naite.trunk.badges.services import rollout
from naite.trunk.badges.services.rollout import standing_of


@pytest.mark.req("B14", "rule")
@pytest.mark.parametrize(
    ("starts_on", "badges", "standing"),
    [
        (date(2026, 11, 25), 0, "planned"),
        (date(2026, 11, 24), 0, "late"),
        (date(2026, 11, 24), 2, "giving"),
        (date(2027, 3, 1), 1, "giving"),
    ],
)
def test_how_a_step_stands(starts_on: date, badges: int, standing: str) -> None:
    assert standing_of(starts_on=starts_on, badges=badges, today=date(2026, 11, 24)) == standing


@pytest.mark.django_db
@pytest.mark.req("B14", "rule")
def test_the_plan_runs_from_the_training_centre_to_the_institutions_below(
    django_assert_num_queries: Any,
) -> None:
    centre = make.organisation("도 연수원")
    below = [make.organisation(f"{n}학습관", parent=centre) for n in range(3)]
    staff = make.staff(centre)

    def plan(of: Any, programme: str, day: date) -> RolloutStep:
        return rollout.plan(
            planner=centre, organisation=of, programme=programme, starts_on=day, actor=staff, now=make.NOW
        )

    later = plan(below[0], "  마을   강좌 ", date(2027, 3, 1))
    late = plan(below[1], "시민 강좌", date(2026, 11, 1))
    first = plan(centre, "문해교사 양성", date(2026, 9, 1))
    rows.published(make.version(centre, area="career"), sub_area="")
    with django_assert_num_queries(2):
        found = rollout.steps_of(centre, today=make.NOW.date())
    assert [(each.step, each.standing) for each in found] == [
        (first, "giving"),
        (late, "late"),
        (later, "planned"),
    ]
    assert found[2].step.programme == "마을 강좌"
    for _ in range(2):
        rollout.drop(step=late, actor=staff, now=make.NOW)
    assert [each.step for each in rollout.steps_of(centre, today=make.NOW.date())] == [first, later]
    assert rollout.steps_of(below[0], today=make.NOW.date()) == []
    assert AuditEvent.objects.filter(action="badges.plan_rollout").count() == 3
    assert AuditEvent.objects.filter(action="badges.drop_rollout").count() == 1


@pytest.mark.django_db
@pytest.mark.req("B14", "refusal")
def test_what_is_no_plan_and_who_may_not_plan_changes_nothing() -> None:
    centre, stranger = make.organisation("도 연수원"), make.organisation()
    grandchild = make.organisation("먼 곳", parent=make.organisation("가까운 곳", parent=centre))
    staff = make.staff(centre)
    good: dict[str, Any] = {
        "planner": centre,
        "organisation": centre,
        "programme": "문해교사 양성",
        "starts_on": date(2027, 3, 1),
        "actor": staff,
        "now": make.NOW,
    }
    step = rollout.plan(**good)
    for wrong, field in (
        ({"organisation": stranger}, "organisation"),
        ({"organisation": grandchild}, "organisation"),
        ({"programme": " \t"}, "programme"),
        ({"programme": "가" * 121}, "programme"),
        ({"note": "가" * 301}, "note"),
        ({"starts_on": date(2040, 1, 1)}, "starts_on"),
        ({"starts_on": date(1999, 1, 1)}, "starts_on"),
    ):
        with pytest.raises(Invalid) as refused:
            rollout.plan(**{**good, **wrong})
        assert set(refused.value.fields) == {field}
    for actor in (make.staff(stranger), make.person(), None):
        with pytest.raises(NotAllowed):
            rollout.plan(**{**good, "actor": actor})
        with pytest.raises(NotAllowed):
            rollout.drop(step=step, actor=actor, now=make.NOW)
    assert RolloutStep.objects.get(dropped_at=None) == step
