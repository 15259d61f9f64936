"""An activity badge from the first hour written down to the badge (row B2)."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from tests import badge_rows as rows
from tests import factories as make
from tests.flows.test_award_run import listed, outcomes, row_of

from credcore import jsonio
from naite.flows import activities as flow
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.badges.models import Achievement, Activity, ActivityPicture, Award, LearningCircle
from naite.trunk.badges.rules import AwardRule
from naite.trunk.badges.services import activities
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount

pytestmark = [pytest.mark.django_db, pytest.mark.req("B2", "rule")]


@pytest.fixture
def badge() -> Achievement:
    return rows.published(badge_type="activity", rule=AwardRule(activity_hours=Decimal(8)))


@pytest.fixture
def account() -> LearningAccount:
    return make.account(make.person("한가람"))


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return out.getvalue()


def logged(account: LearningAccount, badge: Achievement, **changes: Any) -> Activity:
    values: dict[str, Any] = {
        "done_on": date(2026, 11, 13),
        "hours": Decimal(5),
        "what": "어르신 세 분의 이야기를 적었습니다.",
        "actor": account.person,
        **changes,
    }
    return activities.log(account=account, achievement=badge, now=make.NOW, **values)


def test_confirmed_hours_that_reach_the_badge_give_it(account: LearningAccount, badge: Achievement) -> None:
    staff = make.staff(badge.organisation)
    first = logged(account, badge, pictures=[BytesIO(picture())], names=["현장.png"])
    assert ActivityPicture.objects.get().file.kind == "png"
    assert flow.confirm(activity=first, actor=staff, now=make.NOW) is None
    second = logged(account, badge, done_on=date(2026, 11, 20), hours=Decimal("3.5"), what="책을 엮었습니다.")
    award = flow.confirm(activity=second, actor=staff, now=make.NOW)
    assert award is not None
    document = jsonio.loads(bytes(award.credential))
    assert document["credentialSubject"]["creditsEarned"] == 8.5
    assert document["credentialSubject"]["narrative"].endswith("활동을 2번, 모두 8.5시간 했습니다.")
    assert [item["name"] for item in document["evidence"]] == [
        "2026.11.13 활동 5시간",
        "2026.11.20 활동 3.5시간",
    ]
    assert rows.check(bytes(award.credential)).verdict == "valid"
    third = logged(account, badge, done_on=date(2026, 11, 21))
    assert flow.confirm(activity=third, actor=staff, now=make.NOW) is None
    assert Award.objects.count() == 1


def test_confirmed_hours_count_in_a_list_too(account: LearningAccount, badge: Achievement) -> None:
    for day in (13, 14):
        row = logged(account, badge, done_on=date(2026, 11, day), hours=Decimal(4))
        activities.confirm(activity=row, actor=make.staff(badge.organisation), now=make.NOW)
    other = make.account(make.person("오하린"))
    logged(other, badge, hours=Decimal(9))
    run = listed(badge, [row_of(account.person, ""), row_of(other.person, "")])
    assert [code for _outcome, code in outcomes(run).values()] == ["", "hours_missing"]


def test_a_circles_leader_confirms_what_the_others_did(account: LearningAccount, badge: Achievement) -> None:
    leader = make.person("이끎이")
    staff = make.staff(badge.organisation)
    circle = activities.open_circle(
        organisation=badge.organisation, name="물길 모임", leader=leader, actor=staff, now=make.NOW
    )
    row = logged(account, badge, circle=circle, hours=Decimal(8))
    assert flow.confirm(activity=row, actor=leader, now=make.NOW) is not None
    own = logged(make.account(leader), badge, circle=circle)
    with pytest.raises(NotAllowed):
        flow.confirm(activity=own, actor=leader, now=make.NOW)
    alone = logged(account, badge, done_on=date(2026, 11, 1))
    with pytest.raises(NotAllowed):
        flow.confirm(activity=alone, actor=leader, now=make.NOW)
    activities.end_circle(circle=circle, actor=staff, now=make.NOW)
    with pytest.raises(Invalid):
        logged(account, badge, circle=LearningCircle.objects.get(), done_on=date(2026, 11, 2))


@pytest.mark.req("B2", "refusal")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"done_on": date(2026, 11, 25)}, "done_on"),
        ({"hours": Decimal(0)}, "hours"),
        ({"hours": Decimal(25)}, "hours"),
        ({"hours": Decimal(20)}, "hours"),
        ({"what": " "}, "what"),
        ({"what": "가" * 1001}, "what"),
        ({"pictures": [BytesIO(b"<svg onload='x'/>")], "names": ["a.png"]}, "pictures"),
        ({"pictures": [BytesIO(b"")] * 6, "names": ["a.png"] * 6}, "pictures"),
    ],
)
def test_each_fault_is_told_at_its_field(
    account: LearningAccount, badge: Achievement, changes: dict[str, Any], field: str
) -> None:
    logged(account, badge)
    with pytest.raises(Invalid) as refused:
        logged(account, badge, **changes)
    assert field in refused.value.fields
    assert Activity.objects.count() == 1
    assert not ActivityPicture.objects.exists()


@pytest.mark.req("B2", "refusal")
def test_who_may_not_and_what_is_decided_once(account: LearningAccount, badge: Achievement) -> None:
    row, staff = logged(account, badge), make.staff(badge.organisation)
    with pytest.raises(NotAllowed):
        logged(account, badge, actor=staff)
    for nobody in (make.person(), account.person, make.staff(make.organisation())):
        with pytest.raises(NotAllowed):
            activities.confirm(activity=row, actor=nobody, now=make.NOW)
        with pytest.raises(NotAllowed):
            activities.send_back(activity=row, reason="x", actor=nobody, now=make.NOW)
    with pytest.raises(Invalid):
        activities.send_back(activity=row, reason=" ", actor=staff, now=make.NOW)
    activities.send_back(activity=row, reason="사진을 붙여 주세요.", actor=staff, now=make.NOW)
    with pytest.raises(Refused) as twice:
        activities.confirm(activity=Activity.objects.get(id=row.id), actor=staff, now=make.NOW)
    assert twice.value.code == "moved_meanwhile"
    with pytest.raises(NotAllowed):
        activities.withdraw(activity=row, actor=staff, now=make.NOW)
    activities.withdraw(activity=row, actor=account.person, now=make.NOW)
    with pytest.raises(Refused):
        logged(account, rows.published())


@pytest.mark.req("B2", "browser")
def test_the_pages_of_learner_leader_and_staff(
    client: Client, account: LearningAccount, badge: Achievement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    staff, leader = make.staff(badge.organisation), make.person("이끎이")
    client.force_login(staff)
    assert client.post("/work/activities/", {"name": "물길", "leader": "x@y.kr"}).status_code == 422
    assert client.post("/work/activities/", {"name": "물길", "leader": leader.email}).status_code == 302
    circle = LearningCircle.objects.get()
    client.force_login(account.person)
    url = f"/my/activities/{badge.pk}/"
    assert client.post(url, {"done_on": "2026-11-30", "hours": "3", "what": "내 글"}).status_code == 422
    sent = {"done_on": "2026-11-13", "hours": "4", "what": "물길을 걸었습니다.", "circle": str(circle.pk)}
    assert client.post(url, sent).status_code == 302
    file = BytesIO(picture())
    file.name = "b.png"
    assert client.post(url, {**sent, "circle": "", "pictures": file}).status_code == 302
    assert "8시간 가운데 0시간" in client.get(url).content.decode()
    shown = ActivityPicture.objects.get()
    assert client.get(f"/my/activities/pictures/{shown.pk}/").status_code == 200
    in_circle = Activity.objects.get(circle=circle)
    client.force_login(leader)
    assert "물길을 걸었습니다." in client.get("/my/circles/").content.decode()
    assert client.get(f"/my/activities/pictures/{shown.pk}/").status_code == 404
    assert client.post(f"/my/circles/{in_circle.id}/", {"act": "confirm"}).status_code == 302
    client.force_login(staff)
    assert "한가람" in client.get("/work/activities/").content.decode()
    assert client.get(f"/my/activities/pictures/{shown.pk}/").status_code == 200
    assert AuditEvent.objects.filter(action="badges.view_activity_picture").count() == 1
    other = Activity.objects.get(circle=None)
    assert client.post(f"/work/activities/{other.id}/", {"act": "confirm"}).status_code == 302
    assert Award.objects.get().account_id == account.pk
    stranger: Person = make.staff(make.organisation())
    client.force_login(stranger)
    assert client.post(f"/work/activities/{other.id}/", {"act": "return"}).status_code == 404
    assert client.post(f"/work/circles/{circle.pk}/end/").status_code == 404
    assert client.get(f"/my/activities/pictures/{shown.pk}/").status_code == 404
