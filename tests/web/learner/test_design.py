"""Learning design as pages."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests import package_rows as rows
from tests.branches.design.test_plans import CODES, LIST

from naite.branches.design.models import Plan, PlanStep
from naite.trunk.catalogue.search_index import index_listings
from naite.trunk.catalogue.standards.importing import import_standards
from naite.trunk.people.models import Role


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    cache.clear()


@pytest.fixture
def learner(db: None) -> rows.Learner:
    import_standards(
        content=LIST.encode(), file_name="ncs.csv", label="시험", source="시험", actor=None, now=make.NOW
    )
    return rows.learner()


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.req("A24", "browser")
def test_from_a_goal_to_a_plan_with_a_course(client: Client, learner: rows.Learner) -> None:
    client.force_login(learner.account.person)
    listing = make.listing("SQL 첫걸음", recognised=True)
    index_listings([listing.pk])
    assert "아직 설계가 없습니다" in text_of(client.get("/my/design/"))
    found = text_of(client.get("/my/design/new/?q=상담"))
    assert "직업상담" in found
    assert text_of(client.get("/my/design/new/?job=07010201")).count(" checked>") == 2
    wrong = client.post("/my/design/new/", {"q": "상담", "title": "", "unit": [CODES[0]]})
    assert wrong.status_code == 422
    assert f'value="{CODES[0]}" checked' in text_of(wrong)
    made = client.post("/my/design/new/", {"q": "", "title": "상담과 데이터", "unit": list(CODES)})
    page = text_of(client.get(made["Location"]))
    assert "능력단위 3개 가운데 배지로 보인 것 1개" in page
    courses = text_of(client.get(made["Location"] + f"?unit={CODES[2]}"))
    why = re.search(r'name="why" value="([^"]+)"', courses)
    assert why
    assert "SQL 첫걸음" in courses
    client.post(made["Location"] + "steps/", {"listing": str(listing.pk), "unit": CODES[2], "why": why[1]})
    client.post(made["Location"] + "steps/", {"title": "책 읽기", "unit": ""})
    step = PlanStep.objects.get(title="책 읽기")
    version = Plan.objects.get().version
    act = made["Location"] + f"steps/{step.id}/"
    client.post(act, {"do": "done", "version": version})
    assert "할 일 2개 가운데 1개를 마쳤습니다" in text_of(client.get(made["Location"]))
    stale = client.post(act, {"do": "remove", "version": version}, follow=True)
    assert "다른 창에서 이 설계가 바뀌었습니다" in text_of(stale)
    assert client.post(made["Location"] + "steps/", {"title": ""}).status_code == 422


@pytest.mark.req("A24", "refusal")
def test_plans_of_others_are_not_found_but_shared_ones_are_read(
    client: Client, learner: rows.Learner
) -> None:
    client.force_login(learner.account.person)
    made = client.post("/my/design/new/", {"title": "상담사", "unit": list(CODES)})["Location"]
    plan = Plan.objects.get()
    office = make.organisation("마포구")
    counsellor, other = Client(), Client()
    counsellor.force_login(make.staff(office, Role.COUNSELLOR))
    other.force_login(rows.learner("윤새봄").account.person)
    assert other.get(made).status_code == 404
    for end in ("steps/", "share/", "drop/"):
        assert other.post(made + end).status_code == 404
    assert counsellor.get(f"/office/plans/{plan.id}/").status_code == 404
    assert client.post(made + "share/", {"organisation": str(make.organisation().pk)}).status_code == 404
    client.post(made + "share/", {"organisation": str(office.pk)})
    assert "상담사" in text_of(counsellor.get("/office/plans/"))
    read = text_of(counsellor.get(f"/office/plans/{plan.id}/"))
    assert "초기 상담하기" in read
    assert '<form method="post" action="/my/design' not in read
    assert other.get(f"/office/plans/{plan.id}/").status_code == 404
    client.post(made + "share/")
    assert counsellor.get(f"/office/plans/{plan.id}/").status_code == 404
