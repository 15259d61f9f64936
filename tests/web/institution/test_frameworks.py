"""The pages on which an institution makes its own badge framework."""

from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests import factories as make

from naite.trunk.badges import framework as kinds
from naite.trunk.badges.models import FrameworkVersion
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.people.models import Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.req("B1", "browser")]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    kinds.forget_kept()
    yield
    kinds.forget_kept()


@pytest.fixture
def place() -> Organisation:
    return make.organisation("나루소프트")


@pytest.fixture
def staff(client: Client, place: Organisation) -> Client:
    client.force_login(make.staff(place))
    return client


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "code": "naru",
        "ko": "나루소프트 배지",
        "en": "Naru badges",
        "pattern": "{type} ({area})",
        "t0-code": "joined",
        "t0-ko": "함께함",
        "t0-meaning_ko": "사내 모임에 함께했습니다.",
        "t0-kind": "Membership",
        "t0-demands": ["attendance"],
        **{f"t{n}-kind": "Course" for n in range(1, 8)},
        "t1-code": "mastered",
        "t1-ko": "익힘",
        "t1-meaning_ko": "시험에 붙었습니다.",
        "t1-kind": "Assessment",
        "t1-demands": ["assessment"],
        "t1-approval": "on",
        "a0-code": "code",
        "a0-ko": "개발",
        "a0-colour": "#063A74",
        "a0-subs": "web | 웹 | Web",
        **changes,
    }


def test_from_an_empty_form_to_a_badge_in_the_new_framework(staff: Client, place: Organisation) -> None:
    assert "서울 평생학습 디지털 배지" in staff.get("/work/frameworks/").content.decode()
    assert staff.get("/work/frameworks/new/?like=seoul").status_code == 200
    answer = staff.post("/work/frameworks/new/", typed())
    assert answer.status_code == 302, answer.content.decode()
    row = FrameworkVersion.objects.get()
    assert row.data["areas"][0]["colour"] == "#063a74"
    page = staff.get(f"/work/frameworks/{row.pk}/").content.decode()
    assert 'value="익힘"' in page
    assert "web | 웹 | Web" in page
    staff.post(f"/work/frameworks/{row.pk}/publish/", {"revision": "1"})
    page = staff.get(f"/work/frameworks/{row.pk}/").content.decode()
    assert "두 사람 확인" in page
    version: CourseVersion = make.version(place, title="사내 과정")
    design = staff.get(f"/work/badges/new/?version={version.pk}&framework=naru").content.decode()
    assert "익힘" in design
    made = staff.post(
        f"/work/badges/new/?version={version.pk}",
        {
            "framework": "naru",
            "badge_type": "mastered",
            "area": "code",
            "name": "사내 과정",
            "description": "d",
            "evidence": ["result"],
            "criteria": "70점 이상",
            "pass_mark": "70",
        },
    )
    assert made.status_code == 302, made.content.decode()
    assert "개발 · 익힘" in staff.get("/work/badges/").content.decode()
    assert staff.get("/frameworks/naru/1/").status_code == 200
    exported = orjson.loads(staff.get("/work/frameworks/naru/1/export/").content)
    assert exported["types"][1]["approval"] is True
    assert staff.post(f"/work/frameworks/{row.pk}/next/").status_code == 302
    assert FrameworkVersion.objects.filter(code="naru").count() == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"t0-demands": []}, "하나 이상 고르세요"),
        ({"t0-demands": ["assessment", "no_assessment"]}, "하나만 고르세요"),
        ({"t0-code": "Joined!"}, "작은 글자"),
        ({"t0-ko": ""}, "한국어 이름을 적어 주세요"),
        ({"a0-colour": "#fff3b0"}, "더 짙은 색"),
        ({"a0-colour": "blue"}, "여섯 자리"),
        ({"a0-subs": "그냥 이름"}, "차례로"),
        ({"pattern": "{name}"}, "그대로 적어 주세요"),
        ({"a1-code": "code", "a1-ko": "또"}, "두 번 있습니다"),
        ({"code": "seoul"}, "다른 코드를"),
    ],
)
def test_each_fault_is_said_and_what_was_typed_stays(
    staff: Client, changes: dict[str, Any], told: str
) -> None:
    answer = staff.post("/work/frameworks/new/", typed(**changes))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "나루소프트 배지" in answer.content.decode()
    assert not FrameworkVersion.objects.exists()


def test_a_file_is_taken_in_or_refused(staff: Client) -> None:
    seoul = staff.get("/work/frameworks/seoul/1/export/").content
    other = orjson.dumps({**orjson.loads(seoul), "code": "pocheon"})
    assert (
        staff.post("/work/frameworks/import/", {"file": SimpleUploadedFile("a.json", other)}).status_code
        == 302
    )
    refused = staff.post("/work/frameworks/import/", {"file": SimpleUploadedFile("a.json", b"<svg/>")})
    assert refused.status_code == 422
    assert "체계 파일(JSON)이 아니거나" in refused.content.decode()


@pytest.mark.req("B1", "refusal")
def test_others_do_not_see_it(client: Client, place: Organisation) -> None:
    client.force_login(make.staff(place))
    client.post("/work/frameworks/new/", typed())
    row = FrameworkVersion.objects.get()
    client.force_login(make.staff(make.organisation()))
    assert client.get(f"/work/frameworks/{row.pk}/").status_code == 404
    assert client.post(f"/work/frameworks/{row.pk}/publish/", {"revision": "1"}).status_code == 404
    assert client.get("/work/frameworks/naru/1/export/").status_code == 404
    client.force_login(make.person())
    assert client.get("/work/frameworks/").status_code == 403
