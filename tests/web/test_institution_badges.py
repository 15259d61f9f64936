from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests import badge_rows as rows
from tests import factories as make

from naite.flows import award as flow
from naite.roots.audit.models import AuditEvent
from naite.trunk.badges import services as badges
from naite.trunk.badges.models import Achievement, Award, IssuerKey
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.people.models import Role


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)


@pytest.fixture
def version(db: None) -> CourseVersion:
    return make.version(title="데이터로 보는 나의 직업", area="career", sub_area="skills")


@pytest.fixture
def staff(client: Client, version: CourseVersion) -> Client:
    client.force_login(make.staff(version.course.organisation))
    return client


def design(**changes: Any) -> dict[str, Any]:
    return {
        "framework": "seoul",
        "badge_type": "achievement",
        "area": "career",
        "sub_area": "skills",
        "name": "데이터로 보는 나의 직업",
        "description": "공공데이터로 관심 직업을 조사했습니다.",
        "criteria": "80% 이상 출석하고 60점 이상",
        "min_attendance": "80",
        "evidence": ["result"],
        "pass_mark": "60",
        "tags": "데이터, 직업",
        "alignment_kind_1": "ncs_unit",
        "alignment_code_1": "2001020101_16v3",
        "alignment_name_1": "자료 수집",
        **changes,
    }


@pytest.mark.req("B2", "browser")
def test_staff_choose_a_course_design_and_publish(staff: Client, version: CourseVersion) -> None:
    assert "아직 배지가 없습니다" in staff.get("/work/badges/").content.decode()
    assert f"?version={version.pk}" in staff.get("/work/badges/new/?q=데이터").content.decode()
    page = staff.get(f"/work/badges/new/?version={version.pk}").content.decode()
    assert 'value="데이터로 보는 나의 직업"' in page
    assert "직업진로-참여형" in page
    done = staff.post(f"/work/badges/new/?version={version.pk}", design())
    made = Achievement.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"/work/badges/{made.pk}/")
    assert (made.pass_mark, made.tags) == (Decimal(60), ["데이터", "직업"])
    assert made.alignments[0]["code"] == "2001020101_16v3"
    assert "데이터로 보는 나의 직업" in staff.get("/work/badges/").content.decode()


@pytest.mark.req("B2", "browser")
def test_what_the_type_demands_is_said_while_designing_and_refused_on_publishing(
    staff: Client, version: CourseVersion
) -> None:
    path = f"/work/badges/new/?version={version.pk}"
    lacking = design(pass_mark="")
    preview = staff.post(path, {**lacking, "action": "preview"}, headers={"HX-Request": "true"})
    page = preview.content.decode()
    assert "<html" not in page
    assert "직업진로-성취형" in page
    assert "합격 점수가 없습니다" in page
    whole = staff.post(path, {**lacking, "action": "preview"}).content.decode()
    assert "<html" in whole
    assert "합격 점수가 없습니다" in whole
    assert not Achievement.objects.exists()
    refused = staff.post(path, lacking)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "합격 점수가 없습니다" in page
    assert "80% 이상 출석하고 60점 이상" in page
    assert not Achievement.objects.exists()
    full = staff.post(
        path, {**design(), "action": "preview"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "5개 가운데 5개 맞음" in full


@pytest.mark.parametrize(
    "changes",
    [
        {"alignment_code_1": "200102"},
        {"alignment_name_1": ""},
        {"badge_type": "magic"},
        {"name": ""},
        {"min_attendance": "200"},
        {"pass_mark": "많이"},
        {"prerequisites": "x"},
    ],
)
def test_bad_designs_keep_what_was_typed_and_publish_nothing(
    staff: Client, version: CourseVersion, changes: dict[str, str]
) -> None:
    path = f"/work/badges/new/?version={version.pk}"
    for action in ("preview", "publish"):
        response = staff.post(path, {**design(**changes), "action": action})
        assert response.status_code in (200, 422, 302)
    if "prerequisites" not in changes:
        assert not Achievement.objects.exists()


@pytest.mark.req("B5", "browser")
def test_staff_see_holders_and_take_a_badge_back_with_a_reason(staff: Client, version: CourseVersion) -> None:
    staff.post(f"/work/badges/new/?version={version.pk}", design())
    made = Achievement.objects.get()
    entry = rows.completed(version, make.person("한가람"))
    (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    page = staff.get(f"/work/badges/{made.pk}/").content.decode()
    assert "한가람" in page
    assert AuditEvent.objects.filter(action="badges.view_holders").count() == 1
    base = f"/work/badges/{made.pk}/awards/{award.account_id}/{award.id}"
    assert "되돌릴 수 없습니다" in staff.get(f"{base}/revoke/").content.decode()
    assert staff.post(f"{base}/revoke/", {"reason": ""}).status_code == 422
    assert staff.post(f"{base}/suspend/", {"reason": "확인 중"}).status_code == 302
    assert "정지 풀기" in staff.get(f"/work/badges/{made.pk}/").content.decode()
    assert rows.check(bytes(award.credential)).verdict == "suspended"
    staff.post(f"{base}/unsuspend/", {"reason": "확인 끝"})
    assert staff.post(f"{base}/unsuspend/", {"reason": "또"}).status_code == 422
    staff.post(f"{base}/revoke/", {"reason": "수료 기록을 고침"})
    assert rows.check(bytes(award.credential)).verdict == "revoked"
    assert "수료 기록을 고침" in staff.get(f"/work/badges/{made.pk}/").content.decode()
    assert staff.get(f"{base}/destroy/").status_code == 404


def test_a_badge_of_an_older_course_version_says_so_and_those_who_were_earlier_get_it(
    staff: Client, version: CourseVersion, run_tasks: Callable[[], int]
) -> None:
    rows.completed(version)
    staff.post(f"/work/badges/new/?version={version.pk}", design())
    made = Achievement.objects.get()
    assert staff.post(f"/work/badges/{made.pk}/earlier/").status_code == 302
    assert run_tasks() == 1
    assert Award.objects.count() == 1
    newer = CourseVersion.objects.create(
        course=version.course, number=2, title="둘째 판", total_hours=4, published_at=make.NOW
    )
    version.course.current = newer
    version.course.save()
    assert "과정이 바뀜" in staff.get("/work/badges/").content.decode()
    page = staff.get(f"/work/badges/{made.pk}/").content.decode()
    assert "계속 주려면 다음 판을 만들어 주세요" in page
    assert f"?version={newer.pk}" in page


@pytest.mark.req("B5", "refusal")
def test_others_neither_see_nor_touch_an_institutions_badges(staff: Client, version: CourseVersion) -> None:
    staff.post(f"/work/badges/new/?version={version.pk}", design())
    made = Achievement.objects.get()
    entry = rows.completed(version)
    (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    paths = [
        "/work/badges/",
        "/work/badges/new/",
        f"/work/badges/new/?version={version.pk}",
        f"/work/badges/{made.pk}/",
        f"/work/badges/{made.pk}/awards/{award.account_id}/{award.id}/revoke/",
    ]
    other, learner, instructor = Client(), Client(), Client()
    other.force_login(make.staff(make.organisation()))
    learner.force_login(make.person())
    instructor.force_login(make.staff(version.course.organisation, Role.INSTRUCTOR))
    for path in paths:
        assert Client().get(path).status_code == 302
        assert learner.get(path).status_code == 403
        assert instructor.get(path).status_code == 403
    assert [other.get(path).status_code for path in paths[2:]] == [404, 404, 404]
    other.post(paths[4], {"reason": "그냥"})
    assert Award.objects.get().revoked_at is None


def test_the_lists_queries_do_not_grow(
    staff: Client, version: CourseVersion, django_assert_max_num_queries: Any
) -> None:
    where = version.course.organisation
    for _ in range(6):
        badge = rows.published(make.version(where))
        entry = rows.completed(badge.course_version)
        flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    with django_assert_max_num_queries(9):
        staff.get("/work/badges/")


@pytest.mark.req("B5", "browser")
def test_staff_rotate_and_revoke_keys_and_managers_may_not(staff: Client, version: CourseVersion) -> None:
    staff.post(f"/work/badges/new/?version={version.pk}", design())
    entry = rows.completed(version)
    (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    assert staff.get("/work/badges/keys/rotate/").status_code == 405
    assert staff.post("/work/badges/keys/rotate/").status_code == 302
    old, new = IssuerKey.objects.order_by("fragment")
    assert (old.valid_until, new.valid_until) == (make.NOW, None)
    assert rows.check(bytes(award.credential)).verdict == "valid"
    page = staff.get("/work/badges/keys/").content.decode()
    assert page.count("지난 열쇠") == page.count("지금 쓰는 열쇠") == 1
    for wrong in ({"key": old.pk, "since": "2027-01-01T00:00"}, {"key": old.pk, "since": "어제"}, {}):
        assert staff.post("/work/badges/keys/revoke/", wrong).status_code == 422
    theirs = badges.rotate_key(
        organisation=make.organisation(), actor=make.person(is_operator=True), now=make.NOW
    )
    sent = {"key": theirs.pk, "since": "2026-11-24T00:00"}
    assert staff.post("/work/badges/keys/revoke/", sent).status_code == 422
    assert staff.post("/work/badges/keys/revoke/", {**sent, "key": old.pk, "sure": "1"}).status_code == 302
    old.refresh_from_db()
    assert timezone.localtime(old.revoked_at).hour == 0
    assert rows.check(bytes(award.credential)).outcome == "invalid"
    manager = Client()
    manager.force_login(make.staff(version.course.organisation, Role.PROGRAMME_MANAGER))
    assert manager.get("/work/badges/keys/").status_code == 403
    assert manager.post("/work/badges/keys/rotate/").status_code == 403
    assert "/work/badges/keys/" not in manager.get("/work/badges/").content.decode()
