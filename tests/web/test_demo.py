"""The demo's sign-in page: one click in the demo, not there otherwise."""

from typing import Any

import pytest
from django.test import Client
from tests import factories as make

from naite.flows.demo.world import MAIL
from naite.roots.notices import services as notices
from naite.trunk.people.models import Organisation, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.mark.parametrize("path", ["/demo/", "/demo/outbox/"])
def test_outside_the_demo_there_is_no_such_page(client: Client, settings: Any, path: str) -> None:
    settings.DEMO = False
    assert client.get(path).status_code == 404


def test_outside_the_demo_nobody_is_let_in(client: Client, settings: Any) -> None:
    settings.DEMO = False
    make.person("한가람", email="garam" + MAIL)
    assert client.post("/demo/enter/", {"email": "garam" + MAIL}).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("in_demo")
def test_people_are_listed_by_what_they_do_and_entered_by_one_click(client: Client) -> None:
    learner = make.person("한가람", email="garam" + MAIL)
    staff = make.person("오하린", email="harin" + MAIL)
    make.role(staff, make.organisation("한강평생학습관", kind=Organisation.Kind.HUMAN_RESOURCES))
    officer = make.person("강서연", email="seoyeon" + MAIL)
    make.role(
        officer,
        make.organisation("국가평생교육진흥원", kind=Organisation.Kind.NATIONAL_INSTITUTE),
        Role.NATIONAL_OFFICER,
    )
    make.person("나은결", email="eungyeol" + MAIL, is_operator=True)
    page = client.get("/demo/").content.decode()
    places = [page.index(name) for name in ("한가람", "오하린", "강서연", "나은결")]
    assert places == sorted(places)
    assert "한강평생학습관 기관 담당자" in page
    response = client.post("/demo/enter/", {"email": str(staff.email)})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(staff.pk)
    client.post("/demo/enter/", {"email": str(learner.email)})
    assert client.session["_auth_user_id"] == str(learner.pk)


@pytest.mark.usefixtures("in_demo")
def test_real_accounts_cannot_be_entered_and_looking_enters_nobody(client: Client) -> None:
    person = make.person("진짜 사람", email="real@example.kr")
    assert client.post("/demo/enter/", {"email": str(person.email)}).status_code == 404
    assert client.get("/demo/enter/").status_code == 405
    assert "진짜 사람" not in client.get("/demo/").content.decode()


@pytest.mark.usefixtures("in_demo")
def test_the_outbox_shows_what_would_have_been_sent(client: Client) -> None:
    assert "아직 보낸 편지가 없습니다" in client.get("/demo/outbox/").content.decode()
    notices.send(
        address="a@example.kr", subject="신청했습니다", body="자세히: http://localhost/x <b>", now=make.NOW
    )
    page = client.get("/demo/outbox/").content.decode()
    assert "신청했습니다" in page
    assert 'href="http://localhost/x"' in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize("path", ["/help/", "/about/accessibility/", "/about/terms/", "/about/privacy/"])
def test_help_and_texts_are_for_everyone(client: Client, path: str) -> None:
    make.consent_texts()
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405
