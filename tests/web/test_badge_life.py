"""Appeals and renewals as pages: the holder's, the institution's."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make
from tests import package_rows as rows

from naite.flows import award as awarding
from naite.trunk.badges.models import Award, BadgeAppeal
from naite.trunk.badges.services import life
from naite.trunk.people.models import Person


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)


@pytest.fixture
def learner(db: None) -> rows.Learner:
    return rows.learner()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def staff(of: rows.Learner) -> Person:
    assert of.holding.award_id
    return make.staff(life.award_of(of.account.pk, of.holding.award_id).achievement.organisation)


@pytest.mark.req("B12", "browser")
def test_from_a_suspended_badge_to_an_answer(learner: rows.Learner) -> None:
    taker, judge = staff(learner), staff(learner)
    mine = signed_in(learner.account.person)
    at = f"/my/wallet/{learner.holding.id}/appeal/"
    assert "취소하거나 정지한 배지가 아닙니다" in text_of(mine.get(at))
    awarding.suspend(
        account_id=learner.account.pk,
        award_id=learner.holding.award_id,
        reason="출석이 잘못 적힘",
        actor=taker,
        now=make.NOW,
    )
    assert f'href="{at}"' in text_of(mine.get(f"/my/wallet/{learner.holding.id}/"))
    empty = mine.post(at, {"reason": ""})
    assert empty.status_code == 422
    assert "출석이 잘못 적힘" in text_of(empty)
    mine.post(at, {"reason": "모두 출석했습니다"})
    made = BadgeAppeal.objects.get()
    listed = text_of(signed_in(judge).get("/work/badges/appeals/"))
    assert "경력전환 상담사 기초" in listed
    one = f"/work/badges/appeals/{made.account_id}/{made.id}/"
    assert "다른 담당자가 해 주세요" in text_of(signed_in(taker).get(one))
    refused = signed_in(taker).post(one, {"decision": "uphold", "answer": "제가 틀렸습니다"})
    assert refused.status_code == 422
    signed_in(judge).post(one, {"decision": "uphold", "answer": "출석을 확인했습니다"})
    assert Award.objects.get().suspended_at is None
    assert "출석을 확인했습니다" in text_of(mine.get(at))


@pytest.mark.req("B12", "refusal")
def test_nobody_else_sees_an_appeal(learner: rows.Learner) -> None:
    awarding.suspend(
        account_id=learner.account.pk,
        award_id=learner.holding.award_id,
        reason="출석이 잘못 적힘",
        actor=staff(learner),
        now=make.NOW,
    )
    signed_in(learner.account.person).post(
        f"/my/wallet/{learner.holding.id}/appeal/", {"reason": "출석했습니다"}
    )
    made = BadgeAppeal.objects.get()
    one = f"/work/badges/appeals/{made.account_id}/{made.id}/"
    other = signed_in(make.staff(make.organisation("다른 기관")))
    assert other.get(one).status_code == 404
    assert "경력전환" not in text_of(other.get("/work/badges/appeals/"))
    assert signed_in(make.person()).get(one).status_code == 403
    assert signed_in(make.person()).get(f"/my/wallet/{learner.holding.id}/appeal/").status_code == 404
    mine = signed_in(learner.account.person)
    mine.post(f"/my/wallet/{learner.holding.id}/appeal/withdraw/")
    made.refresh_from_db()
    assert made.state == "withdrawn"


@pytest.mark.req("B12", "browser")
def test_a_badge_is_renewed_by_its_institution(learner: rows.Learner) -> None:
    Award.objects.update(valid_until=make.NOW + timedelta(days=20))
    award = Award.objects.get()
    clerk = signed_in(staff(learner))
    at = f"/work/badges/renew/{award.account_id}/{award.id}/"
    assert f'href="{at}"' in text_of(clerk.get(f"/work/badges/{award.achievement_id}/"))
    assert clerk.post(at, {"narrative": ""}).status_code == 422
    clerk.post(at, {"narrative": "보수교육 8시간"})
    new = Award.objects.exclude(id=award.id).get()
    page = text_of(signed_in(learner.account.person).get(f"/my/wallet/{learner.holding.id}/"))
    assert "새 배지로 이어졌습니다" in page
    assert "2026.11.24" in page
    assert clerk.post(at, {"narrative": "또"}).status_code == 422
    other = signed_in(make.staff(make.organisation("다른 기관")))
    assert other.get(f"/work/badges/renew/{award.account_id}/{new.id}/").status_code == 404


@pytest.mark.req("B12", "rule")
def test_the_list_of_appeals_asks_a_fixed_number_of_questions(learner: rows.Learner) -> None:
    judge = signed_in(staff(learner))

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert judge.get("/work/badges/appeals/").status_code == 200
        return len(asked)

    awarding.suspend(
        account_id=learner.account.pk,
        award_id=learner.holding.award_id,
        reason="까닭",
        actor=staff(learner),
        now=make.NOW,
    )
    award = life.award_of(learner.account.pk, learner.holding.award_id)
    life.appeal(award=award, reason="출석했습니다", actor=learner.account.person, now=make.NOW)
    count()
    few = count()
    first = BadgeAppeal.objects.get()
    for _number in range(3):
        other = rows.learner("윤새봄")
        BadgeAppeal.objects.create(
            account_id=other.account.pk,
            award_id=other.holding.award_id,
            act_id=first.act_id,
            organisation=first.organisation,
            reason="저도",
            made_at=make.NOW,
            due_on=first.due_on,
        )
    assert count() <= few + 1
