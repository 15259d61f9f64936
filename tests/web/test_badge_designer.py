"""The designer's page (row B3)."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests import badge_rows as rows
from tests import factories as make

from naite.trunk.badges.models import Achievement, Award, BadgeDesign, Improvement
from naite.trunk.badges.rules import AwardRule
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.catalogue.standards.importing import import_standards


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)


@pytest.fixture
def version(db: None) -> CourseVersion:
    return make.version(title="데이터로 보는 나의 직업", area="career", sub_area="skills")


def client_of(version: CourseVersion) -> Client:
    client = Client()
    client.force_login(make.staff(version.course.organisation))
    return client


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "framework": "seoul",
        "badge_type": "qualification",
        "area": "career",
        "name": "직업상담 실무",
        "description": "초기 상담을 이끌 수 있습니다.",
        "criteria": "80% 이상 출석하고 60점 이상",
        "hours": "30",
        "min_attendance": "80",
        "pass_mark": "60",
        "evidence": ["result"],
        "ncs": ["0701020101_16v2"],
        **changes,
    }


LIST = """능력단위분류번호,능력단위명,대분류명,중분류명,소분류명,세분류명
0701020101_16v2,초기 상담하기,사회복지,상담,직업상담서비스,직업상담
0701020102_16v2,심층 상담 관리,사회복지,상담,직업상담서비스,직업상담
"""


@pytest.fixture
def units(db: None) -> None:
    import_standards(
        content=LIST.encode(), file_name="ncs.csv", label="시험", source="시험", actor=None, now=make.NOW
    )


@pytest.mark.req("B3", "browser")
def test_a_draft_is_saved_reviewed_sent_back_and_published(version: CourseVersion, units: None) -> None:
    author, other = client_of(version), client_of(version)
    path = f"/work/badges/new/?version={version.pk}"
    assert "검토 요청" in author.get(path).content.decode()
    saved = author.post(path, typed(action="save", criteria=""))
    design = BadgeDesign.objects.get()
    page = f"/work/badges/designs/{design.pk}/"
    assert (saved.status_code, saved["Location"]) == (302, page)
    assert "초기 상담하기" in author.get(page).content.decode()
    refused = author.post(page, typed(action="submit", criteria="", revision=1))
    assert refused.status_code == 422
    assert "받는 기준: 비어 있습니다" in refused.content.decode()
    stale = author.post(page, typed(action="save", revision=1, name="다른 창"))
    assert stale.status_code == 422
    assert "그 사이에 다른 사람이" in stale.content.decode()
    assert 'value="다른 창"' in stale.content.decode()
    assert author.post(page, typed(action="submit", revision=2)).status_code == 302
    assert "자기가 만든 배지는 스스로 검토할 수 없습니다" in author.get(page).content.decode()
    assert author.post(f"{page}approve/").status_code == 403
    assert "검토할 차례입니다" in other.get(page).content.decode()
    assert "검토 기다림" in other.get("/work/badges/").content.decode()
    assert other.post(f"{page}send-back/", {"reason": ""}).status_code == 422
    other.post(f"{page}send-back/", {"reason": "과제를 적어 주세요"})
    assert "과제를 적어 주세요" in author.get(page).content.decode()
    author.post(page, typed(action="submit", revision=3))
    assert other.post(f"{page}approve/").status_code == 302
    made = Achievement.objects.get()
    assert made.alignments[0]["name"] == "초기 상담하기"
    assert "공개한 배지 보기" in author.get(page).content.decode()
    assert author.post(f"/work/badges/{made.pk}/retire/").status_code == 302
    assert "지난 판" in author.get(f"/work/badges/{made.pk}/").content.decode()
    stranger = Client()
    stranger.force_login(make.staff(make.organisation()))
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"{page}drop/").status_code == 404


@pytest.mark.req("B3", "browser")
def test_units_are_found_by_name_and_code_and_kept_while_searching(
    version: CourseVersion, units: None
) -> None:
    staff = client_of(version)
    path = f"/work/badges/new/?version={version.pk}"
    search = typed(action="find", ncs_q="심층")
    part = staff.post(path, search, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.count("checked") == 1
    assert "심층 상담 관리" in part
    by_code = staff.post(path, typed(action="find", ncs_q="0701020102", ncs=[])).content.decode()
    assert "<html" in by_code
    assert "심층 상담 관리" in by_code
    assert 'value="직업상담 실무"' in by_code
    assert "맞는 능력단위가 없습니다" in staff.post(path, typed(action="find", ncs_q="용접")).content.decode()
    assert not BadgeDesign.objects.exists()


@pytest.mark.req("B3", "browser")
def test_vague_criteria_are_caught_while_typing_and_mended_in_one_press(version: CourseVersion) -> None:
    staff = client_of(version)
    path = f"/work/badges/new/?version={version.pk}"
    vague = typed(badge_type="achievement", criteria="사후 진단이 높아져야 한다.", action="preview")
    live = staff.post(path, vague, headers={"HX-Request": "true"}).content.decode()
    assert "‘높아져야 한다’만으로는 판단할 수 없습니다." in live
    assert 'hx-swap-oob="true"' in live
    mended = staff.post(path, {**vague, "action": "mend:0"}).content.decode()
    assert "사후 진단이 20점 이상 높아져야 한다." in mended
    assert "만으로는 판단할 수 없습니다" not in mended
    for action in ("mend:9", "mend:x", "mend:"):
        assert staff.post(path, {**vague, "action": action}).status_code == 200
    assert not BadgeDesign.objects.exists()
    refused = staff.post(path, {**vague, "action": "publish"})
    assert refused.status_code == 422
    assert not Achievement.objects.exists()


@pytest.mark.req("B3", "browser")
def test_a_picture_that_is_lost_on_white_paper_is_told(version: CourseVersion) -> None:
    staff = client_of(version)
    pale = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#fefefe"/></svg>'
    staff.post(
        f"/work/badges/new/?version={version.pk}",
        typed(badge_type="achievement", action="save", picture=SimpleUploadedFile("a.svg", pale)),
    )
    page = staff.get(f"/work/badges/designs/{BadgeDesign.objects.get().pk}/").content.decode()
    assert "흰 바탕에서 잘 보이지 않습니다" in page


@pytest.mark.req("B3", "refusal")
def test_a_picture_with_a_script_is_refused_and_a_sound_one_is_shown(version: CourseVersion) -> None:
    staff = client_of(version)
    path = f"/work/badges/new/?version={version.pk}"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#07a"/>%s</svg>'
    evil = SimpleUploadedFile("a.svg", svg % b"<script/>")
    refused = staff.post(path, typed(badge_type="achievement", action="save", picture=evil))
    assert refused.status_code == 422
    assert "실행되는 코드" in refused.content.decode()
    assert 'value="직업상담 실무"' in refused.content.decode()
    sound = SimpleUploadedFile("a.svg", svg % b"")
    done = staff.post(path, typed(badge_type="achievement", action="publish", picture=sound))
    made = Achievement.objects.get()
    assert done["Location"] == f"/work/badges/{made.pk}/"
    shown = Client().get(f"/o/{made.organisation.slug}/achievements/{made.pk}/image.png")
    assert shown.content.startswith(b"\x89PNG")
    assert len(shown.content) > 100
    design = BadgeDesign.objects.get()
    assert staff.get(f"/work/badges/designs/{design.pk}/picture/").status_code == 200
    nobody = Client()
    nobody.force_login(make.person())
    assert nobody.get(f"/work/badges/designs/{design.pk}/picture/").status_code == 403


def test_a_badge_of_no_course_and_a_next_version_begin_from_what_is_there(
    version: CourseVersion, units: None
) -> None:
    staff = client_of(version)
    assert "과정 없이 만들기" in staff.get("/work/badges/new/").content.decode()
    free = typed(badge_type="activity", activity_hours="8", pass_mark="", evidence=["log"], ncs=[])
    assert staff.post("/work/badges/new/?free=1", free).status_code == 302
    made = Achievement.objects.get()
    assert made.course_version is None
    page = staff.get(f"/work/badges/new/?free=1&after={made.pk}").content.decode()
    assert 'value="직업상담 실무"' in page
    staff.post(f"/work/badges/new/?free=1&after={made.pk}", {**free, "name": "둘째"})
    newer = Achievement.objects.get(retired_at=None)
    assert (newer.version, newer.replaces_id) == (2, made.pk)
    assert staff.get("/work/badges/new/?free=1&after=zzz").status_code == 404


@pytest.mark.req("B2", "browser")
def test_results_are_looked_at_before_they_are_entered(version: CourseVersion) -> None:
    badge = rows.published(
        version,
        course_version=None,
        organisation=version.course.organisation,
        rule=AwardRule(min_gain=Decimal(20)),
    )
    staff, account = client_of(version), make.account()
    path = f"/work/badges/{badge.pk}/results/"
    assert "아직 적은 결과가 없습니다" in staff.get(path).content.decode()
    assert staff.get(f"{path}form.xlsx").status_code == 200
    text = (
        "이메일,이름,사전 점수,사전 진단일,사후 점수,사후 진단일\n"
        f"{account.person.email},,45,2026-09-01,72,2026-11-20\n"
        "nobody@example.kr,,45,2026-09-01,72,2026-11-20\n"
    )
    page = staff.post(
        f"{path}file/", {"file": SimpleUploadedFile("r.csv", text.encode("cp949"))}
    ).content.decode()
    assert "2행 = 적을 수 있음 1 + 고칠 것 1" in page
    assert "이 이메일로 연 학습계좌가 없습니다" in page
    assert not Improvement.objects.exists()
    packed = re.search(r'name="packed" value="([^"]+)"', page)
    assert packed is not None
    other = client_of(version)
    assert other.post(f"{path}enter/", {"packed": packed[1]}).status_code == 422
    assert staff.post(f"{path}enter/", {"packed": packed[1] + "x"}).status_code == 422
    assert "1명의 결과를 적었습니다" in staff.post(f"{path}enter/", {"packed": packed[1]}).content.decode()
    assert Award.objects.get().account_id == account.pk
    one = {"before": "50", "before_on": "2026-09-01", "after": "60", "after_on": "2026-11-20"}
    assert staff.post(path, {**one, "email": "nobody@example.kr"}).status_code == 422
    assert staff.post(path, {**one, "email": make.account().person.email}).status_code == 302
    assert staff.post(path, {**one, "after": "600", "email": "a@example.kr"}).status_code == 422
    assert "기준에 이름" in staff.get(path).content.decode()
    for bad in (b"", b"\x00\x01", "이메일\n".encode()):
        answer = staff.post(f"{path}file/", {"file": SimpleUploadedFile("r.csv", bad)})
        assert answer.status_code == 422
    assert Client().get(path).status_code == 302
    stranger = Client()
    stranger.force_login(make.staff(make.organisation()))
    assert stranger.get(path).status_code == 404
