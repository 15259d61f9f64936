"""The shell around every page: menus, switches, forms, refusals, the content policy."""

import re

import pytest
from django import forms
from django.http import HttpRequest
from django.template import engines
from django.test import Client, RequestFactory
from tests import factories as make

from naite.roots.errors import NotAllowed
from naite.trunk.people.models import Person, Role
from naite.web import display, middleware, roles

pytestmark = pytest.mark.django_db


def staff_page(person: Person) -> str:
    request = RequestFactory().get("/work/")
    request.user = person
    request.session = {}
    request.now = make.NOW
    template = engines["django"].from_string(
        '{% extends "staff.html" %}{% block heading %}<h1>나의 업무</h1>{% endblock %}'
    )
    return str(template.render({"section": "desk"}, request))


def test_unknown_address_is_told_in_korean_with_a_way_on(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    body = response.content.decode()
    assert "찾으시는 화면이 없습니다" in body
    assert 'href="/"' in body


def test_pages_allow_only_our_own_scripts(client: Client) -> None:
    response = client.get("/accounts/login/")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    for script in re.findall(r"<script([^>]*)>", response.content.decode()):
        assert "src=" in script or 'type="application/json"' in script
    assert not re.search(r"\son\w+=", response.content.decode())


def test_the_menu_marks_the_section_and_names_five_places(client: Client) -> None:
    body = client.get("/").content.decode()
    for label in ("강좌 찾기", "나의 학습계좌", "배지 지갑", "진위확인", "도움"):
        assert label in body


def test_text_size_and_plain_words_are_remembered_without_script(client: Client) -> None:
    response = client.get("/display/", {"text": "large", "next": "/accounts/login/"})
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/"
    client.get("/display/", {"plain": "1"})
    body = client.get("/").content.decode()
    assert 'class="plain text-large"' in body
    client.get("/display/", {"plain": "0", "text": "nonsense"})
    assert 'class="text-large"' in client.get("/").content.decode()


def test_switching_to_english_and_back(client: Client) -> None:
    client.get("/display/", {"lang": "en"})
    assert '<html lang="en"' in client.get("/").content.decode()
    client.get("/display/", {"lang": "ko"})
    assert '<html lang="ko"' in client.get("/").content.decode()


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_the_display_switch_never_leads_elsewhere(client: Client, target: str) -> None:
    assert client.get("/display/", {"plain": "1", "next": target})["Location"] == "/"


def test_the_display_switch_takes_no_post(client: Client) -> None:
    assert client.post("/display/").status_code == 405


class _Form(forms.Form):
    name = forms.CharField(label="이름", help_text="증명서에 나오는 이름")
    kind = forms.ChoiceField(label="종류", choices=[("a", "가"), ("b", "나")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="동의합니다", required=False)


def test_a_form_ties_hint_and_error_to_its_field_and_sums_errors_up() -> None:
    html = str(_Form({"kind": "z"}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    summary = html[html.index("error-summary") : html.index("</ul>", html.index("error-summary"))]
    assert 'href="#id_name"' in summary
    assert 'href="#id_kind_0"' in summary
    assert 'id="id_kind_0"' in html
    assert "(선택)" in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in str(_Form())


def test_a_refusal_no_view_caught_becomes_a_page_with_its_words() -> None:
    request = RequestFactory().get("/work/")
    request.user = make.person()
    request.session = {}
    request.now = make.NOW
    response = middleware.PageSafety(lambda _: None).process_exception(
        request, NotAllowed("담당 기관이 아닙니다.")
    )
    assert response is not None
    assert response.status_code == 403
    assert "담당 기관이 아닙니다." in response.content.decode()
    assert middleware.PageSafety(lambda _: None).process_exception(request, ValueError()) is None


def test_csrf_failure_says_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "a@example.kr"})
    assert response.status_code == 403
    assert "다시 한 번 보내 주세요" in response.content.decode()


def test_a_person_with_two_roles_may_switch_and_one_with_one_may_not() -> None:
    person = make.staff(make.organisation("가온시평생학습관"))
    assert "rolesw solo" in staff_page(person)
    make.role(person, make.organisation("새움평생교육원"), Role.INSTRUCTOR)
    page = staff_page(person)
    assert 'name="role"' in page
    assert "새움평생교육원" in page


def test_a_seat_is_chosen_by_post_and_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make.staff(make.organisation("가온시평생학습관"))
    second = make.role(person, make.organisation("새움평생교육원"), Role.INSTRUCTOR)
    client.force_login(person)
    assert client.get("/role/").status_code == 405
    client.post("/role/", {"role": str(second.pk)})
    assert client.session[roles.SESSION_KEY] == str(second.pk)
    client.post("/role/", {"role": "not-mine"})
    assert client.session[roles.SESSION_KEY] == str(second.pk)


def test_an_ended_role_gives_no_seat() -> None:
    person = make.person()
    make.role(person, make.organisation(), valid_until=make.NOW)
    request = HttpRequest()
    request.user = person
    request.session = {}
    request.now = make.NOW
    assert roles.seats_of(request) == []
    assert roles.current_role(request) is None


def test_unknown_cookie_values_fall_back() -> None:
    request = RequestFactory().get("/")
    request.COOKIES.update({"text": "huge", "plain": "yes"})
    assert display.Display.of(request) == display.Display(plain=False, text="normal")


def test_a_fault_of_ours_is_told_without_touching_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("naite.web.display.Display.of", broken)  # every page's context asks this
    client = Client(raise_request_exception=False)
    response = client.get("/help/")
    assert response.status_code == 500
    assert "우리 쪽 문제입니다" in response.content.decode()
