from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests import factories as make

from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.recognition.models import Recognition

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Person:
    institute = make.organisation("국가평생교육진흥원", kind=Organisation.Kind.NATIONAL_INSTITUTE)
    return make.staff(institute, Role.NATIONAL_OFFICER)


def _url(course: Course) -> str:
    return reverse("office-recognition-course", args=[course.pk])


GRANT = {"number": "제2026-0123호", "granted_on": "2026-03-02", "received_on": "2026-03-04"}


@pytest.mark.req("A12", "browser")
def test_an_officer_records_a_recognition_and_its_cancellation(client: Client, officer: Person) -> None:
    course = make.version().course
    client.force_login(officer)
    assert client.post(_url(course), GRANT).status_code == 302
    granted = Recognition.objects.get()
    assert (granted.course, granted.valid_until) == (course, date(2031, 3, 4))
    page = client.get(_url(course)).content.decode()
    assert "제2026-0123호" in page
    assert "2031.03.03까지" in page

    cancel = reverse("office-recognition-cancel", args=[granted.pk])
    assert client.post(cancel, {"on": "2026-10-01", "reason": "거짓으로 인정받음"}).status_code == 302
    assert "거짓으로 인정받음" in client.get(_url(course)).content.decode()


@pytest.mark.req("A12", "refusal")
def test_a_refused_form_keeps_what_was_typed(client: Client, officer: Person) -> None:
    course = make.version().course
    client.force_login(officer)
    answer = client.post(_url(course), GRANT | {"received_on": "2026-03-01"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "인정한 날이나 그 뒤의 날을 적어 주세요." in text
    assert 'value="제2026-0123호"' in text
    assert not Recognition.objects.exists()


@pytest.mark.req("A1", "refusal")
@pytest.mark.parametrize("who", ["learner", "institution", "anonymous"])
def test_it_is_nobody_elses_page(client: Client, who: str) -> None:
    course = make.version().course
    if who != "anonymous":
        client.force_login(make.person() if who == "learner" else make.staff(course.organisation))
    expected = 302 if who == "anonymous" else 403
    for url in (reverse("office-recognition"), _url(course)):
        assert client.get(url).status_code == expected
    assert client.post(_url(course), GRANT).status_code == expected
    assert not Recognition.objects.exists()


def test_only_the_right_methods(client: Client, officer: Person) -> None:
    client.force_login(officer)
    granted = make.recognition(make.version())
    assert client.post(reverse("office-recognition")).status_code == 405
    assert client.get(reverse("office-recognition-cancel", args=[granted.pk])).status_code == 405


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_courses(
    client: Client, officer: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(officer)
    counts = []
    for _ in range(2):
        for _ in range(8):
            make.recognition(make.version())
        with django_assert_num_queries(9) as asked:
            client.get(reverse("office-recognition"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_search_by_institution_and_an_empty_result_that_helps(client: Client, officer: Person) -> None:
    client.force_login(officer)
    make.version(make.organisation("달맞이평생교육원"), title="바다를 읽는 해설사")
    found = client.get(reverse("office-recognition"), {"q": "달맞이"}).content.decode()
    assert "바다를 읽는 해설사" in found
    nothing = client.get(reverse("office-recognition"), {"q": "우주"}).content.decode()
    assert "낱말을 줄여 보세요" in nothing
