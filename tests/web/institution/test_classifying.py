"""The workbench of classes (row B13)."""

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories as make

from naite.trunk.catalogue.models import Listing


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)


def listing(title: str, **fields: object) -> Listing:
    return make.listing(title=title, category="", area="", sub_area="", **fields)


@pytest.mark.django_db
@pytest.mark.req("B13", "browser")
def test_suggestions_with_their_words_are_confirmed_in_bulk() -> None:
    place = make.organisation()
    first, second = listing("스마트폰 첫걸음", supplier=place), listing("열린 강연회", supplier=place)
    staff = Client()
    staff.force_login(make.staff(place))
    page = staff.get("/work/listings/classify/").content.decode()
    assert "미분류 2건" in page
    assert "<mark>스마트폰</mark>" in page
    assert "짐작할 낱말이 없음" in page
    assert 'value="practical_literacy/digital" selected' in page
    data = {
        "take": [str(first.pk), str(second.pk), "x"],
        f"klass-{first.pk}": "practical_literacy/digital",
        f"category-{first.pk}": "humanities",
        f"klass-{second.pk}": "",
        f"category-{second.pk}": "",
    }
    assert staff.post("/work/listings/classify/", data).status_code == 302
    first.refresh_from_db()
    assert (first.category, first.area, first.sub_area) == ("humanities", "practical_literacy", "digital")
    page = staff.get("/work/listings/classify/").content.decode()
    assert "미분류 1건" in page
    wrong = {"take": [str(second.pk)], f"klass-{second.pk}": "career/digital"}
    assert staff.post("/work/listings/classify/", wrong).status_code == 422
    assert staff.post("/work/listings/classify/", {}).status_code == 200
    second.refresh_from_db()
    assert second.area == ""


@pytest.mark.django_db
@pytest.mark.req("B13", "browser")
def test_courses_of_ones_own_stand_first_and_keep_what_was_chosen_when_refused() -> None:
    version = make.version(title="스마트폰 첫걸음", category="", area="", sub_area="")
    place = version.course.organisation
    listing("열린 강연회", supplier=place)
    make.version(place, title="다 적은 과정", category="civic_participation")
    staff = Client()
    staff.force_login(make.staff(place))
    page = staff.get("/work/listings/classify/").content.decode()
    assert "미분류 2건" in page
    assert page.index("분류가 없는 학습과정") < page.index("분류가 없는 안내 강좌")
    assert "다 적은 과정" not in page
    data = {
        "take-course": [str(version.pk)],
        f"klass-{version.pk}": "practical_literacy/digital",
        f"category-{version.pk}": "humanities",
    }
    version.course.versions.update(category="vocational")  # somebody else, meanwhile
    refused = staff.post("/work/listings/classify/", data)
    assert refused.status_code == 422
    assert "이미 적은 분류는 새 판에서" in refused.content.decode()
    assert '<option value="humanities" selected>' in refused.content.decode()
    version.course.versions.update(category="")
    assert staff.post("/work/listings/classify/", data).status_code == 302
    version.refresh_from_db()
    assert (version.area, version.category) == ("practical_literacy", "humanities")


@pytest.mark.django_db
@pytest.mark.req("B13", "refusal")
def test_others_classify_nothing() -> None:
    mine = listing("스마트폰 첫걸음", supplier=make.organisation())
    other, learner = Client(), Client()
    other.force_login(make.staff(make.organisation()))
    learner.force_login(make.person())
    data = {"take": [str(mine.pk)], f"category-{mine.pk}": "humanities"}
    assert other.post("/work/listings/classify/", data).status_code in (302, 422)
    assert learner.get("/work/listings/classify/").status_code == 403
    assert Client().get("/work/listings/classify/").status_code == 302
    mine.refresh_from_db()
    assert mine.category == ""
