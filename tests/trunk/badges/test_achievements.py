import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ids import new_id
from naite.trunk.badges.models import Achievement
from naite.trunk.badges.queries import achievements_of
from naite.trunk.badges.rules import Alignment, AwardRule
from naite.trunk.badges.services import AchievementDraft, check_draft, publish_achievement
from naite.trunk.people.models import Role

NCS = Alignment(kind="ncs_unit", code="0701020101_16v2", name="초기 상담하기", framework="NCS")


def draft(**changes: Any) -> AchievementDraft:
    fields: dict[str, Any] = {
        "framework": "seoul",
        "badge_type": "achievement",
        "area": "career",
        "sub_area": "skills",
        "name": "경력전환 상담사 기초",
        "description": "상담의 기본을 익혔습니다.",
        "criteria": "80% 이상 출석하고 60점 이상을 받습니다.",
        "tags": ["상담", "경청", "상담"],
        "rule": AwardRule(min_attendance=80, pass_mark=Decimal(60), alignments=[NCS]),
        **changes,
    }
    fields.setdefault("course_version", None)
    fields["course_version"] = fields["course_version"] or make.version()
    return AchievementDraft(**fields)


def staff_of(design: AchievementDraft) -> Any:
    return make.staff(design.course_version.course.organisation)


@pytest.mark.django_db
@pytest.mark.req("B1", "rule")
def test_staff_publish_a_badge_of_their_course() -> None:
    design = draft()
    actor = staff_of(design)
    made = publish_achievement(draft=design, actor=actor, now=make.NOW)
    made.refresh_from_db()
    assert (made.organisation_id, made.version, made.framework_version) == (
        design.course_version.course.organisation_id,
        1,
        1,
    )
    assert made.tags == ["상담", "경청"]
    assert made.rule == replace(design.rule, alignments=[NCS], prerequisites=[])
    event = AuditEvent.objects.get(action="badges.publish_achievement")
    assert (event.actor_id, event.subject_id) == (actor.pk, str(made.pk))


@pytest.mark.django_db
@pytest.mark.req("B2", "refusal")
def test_a_badge_that_lacks_what_its_type_demands_is_refused_with_the_reason() -> None:
    design = draft(rule=AwardRule(min_attendance=80))
    with pytest.raises(Invalid) as refusal:
        publish_achievement(draft=design, actor=staff_of(design), now=make.NOW)
    assert "합격 점수가 없습니다" in str(refusal.value.fields["pass_mark"])
    assert not Achievement.objects.exists()
    assert check_draft(design).keys() == {"pass_mark"}


@pytest.mark.django_db
def test_those_of_another_institution_instructors_and_strangers_may_not() -> None:
    design = draft()
    for actor in (
        make.staff(make.organisation()),
        make.staff(design.course_version.course.organisation, Role.INSTRUCTOR),
        make.person(),
        None,
    ):
        with pytest.raises(NotAllowed):
            publish_achievement(draft=design, actor=actor, now=make.NOW)
    assert not Achievement.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"framework": "paris"}, "framework"),
        ({"badge_type": "magic"}, "badge_type"),
        ({"area": "sea"}, "area"),
        ({"area": "civic"}, "sub_area"),
        ({"name": "  "}, "name"),
        ({"name": "가" * 121}, "name"),
        ({"name": "가\x07나"}, "name"),
        ({"criteria": ""}, "criteria"),
        ({"tags": ["가"] * 3 + [str(n) for n in range(10)]}, "tags"),
        ({"rule": AwardRule(min_attendance=101, pass_mark=Decimal(60))}, "min_attendance"),
        ({"rule": AwardRule(pass_mark=Decimal(101))}, "pass_mark"),
        (
            {
                "rule": AwardRule(
                    pass_mark=Decimal(60), alignments=[Alignment(kind="ncs_unit", code="1", name="x")]
                )
            },
            "alignments",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    design = draft(**changes)
    with pytest.raises(Invalid) as refusal:
        publish_achievement(draft=design, actor=staff_of(design), now=make.NOW)
    assert field in refusal.value.fields
    assert not Achievement.objects.exists()


@pytest.mark.django_db
def test_publishing_again_counts_the_version_and_keeps_the_old_one() -> None:
    design = draft()
    actor = staff_of(design)
    first = publish_achievement(draft=design, actor=actor, now=make.NOW)
    second = publish_achievement(
        draft=replace(design, criteria="90% 이상 출석하고 60점 이상을 받습니다."), actor=actor, now=make.NOW
    )
    first.refresh_from_db()
    assert (first.retired_at, first.criteria) == (make.NOW, design.criteria)
    assert (second.version, second.replaces_id, second.retired_at) == (2, first.pk, None)


@pytest.mark.django_db
def test_a_pathway_names_badges_that_exist() -> None:
    design = draft(badge_type="pathway", rule=AwardRule(prerequisites=[new_id(), new_id()]))
    with pytest.raises(Invalid) as refusal:
        publish_achievement(draft=design, actor=staff_of(design), now=make.NOW)
    assert "prerequisites" in refusal.value.fields


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_leave_one_live_badge() -> None:
    design = draft()
    actor = staff_of(design)
    outcomes: list[object] = []
    barrier = threading.Barrier(4)

    def publish() -> None:
        barrier.wait()
        try:
            outcomes.append(publish_achievement(draft=design, actor=actor, now=make.NOW).version)
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    live = Achievement.objects.filter(retired_at=None)
    assert live.count() == 1
    assert live.get().version == Achievement.objects.count()


@pytest.mark.django_db
@pytest.mark.req("B2", "refusal")
def test_a_badge_that_could_never_be_signed_is_not_published() -> None:
    """Tags that another implementation would sort differently are refused by the signer."""
    design = draft(tags=["\U0001f333 나무", "\uff5e 물결"])
    with pytest.raises(Invalid) as refusal:
        publish_achievement(draft=design, actor=staff_of(design), now=make.NOW)
    assert refusal.value.code == "cannot_sign"
    assert not Achievement.objects.exists()


@pytest.mark.django_db
def test_live_badges_come_before_retired_ones_on_both_databases() -> None:
    design = draft()
    actor = staff_of(design)
    old = publish_achievement(draft=design, actor=actor, now=make.NOW)
    new = publish_achievement(draft=design, actor=actor, now=make.NOW)
    where = design.course_version.course.organisation
    other = publish_achievement(
        draft=draft(course_version=make.version(where)), actor=actor, now=make.NOW - timedelta(days=9)
    )
    assert [item.pk for item in achievements_of(where)] == [new.pk, other.pk, old.pk]
