"""Writing courses, classifying listings and taking them over, in the browser."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make

from naite.trunk.catalogue.models import Course, CourseVersion, Listing
from naite.trunk.delivery.models import CourseRun
from naite.trunk.people.models import Organisation, Person, Role

pytestmark = pytest.mark.django_db
COURSES = "/work/courses/"
FORM = {
    "title": "마을 기록가 되기",
    "summary": "",
    "category": "civic_participation",
    "klass": "civic/community",
    "audience": "누구나",
    "total_hours": "4",
    "description": "말을 듣고 글로 적습니다.",
    "lesson-TOTAL_FORMS": "3",
    "lesson-INITIAL_FORMS": "0",
    "lesson-0-title": "말을 듣다",
    "lesson-0-hours": "2",
    "lesson-1-title": "글로 적다",
    "lesson-1-hours": "2",
    "lesson-2-title": "",
    "lesson-2-hours": "",
}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.hold(monkeypatch, make.NOW)


@pytest.fixture
def home() -> Organisation:
    return make.organisation()


@pytest.fixture
def staff(client: Client, home: Organisation) -> Person:
    someone = make.staff(home)
    client.force_login(someone)
    return someone


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.req("A22", "browser")
@pytest.mark.usefixtures("staff")
def test_a_course_is_looked_at_and_then_made(client: Client) -> None:
    preview = client.post(COURSES + "new/", FORM | {"act": "preview"})
    assert preview.status_code == 200
    assert "이렇게 만듭니다" in text(preview)
    assert "1. 말을 듣다 (2h)" in text(preview)
    assert not Course.objects.exists()

    made = client.post(COURSES + "new/", FORM | {"act": "publish"}, follow=True)
    version = CourseVersion.objects.get()
    assert (version.area, version.sub_area, version.category) == ("civic", "community", "civic_participation")
    assert len(version.syllabus) == 2
    assert "과정을 만들었습니다" in text(made)
    assert "시민소양 · 사회 및 공동체 참여" in text(made)


@pytest.mark.req("A22", "browser")
@pytest.mark.usefixtures("staff")
def test_a_change_shows_what_differs_and_becomes_the_next_version(client: Client, home: Organisation) -> None:
    first = make.version(home, title="마을 기록가 되기")
    edit = reverse("work-course-edit", args=[first.course_id])
    assert 'value="마을 기록가 되기"' in text(client.get(edit))
    changed = FORM | {"title": "마을 기록가", "after": "1"}
    preview = text(client.post(edit, changed | {"act": "preview"}))
    assert "<del>마을 기록가 되기</del>" in preview
    assert "<ins>마을 기록가</ins>" in preview
    assert CourseVersion.objects.count() == 1
    page = text(client.post(edit, changed | {"act": "publish"}, follow=True))
    assert "2판을 냈습니다" in page
    first.refresh_from_db()
    assert first.title == "마을 기록가 되기"
    # Sent twice, as by a double click: told, not doubled.
    again = client.post(edit, changed | {"act": "publish"})
    assert again.status_code == 409
    assert "그사이 2판이 나왔습니다" in text(again)
    assert CourseVersion.objects.count() == 2


@pytest.mark.usefixtures("staff")
def test_one_more_lesson_keeps_what_was_typed(client: Client) -> None:
    page = text(client.post(COURSES + "new/", FORM | {"act": "add", "title": ""}))
    assert 'value="글로 적다"' in page
    assert 'name="lesson-3-title"' in page
    assert "form-hint-invalid" not in page


@pytest.mark.req("A22", "refusal")
@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": " "}, "필수"),
        ({"total_hours": "0"}, "총 시간은 0보다 커야 합니다"),
        ({"total_hours": "5"}, "차시의 시간을 더하면 4시간인데 총 시간은 5시간입니다"),
        ({"lesson-0-title": ""}, "1번째 차시의 제목을 적어 주세요"),
        ({"klass": "civic/digital"}, "klass"),
        ({"lesson-0-hours": "두 시간"}, "숫자"),
    ],
)
def test_what_does_not_hold_is_told_and_what_was_typed_stays(
    client: Client, changed: dict[str, str], words: str
) -> None:
    for act in ("preview", "publish"):
        answer = client.post(COURSES + "new/", FORM | changed | {"act": act})
        assert answer.status_code == 422
        assert words in text(answer)
        assert 'value="누구나"' in text(answer)
    assert not Course.objects.exists()


@pytest.mark.usefixtures("staff")
def test_a_course_that_was_given_up_moves_to_the_other_list(client: Client, home: Organisation) -> None:
    version = make.version(home, title="마을 기록가 되기")
    client.post(reverse("work-course-retire", args=[version.course_id]))
    assert "마을 기록가 되기" not in text(client.get(COURSES))
    assert "마을 기록가 되기" in text(client.get(COURSES + "?show=retired"))


@pytest.mark.usefixtures("staff")
def test_unclassified_courses_say_so(client: Client, home: Organisation) -> None:
    make.version(home, title="이름만 있는 과정", area="", sub_area="")
    assert text(client.get(COURSES)).count("미분류") >= 2


@pytest.mark.usefixtures("staff")
def test_the_lists_ask_the_same_few_questions_however_long(
    client: Client, home: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def fill(count: int) -> None:
        for _each in range(count):
            make.run(make.version(home))
            make.listing(supplier=home)

    fill(1)
    for _again in range(2):
        with django_assert_num_queries(7):
            client.get(COURSES)
        with django_assert_num_queries(7):
            client.get("/work/listings/")
        fill(12)


# --- listings ----------------------------------------------------------------------------------------------


def make_listing(home: Organisation, **changed: Any) -> Listing:
    return make.listing(
        "처음 만나는 도예",
        **{
            "supplier": home,
            "provider_name": "가온시청",
            "description": "물레로 그릇을 빚습니다.",
            "starts_on": "2026-12-01",
            "ends_on": "2026-12-15",
            "start_time": "10:00",
            "end_time": "12:00",
            "weekdays": 0b10,
            "mode": "offline",
            "fee": 0,
            "capacity": None,
            "place": "도예실",
            **changed,
        },
    )


def form_of(page: Any) -> dict[str, Any]:
    """Return what a browser would send back of a form as it is shown."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    for name in ("registration_opens_at", "registration_closes_at"):
        values[name] = values[name].strftime("%Y-%m-%dT%H:%M") if values[name] else ""
    return {name: "" if value is None else value for name, value in values.items()}


@pytest.mark.req("A22", "browser")
@pytest.mark.usefixtures("staff")
def test_an_institution_classifies_its_listing(client: Client, home: Organisation) -> None:
    listing = make_listing(home)
    assert "미분류" in text(client.get("/work/listings/"))
    url = reverse("work-listing-classify", args=[listing.pk])
    assert client.post(url, {"category": "arts_culture", "klass": "self_growth/arts"}).status_code == 302
    listing.refresh_from_db()
    assert (listing.category, listing.area, listing.sub_area) == ("arts_culture", "self_growth", "arts")
    assert "처음 만나는 도예" not in text(client.get("/work/listings/?show=unclassified"))


@pytest.mark.usefixtures("staff")
def test_a_listing_announced_by_mistake_is_withdrawn(client: Client, home: Organisation) -> None:
    listing = make_listing(home)
    url = reverse("work-listing-withdraw", args=[listing.pk])
    assert client.get(url).status_code == 405
    assert "안내 강좌를 내렸습니다" in text(client.post(url, follow=True))
    assert "처음 만나는 도예" not in text(client.get("/work/listings/"))


@pytest.mark.req("X2", "browser")
@pytest.mark.usefixtures("staff")
def test_taking_over_asks_only_what_is_missing_and_opens_the_run(client: Client, home: Organisation) -> None:
    listing = make_listing(home)
    url = reverse("work-take-over", args=[listing.pk])
    page = client.get(url)
    assert [field.name for field in page.context["form"].asked] == [
        "category",
        "klass",
        "registration_opens_at",
        "registration_closes_at",
        "capacity",
    ]
    sent = form_of(page) | {
        "capacity": "15",
        "klass": "self_growth/arts",
        "registration_opens_at": "2026-11-20T09:00",
        "registration_closes_at": "2026-11-30T18:00",
    }
    preview = client.post(url, sent | {"act": "preview"})
    assert "모임 3번, 모두 6시간" in text(preview)
    assert "12.1(화) 10:00–12:00" in text(preview)
    assert not CourseRun.objects.exists()

    done = client.post(url, sent | {"act": "open"})
    run = CourseRun.objects.get()
    assert done.url == reverse("work-run", args=[run.pk])
    assert (run.capacity, run.sessions.count(), run.version.total_hours) == (15, 3, 6)
    assert (run.version.area, run.version.title) == ("self_growth", "처음 만나는 도예")
    taken = Listing.objects.get()  # no second row for search to show
    assert (taken.pk, taken.run_id, taken.source) == (listing.pk, run.pk, "standard_file")
    assert "처음 만나는 도예" in text(client.get("/work/listings/?show=taken"))

    again = client.post(url, sent | {"act": "open"}, follow=True)
    assert "이미 넘겨받아 강좌로 열었습니다" in text(again)
    assert CourseRun.objects.count() == 1


@pytest.mark.usefixtures("staff")
def test_a_listing_without_dates_asks_for_them_or_for_how_often(client: Client, home: Organisation) -> None:
    listing = make_listing(home, starts_on=None, ends_on=None, start_time=None, end_time=None, weekdays=0)
    url = reverse("work-take-over", args=[listing.pk])
    page = client.get(url)
    assert {"starts_on", "ends_on", "start", "end", "weekdays", "count"} <= {
        field.name for field in page.context["form"].asked
    }
    sent = form_of(page) | {
        "capacity": "15",
        "registration_opens_at": "2026-11-20T09:00",
        "registration_closes_at": "2026-11-30T18:00",
        "act": "open",
    }
    refused = client.post(url, sent)
    assert refused.status_code == 422
    assert "몇 번 모이는지" in text(refused)
    client.post(url, sent | {"count": "3", "total_hours": "7.5"})
    assert list(CourseRun.objects.get().sessions.values_list("starts_at", "hours")) == [(None, 2.5)] * 3


@pytest.mark.usefixtures("staff")
def test_a_listing_can_become_a_run_of_a_course_that_is_there(client: Client, home: Organisation) -> None:
    version = make.version(home, title="도예 교실", total_hours="9.0")
    listing = make_listing(home)
    url = reverse("work-take-over", args=[listing.pk])
    sent = form_of(client.get(url)) | {
        "course": str(version.course_id),
        "capacity": "15",
        "registration_opens_at": "2026-11-20T09:00",
        "registration_closes_at": "2026-11-30T18:00",
        "act": "open",
    }
    client.post(url, sent)
    run = CourseRun.objects.get()
    assert (run.version, Course.objects.count()) == (version, 1)
    assert sum(session.hours for session in run.sessions.all()) == 9


@pytest.mark.req("X2", "refusal")
@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"capacity": "0"}, "정원은 1명에서"),
        ({"ends_on": "2026-11-01"}, "마지막 날은 첫날과 같거나 뒤"),
        ({"end": "09:00"}, "끝 시각은 시작보다 뒤"),
        ({"weekdays": ["5"], "ends_on": "2026-12-03"}, "이 기간에 모이는 날이 없습니다"),
        ({"registration_closes_at": "2026-11-19T09:00"}, "신청 마감은 신청 시작보다 뒤"),
        ({"skipped": "성탄절"}, "2026-12-25처럼"),
        ({"ends_on": "2999-12-31"}, "10년을 넘습니다"),
        ({"title": "가" * 201}, "200"),
    ],
)
def test_taking_over_with_something_wrong_changes_nothing(
    client: Client, home: Organisation, changed: dict[str, Any], words: str
) -> None:
    listing = make_listing(home)
    url = reverse("work-take-over", args=[listing.pk])
    sent = form_of(client.get(url)) | {
        "capacity": "15",
        "registration_opens_at": "2026-11-20T09:00",
        "registration_closes_at": "2026-11-30T18:00",
        "act": "open",
    }
    answer = client.post(url, sent | changed)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Course.objects.exists()
    assert not CourseRun.objects.exists()


@pytest.mark.req("A1", "refusal")
@pytest.mark.parametrize("who", ["anonymous", "learner", "neighbour", "instructor", "officer"])
def test_only_the_institutions_course_staff_may(client: Client, home: Organisation, who: str) -> None:
    version, listing = make.version(home), make_listing(home)
    if who != "anonymous":
        where = make.organisation("이웃 기관") if who == "neighbour" else home
        roles = {"instructor": Role.INSTRUCTOR, "officer": Role.LOCAL_OFFICER}
        client.force_login(
            make.person() if who == "learner" else make.staff(where, roles.get(who, Role.INSTITUTION_STAFF))
        )
    expected = 302 if who == "anonymous" else 403
    course, of_listing = [version.course_id], [listing.pk]
    pages = [reverse("work-course", args=course), reverse("work-course-edit", args=course)]
    pages += [reverse("work-listing-classify", args=of_listing), reverse("work-take-over", args=of_listing)]
    if who != "neighbour":
        pages += [COURSES, COURSES + "new/", "/work/listings/"]
    for url in pages:
        assert client.get(url).status_code == expected, url
    assert client.post(reverse("work-course-retire", args=course)).status_code == expected
    assert client.post(pages[3], {"act": "open"}).status_code == expected
    assert client.post(reverse("work-listing-withdraw", args=of_listing)).status_code == expected
    assert Course.objects.get().retired_at is None
