"""Pathways from the first badge to the last, and back when one is taken back (row B10)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django_tasks_db.models import DBTaskResult
from tests import badge_rows as rows
from tests import factories as make

from credcore import jsonio
from naite.flows import award as award_flow
from naite.flows import pathways as flow
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.badges.models import Achievement, Award, Pathway, PathwayLoss
from naite.trunk.badges.pathway_rules import Level, Step
from naite.trunk.badges.pathway_rules import Pathway as Way
from naite.trunk.badges.rules import AwardRule
from naite.trunk.badges.services import pathways
from naite.trunk.badges.services.pathways import PathwayDraft
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models import Entry
from naite.trunk.wallet.models import Holding

pytestmark = [pytest.mark.django_db, pytest.mark.req("B10", "rule")]


class World:
    """An institution with three badges of courses, and its staff."""

    def __init__(self) -> None:
        self.place: Organisation = make.organisation("한강평생학습관")
        self.staff: Person = make.staff(self.place)
        self.badges = [
            rows.published(
                make.version(self.place, title=f"과정 {n}", area="career"), name=f"배지 {n}", sub_area=""
            )
            for n in range(3)
        ]

    def way(self, *, need: int = 1) -> Way:
        first, second, third = (
            Step(key=f"s{n}", title=badge.name, achievement=badge.pk, required=n == 0)
            for n, badge in enumerate(self.badges)
        )
        return Way(levels=(Level(name="기초", steps=(first, second, third), need=need),))

    def draft(self, **changes: object) -> PathwayDraft:
        made = PathwayDraft(
            name="새 일 찾기",
            description="상담에서 실습까지",
            framework="seoul",
            badge_type="pathway",
            area="career",
            way=self.way(),
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    def published(self, **changes: object) -> Pathway:
        saved = pathways.save_draft(
            organisation=self.place, draft=self.draft(**changes), actor=self.staff, now=make.NOW
        )
        return flow.publish(pathway=saved, revision=saved.revision, actor=self.staff, now=make.NOW)

    def earn(self, person: Person, number: int) -> Entry:
        badge = self.badges[number]
        assert badge.course_version is not None
        entry = rows.completed(badge.course_version, person)
        award_flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
        return entry


@pytest.fixture
def world() -> World:
    return World()


def held(pathway: Pathway, entry: Entry) -> Award | None:
    return Award.objects.filter(
        account_id=entry.account_id, achievement=pathway.achievement, revoked_at=None
    ).first()


def walk(*entries: Entry) -> int:
    return flow.walk(account_ids={entry.account_id for entry in entries}, now=make.NOW)


def test_the_badge_comes_by_itself_when_the_conditions_are_met(world: World) -> None:
    pathway, person = world.published(), make.person()
    entry = world.earn(person, 0)
    assert DBTaskResult.objects.filter(task_path__endswith="walk_accounts").count() == 1
    assert walk(entry) == 0
    found, _badges = flow.position_of(pathway, account_id=entry.account_id, now=make.NOW)
    assert (found.reached, found.demand, set(found.met)) == (1, 2, {"s0"})
    world.earn(person, 2)
    assert [walk(entry), walk(entry)] == [1, 0]
    award = held(pathway, entry)
    assert award is not None
    document = jsonio.loads(bytes(award.credential))
    assert document["credentialSubject"]["narrative"] == "‘새 일 찾기’ 경로의 배지 2개를 받았습니다."
    assert {item["name"] for item in document["evidence"]} == {"배지 0", "배지 2"}
    assert document["credentialSubject"]["achievement"]["achievementType"] == "LearningProgram"
    assert rows.check(bytes(award.credential)).verdict == "valid"
    assert Holding.objects.filter(award_id=award.id).count() == 1
    assert Message.objects.filter(dedupe_key=f"badge:{award.id}").count() == 1


def test_the_badge_says_what_one_has_to_do(world: World) -> None:
    pathway = world.published()
    assert pathway.achievement is not None
    assert (
        pathway.achievement.criteria == "기초: 배지 0 배지를 모두 받고, 배지 1·배지 2 가운데 1개를 받습니다."
    )
    assert pathway.achievement.rule.prerequisites == [badge.pk for badge in world.badges]


def test_a_badge_taken_back_suspends_until_the_conditions_are_met_again(world: World) -> None:
    pathway, person = world.published(), make.person()
    entry, _second = world.earn(person, 0), world.earn(person, 1)
    walk(entry)
    step = Award.objects.get(account_id=entry.account_id, achievement=world.badges[1])
    before = DBTaskResult.objects.count()
    award_flow.revoke(
        account_id=entry.account_id, award_id=step.id, reason="잘못 줌", actor=world.staff, now=make.NOW
    )
    assert DBTaskResult.objects.count() == before + 1
    walk(entry)
    walk(entry)
    award = held(pathway, entry)
    assert award is not None
    assert award.suspended_at == make.NOW
    assert rows.check(bytes(award.credential)).verdict == "suspended"
    assert Message.objects.filter(dedupe_key__startswith="pathway-loss", person_id=person.pk).count() == 1
    world.earn(person, 2)
    walk(entry)
    award.refresh_from_db()
    assert award.suspended_at is None
    assert PathwayLoss.objects.get().over_at == make.NOW
    assert rows.check(bytes(award.credential)).verdict == "valid"


def test_a_pathway_may_only_tell_its_institution(world: World) -> None:
    pathway, person = world.published(on_loss="flag"), make.person()
    entry, _second = world.earn(person, 0), world.earn(person, 1)
    walk(entry)
    first = Award.objects.get(account_id=entry.account_id, achievement=world.badges[0])
    award_flow.suspend(
        account_id=entry.account_id, award_id=first.id, reason="확인 중", actor=world.staff, now=make.NOW
    )
    walk(entry)
    award = held(pathway, entry)
    assert award is not None
    assert award.suspended_at is None
    told = Message.objects.filter(dedupe_key__startswith="pathway-loss")
    heard = {message.person_id for message in told}
    assert world.staff.pk in heard
    assert person.pk not in heard


def test_another_version_of_a_badge_counts_for_it(world: World) -> None:
    old = world.badges[0]
    assert old.course_version is not None
    person = make.person()
    entry = world.earn(person, 0)
    world.badges[0] = rows.published(old.course_version, name="배지 0, 새 판", sub_area="")
    assert world.badges[0].replaces_id == old.pk
    world.published()
    world.earn(person, 1)
    assert walk(entry) == 1


def test_badges_of_other_institutions_count_by_their_standard(world: World) -> None:
    abroad = rows.published(make.version(title="다른 곳", area="career"), name="다른 기관 배지")
    by_standard = Step(
        key="n", title="초기 상담하기", alignment=("ncs_unit", "0701020101_16v2"), required=True
    )
    first, second = (
        Step(key=f"s{n}", title=badge.name, achievement=badge.pk, required=False)
        for n, badge in enumerate(world.badges[:2])
    )
    pathway = world.published(way=Way(levels=(Level(name="1", steps=(by_standard, first, second), need=1),)))
    person = make.person()
    entry = rows.completed(abroad.course_version, person)  # type: ignore[arg-type]
    award_flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    found, _badges = flow.position_of(pathway, account_id=entry.account_id, now=make.NOW)
    assert set(found.met) == {"n"}
    world.earn(person, 0)
    assert walk(entry) == 1


def test_those_who_came_all_the_way_before_get_it_at_publishing(world: World) -> None:
    first, second = make.person("먼저"), make.person("나중")
    entry = world.earn(first, 0)
    world.earn(first, 1)
    world.earn(second, 1)
    saved = pathways.save_draft(
        organisation=world.place, draft=world.draft(), actor=world.staff, now=make.NOW
    )
    told = pathways.simulate(saved, now=make.NOW)
    assert (told.people, told.fulfilled, told.one_short) == (2, 1, 1)
    assert told.by_step == {"s0": 1, "s1": 2, "s2": 0}
    published = flow.publish(pathway=saved, revision=saved.revision, actor=world.staff, now=make.NOW)
    task = DBTaskResult.objects.get(task_path__endswith="walk_everybody")
    assert task.args_kwargs["kwargs"] == {"pathway_id": str(published.pk)}
    assert [flow.walk_everybody.call(str(published.pk)) for _twice in range(2)] == [1, 0]
    assert held(published, entry) is not None


def test_the_next_version_ends_the_former_and_keeps_its_badges(world: World) -> None:
    pathway, person = world.published(), make.person()
    entry, _second = world.earn(person, 0), world.earn(person, 1)
    walk(entry)
    draft = pathways.next_version(pathway=pathway, actor=world.staff, now=make.NOW)
    assert pathways.next_version(pathway=pathway, actor=world.staff, now=make.NOW).pk == draft.pk
    following = flow.publish(pathway=draft, revision=draft.revision, actor=world.staff, now=make.NOW)
    pathway.refresh_from_db()
    assert following.achievement is not None
    assert (following.achievement.version, following.achievement.replaces) == (2, pathway.achievement)
    assert pathway.retired_at == make.NOW
    assert held(pathway, entry) is not None


@pytest.mark.req("B10", "refusal")
def test_who_may_not_and_what_may_not(world: World) -> None:
    for nobody in (make.person(), make.staff(make.organisation())):
        with pytest.raises(NotAllowed):
            pathways.save_draft(organisation=world.place, draft=world.draft(), actor=nobody, now=make.NOW)
    saved = pathways.save_draft(
        organisation=world.place, draft=world.draft(), actor=world.staff, now=make.NOW
    )
    again = pathways.save_draft(
        organisation=world.place,
        draft=world.draft(name="고침"),
        pathway=saved,
        revision=saved.revision,
        actor=world.staff,
        now=make.NOW,
    )
    with pytest.raises(Refused) as meanwhile:
        pathways.save_draft(
            organisation=world.place,
            draft=world.draft(name="다른 창"),
            pathway=saved,
            revision=saved.revision,
            actor=world.staff,
            now=make.NOW,
        )
    assert meanwhile.value.code == "moved_meanwhile"
    with pytest.raises(Refused):
        flow.publish(pathway=saved, revision=saved.revision, actor=world.staff, now=make.NOW)
    with pytest.raises(NotAllowed):
        flow.publish(pathway=again, revision=again.revision, actor=make.person(), now=make.NOW)
    lone = pathways.save_draft(
        organisation=world.place,
        draft=world.draft(way=Way(levels=()), badge_type="participation"),
        actor=world.staff,
        now=make.NOW,
    )
    with pytest.raises(Invalid) as lacking:
        flow.publish(pathway=lone, revision=lone.revision, actor=world.staff, now=make.NOW)
    assert "걸음이 없습니다" in str(lacking.value)
    assert "경로형" in str(lacking.value)
    assert not Achievement.objects.filter(badge_type="pathway").exists()


@pytest.mark.req("B10", "refusal")
def test_a_pathway_whose_type_is_reviewed_is_published_by_another_person(world: World) -> None:
    owner = make.organisation("서울시평생교육진흥원")
    world.place.parent = owner
    world.place.save()
    reviewer, peer = make.staff(owner), make.staff(world.place)
    rows.reviewed_framework(owner, reviewer)
    saved = pathways.save_draft(
        organisation=world.place,
        draft=world.draft(framework="province", badge_type="chain", area="work"),
        actor=world.staff,
        now=make.NOW,
    )
    assert pathways.reviewers_of(saved, now=make.NOW) == [reviewer]
    for who in (world.staff, peer, make.person()):
        with pytest.raises(NotAllowed):
            flow.publish(pathway=saved, revision=1, actor=who, now=make.NOW)
    saved.refresh_from_db()
    assert (saved.published_at, saved.achievement_id) == (None, None)
    assert flow.publish(pathway=saved, revision=1, actor=reviewer, now=make.NOW).achievement is not None
    with pytest.raises(Refused):  # the second of two who publish at once
        flow.publish(pathway=saved, revision=1, actor=reviewer, now=make.NOW)


def test_a_time_limit_is_kept(world: World) -> None:
    pathway = world.published(way=replace(world.way(), within_days=5))
    person = make.person()
    entry, _second = world.earn(person, 0), world.earn(person, 1)
    Award.objects.filter(achievement=world.badges[0]).update(issued_at=make.NOW - timedelta(days=6))
    assert walk(entry) == 0
    assert held(pathway, entry) is None


def test_nothing_is_enqueued_where_no_pathway_asks(world: World) -> None:
    world.published()
    other = rows.published(
        name="아무 데도 없는 배지", rule=AwardRule(min_attendance=80, pass_mark=Decimal(60))
    )
    before = DBTaskResult.objects.count()
    flow.walk_later(account_ids=[UUID(int=1)], achievement_id=other.pk)
    flow.walk_later(account_ids=[], achievement_id=world.badges[0].pk)
    assert DBTaskResult.objects.count() == before
