"""Badges after they were given: taken back, appealed, about to end, renewed."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests import badge_rows
from tests import factories as make
from tests import package_rows as rows
from tests.threads import all_at_once

from naite.flows import award as awarding
from naite.flows import badge_life as flow
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.badges import life_rules
from naite.trunk.badges.models import Award, AwardReminder, BadgeAppeal
from naite.trunk.badges.services import life
from naite.trunk.people.models import Person
from naite.trunk.wallet.models import Holding

NOW = make.NOW
DAY = timedelta(days=1)


@pytest.mark.req("B12", "rule")
@pytest.mark.parametrize(
    ("left", "days"), [(61, None), (60, 60), (31, 60), (30, 30), (7, 7), (0.01, 7), (0, None), (-1, None)]
)
def test_the_nearest_reminder_is_due(left: float, days: int | None) -> None:
    assert life_rules.reminder_due(NOW + left * DAY, now=NOW) == days


@pytest.mark.req("B12", "rule")
def test_clocks_of_an_appeal() -> None:
    assert life_rules.can_still_appeal(NOW, now=NOW + 60 * DAY)
    assert not life_rules.can_still_appeal(NOW, now=NOW + 61 * DAY)
    assert life_rules.appeal_due(NOW) == date(2026, 12, 7)  # ten working days, the first counted


@pytest.mark.req("B12", "rule")
@pytest.mark.parametrize(("left", "may"), [(121, False), (120, True), (0, True), (-364, True), (-365, False)])
def test_when_a_badge_can_be_renewed(left: int, may: bool) -> None:
    assert life_rules.can_renew(NOW + left * DAY, now=NOW) is may
    assert not life_rules.can_renew(None, now=NOW)


@pytest.fixture
def learner(db: None) -> rows.Learner:
    return rows.learner()


def given(of: rows.Learner) -> Award:
    assert of.holding.award_id
    return life.award_of(of.account.pk, of.holding.award_id)


def staff(of: rows.Learner) -> Person:
    return make.staff(given(of).achievement.organisation)


def take(of: rows.Learner, act: Any, actor: Person) -> None:
    act(
        account_id=of.account.pk,
        award_id=of.holding.award_id,
        reason="출석이 잘못 적힘",
        actor=actor,
        now=NOW,
    )


@pytest.mark.req("B12", "rule")
def test_who_loses_a_badge_is_told_why_and_what_to_do(learner: rows.Learner) -> None:
    take(learner, awarding.revoke, staff(learner))
    told = Message.objects.get(subject__startswith="배지가 취소되었습니다")
    assert told.person_id == learner.account.person_id
    assert "출석이 잘못 적힘" in told.body
    assert "60일 안에" in told.body


@pytest.mark.req("B12", "refusal")
def test_who_may_appeal_and_when(learner: rows.Learner) -> None:
    award, person = given(learner), learner.account.person
    with pytest.raises(Refused, match="아닙니다"):
        life.appeal(award=award, reason="아닙니다", actor=person, now=NOW)
    take(learner, awarding.suspend, staff(learner))
    for actor in (make.person(), None):
        with pytest.raises(NotAllowed):
            life.appeal(award=award, reason="아닙니다", actor=actor, now=NOW)
    with pytest.raises(Invalid):
        life.appeal(award=award, reason=" ", actor=person, now=NOW)
    with pytest.raises(Refused, match="60일"):
        life.appeal(award=award, reason="아닙니다", actor=person, now=NOW + 61 * DAY)
    made = life.appeal(award=award, reason="출석했습니다", actor=person, now=NOW)
    with pytest.raises(Refused, match="이미"):
        life.appeal(award=award, reason="다시", actor=person, now=NOW)
    assert (made.state, made.due_on) == ("open", date(2026, 12, 7))


@pytest.mark.req("B12", "refusal")
def test_nobody_judges_their_own_doing(learner: rows.Learner) -> None:
    taker = staff(learner)
    take(learner, awarding.suspend, taker)
    made = life.appeal(award=given(learner), reason="출석했습니다", actor=learner.account.person, now=NOW)
    stranger = make.staff(make.organisation("다른 기관"))
    for actor in (taker, stranger, learner.account.person, None):
        with pytest.raises(NotAllowed):
            flow.uphold(appeal=made, answer="맞습니다", actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            life.reject(appeal=made, answer="아닙니다", actor=actor, now=NOW)
    judge = staff(learner)
    with pytest.raises(Invalid):
        life.reject(appeal=made, answer="", actor=judge, now=NOW)
    life.reject(appeal=made, answer="출석부에 없습니다", actor=judge, now=NOW)
    with pytest.raises(Refused):
        flow.uphold(appeal=made, answer="맞습니다", actor=judge, now=NOW)
    assert given(learner).suspended_at == NOW
    assert "출석부에 없습니다" in Message.objects.get(subject__contains="이의에 답이").body


@pytest.mark.req("B12", "rule")
def test_an_upheld_appeal_releases_a_suspended_badge(learner: rows.Learner) -> None:
    take(learner, awarding.suspend, staff(learner))
    credential = bytes(learner.holding.credential)
    assert badge_rows.check(credential).verdict == "suspended"
    made = life.appeal(award=given(learner), reason="출석했습니다", actor=learner.account.person, now=NOW)
    flow.uphold(appeal=made, answer="확인했습니다", actor=staff(learner), now=NOW)
    assert badge_rows.check(credential).verdict == "valid"
    assert Holding.objects.count() == 1


@pytest.mark.req("B12", "rule")
def test_an_upheld_appeal_gives_a_revoked_badge_anew(learner: rows.Learner) -> None:
    take(learner, awarding.revoke, staff(learner))
    made = life.appeal(award=given(learner), reason="출석했습니다", actor=learner.account.person, now=NOW)
    flow.uphold(appeal=made, answer="확인했습니다", actor=staff(learner), now=NOW)
    old = given(learner)
    new = Award.objects.get(id=old.successor_id)
    assert new.entry_id == old.entry_id
    assert badge_rows.check(bytes(old.credential)).verdict == "revoked"  # for good
    assert badge_rows.check(bytes(new.credential)).verdict == "valid"
    assert life.facts_in(new) == life.facts_in(old)
    held = Holding.objects.get(award_id=new.id)
    assert bytes(held.credential) == bytes(new.credential)
    made.refresh_from_db()
    assert (made.state, made.successor_id) == ("upheld", new.id)


@pytest.mark.req("B12", "rule")
def test_reminders_are_sent_once_each(learner: rows.Learner) -> None:
    Award.objects.update(valid_until=NOW + 50 * DAY)
    assert [flow.remind(now=NOW), flow.remind(now=NOW)] == [1, 0]
    assert flow.remind(now=NOW + 19 * DAY) == 0
    assert [flow.remind(now=NOW + 20 * DAY), flow.remind(now=NOW + 21 * DAY)] == [1, 0]
    assert flow.remind(now=NOW + 45 * DAY) == 1
    assert flow.remind(now=NOW + 50 * DAY) == 0
    assert list(AwardReminder.objects.order_by("-days").values_list("days", flat=True)) == [60, 30, 7]
    assert Message.objects.filter(subject__contains="뒤에 끝납니다").count() == 3
    Message.objects.all().delete()
    assert flow.remind(now=NOW + 45 * DAY) == 0  # its own ledger, not the outbox


@pytest.mark.req("B12", "rule")
def test_who_holds_a_long_badge_hears_nothing(learner: rows.Learner) -> None:
    for fields in ({"valid_until": NOW + 61 * DAY}, {"valid_until": None}, {"revoked_at": NOW}):
        Award.objects.update(**{"valid_until": NOW + 5 * DAY, "revoked_at": None, **fields})
        assert flow.remind(now=NOW) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("B12", "rule")
def test_two_workers_remind_once() -> None:
    rows.learner()
    Award.objects.update(valid_until=NOW + 5 * DAY)
    assert sum(all_at_once([lambda: flow.remind(now=NOW)] * 2)) == 1
    assert Message.objects.filter(subject__contains="뒤에 끝납니다").count() == 1


@pytest.mark.req("B12", "rule")
def test_a_renewed_badge_names_its_successor(learner: rows.Learner) -> None:
    award, clerk = given(learner), staff(learner)
    with pytest.raises(Refused, match="넉 달"):
        flow.renew(award=award, narrative="보수교육", actor=clerk, now=NOW)
    Award.objects.update(valid_until=NOW + 5 * DAY)
    award = given(learner)
    with pytest.raises(NotAllowed):
        flow.renew(award=award, narrative="보수교육", actor=learner.account.person, now=NOW)
    with pytest.raises(Invalid):
        flow.renew(award=award, narrative="", actor=clerk, now=NOW)
    new = flow.renew(award=award, narrative="보수교육 8시간", actor=clerk, now=NOW)
    award = given(learner)
    assert (award.successor_id, award.succeeded_at) == (new.id, NOW)
    assert "보수교육 8시간" in life.facts_in(new).narrative
    assert badge_rows.check(bytes(award.credential)).verdict == "valid"  # until its end
    with pytest.raises(Refused, match="이미"):
        flow.renew(award=award, narrative="또", actor=clerk, now=NOW)
    assert flow.remind(now=NOW) == 0
    assert Holding.objects.filter(account_id=learner.account.pk).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("B12", "refusal")
def test_two_who_renew_at_once_give_one() -> None:
    learner = rows.learner()
    Award.objects.update(valid_until=NOW + 5 * DAY)
    clerk = staff(learner)
    award = given(learner)
    done = all_at_once([lambda: flow.renew(award=award, narrative="보수교육", actor=clerk, now=NOW)] * 2)
    assert sorted(isinstance(each, Award) for each in done) == [False, True]
    assert Award.objects.count() == 2
    assert not BadgeAppeal.objects.exists()
