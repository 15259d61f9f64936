"""The plan by which programmes come to give badges (row B14)."""

import pytest
from django.test import Client
from django.utils import timezone
from tests import badge_rows as rows
from tests import factories as make

from naite.trunk.badges.models import RolloutStep

pytestmark = [pytest.mark.req("B14", "browser")]


@pytest.mark.django_db
def test_a_training_centre_begins_and_the_others_follow(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    centre = make.organisation("도 연수원")
    below = make.organisation("가온시평생학습관", parent=centre)
    stranger = make.organisation()
    rows.published(make.version(centre, area="career"), sub_area="")
    client.force_login(make.staff(centre))
    assert "아직 계획이 없습니다" in client.get("/work/rollout/").content.decode()
    step = {
        "organisation": str(centre.pk),
        "programme": "문해교사 양성",
        "starts_on": "2026-09-01",
        "note": "",
    }
    assert client.post("/work/rollout/", step).status_code == 302
    later = {**step, "organisation": str(below.pk), "programme": "마을 강좌", "starts_on": "2027-03-01"}
    assert client.post("/work/rollout/", later).status_code == 302
    page = client.get("/work/rollout/").content.decode()
    assert "주는 중" in page
    assert "예정" in page
    for wrong in ({"organisation": str(stranger.pk)}, {"programme": ""}, {"starts_on": "2099-01-01"}):
        assert client.post("/work/rollout/", {**step, **wrong}).status_code == 422
    assert RolloutStep.objects.count() == 2
    kept = RolloutStep.objects.get(programme="마을 강좌")
    client.force_login(make.staff(stranger))
    assert client.post(f"/work/rollout/{kept.pk}/drop/").status_code == 404
    assert "마을 강좌" not in client.get("/work/rollout/").content.decode()
    client.force_login(make.person())
    assert client.get("/work/rollout/").status_code == 403
    client.force_login(make.staff(centre))
    assert client.post(f"/work/rollout/{kept.pk}/drop/").status_code == 302
    assert "마을 강좌" not in client.get("/work/rollout/").content.decode()
