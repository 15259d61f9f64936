"""Signing up, signing in and one's own settings, as a browser without script sends them."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from tests import factories as make

from naite.branches.privacy.models import Consent, ConsentText
from naite.roots.audit.models import AuditEvent
from naite.roots.notices.models import Message
from naite.trunk.people.models import Person, Region
from naite.trunk.records.models import LearningAccount

pytestmark = pytest.mark.django_db

PASSWORD = "나이테-2026-숲길"


@pytest.fixture(autouse=True)
def clean(settings: Any) -> None:
    settings.EMAIL_BACKEND = "naite.roots.notices.backend.OutboxBackend"
    cache.clear()
    make.consent_texts()


def filled(client: Client, **changes: Any) -> dict[str, Any]:
    """Fill in the sign-up form as it is shown; a change to None leaves a field out."""
    page = client.get("/accounts/signup/").content.decode()
    shown = re.search(r'name="texts_shown" value="([^"]*)"', page)
    assert shown
    data = {
        "name": "한가람",
        "email": "Garam@example.kr",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "birth_date": "1990-03-01",
        "region": make.region().pk,
        "texts_shown": shown.group(1),
        "old_enough": "on",
        "consent_terms": "on",
        "consent_privacy": "on",
        "opens_account": "on",
        **changes,
    }
    return {key: value for key, value in data.items() if value is not None}


def code_from_mail() -> str:
    body = Message.objects.order_by("-created_at", "-id")[0].body
    found = re.search(r"^([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", body, re.MULTILINE)
    assert found, body
    return found.group(1)


@pytest.mark.req("A16", "browser")
def test_a_person_signs_up_confirms_the_mail_and_is_in(client: Client) -> None:
    response = client.post("/accounts/signup/", filled(client))
    assert response.status_code == 302, response.content.decode()
    response = client.post("/accounts/confirm-email/", {"code": code_from_mail()})
    assert response.status_code == 302
    person = Person.objects.get(email="garam@example.kr")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert (person.name, str(person.birth_date), person.region_id) == ("한가람", "1990-03-01", "11440")
    assert set(Consent.objects.values_list("text__purpose", "text__version")) == {
        ("terms", 1),
        ("privacy", 1),
    }
    assert LearningAccount.objects.filter(person=person, closed_at=None).exists()
    assert set(AuditEvent.objects.filter(data_subject_id=person.pk).values_list("action", flat=True)) >= {
        "people.register",
        "privacy.give_consent",
        "records.open_account",
        "people.sign_in",
    }


def test_signing_up_from_an_invitation_leads_back_to_it(client: Client) -> None:
    data = filled(client, next="/invitation/some-token/")
    client.post("/accounts/signup/?next=/invitation/some-token/", data)
    response = client.post("/accounts/confirm-email/", {"code": code_from_mail()})
    assert response["Location"] == "/invitation/some-token/"


def test_without_the_box_no_account_is_opened(client: Client) -> None:
    client.post("/accounts/signup/", filled(client, opens_account=None, consent_news="on"))
    assert Person.objects.count() == 1
    assert not LearningAccount.objects.exists()
    assert Consent.objects.filter(text__purpose="news").exists()


@pytest.mark.req("A16", "refusal")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"consent_privacy": None}, "동의해야 계정을 만들 수 있습니다."),
        ({"old_enough": None}, "14세 미만은 보호자와 함께"),
        ({"birth_date": "2020-01-01"}, "14세 미만은 법정대리인의 동의"),
        ({"birth_date": "2999-01-01"}, "생년월일이 오늘보다 뒤입니다"),
        ({"name": "   "}, "고칠 것이 있습니다"),
        ({"password2": "다른-비밀번호-2026"}, "고칠 것이 있습니다"),
        ({"password1": "12345678", "password2": "12345678"}, "고칠 것이 있습니다"),
        ({"email": "주소아님"}, "고칠 것이 있습니다"),
        ({"texts_shown": ""}, "동의 내용이 바뀌었습니다"),
        ({"region": "없는곳"}, "고칠 것이 있습니다"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field_and_nothing_is_made(
    client: Client, change: dict[str, Any], sentence: str
) -> None:
    response = client.post("/accounts/signup/", filled(client, **change))
    assert response.status_code == 200
    page = response.content.decode()
    assert sentence in page
    assert not Person.objects.exists()
    assert not Consent.objects.exists()
    if "name" not in change:
        assert 'value="한가람"' in page


def test_an_e_mail_in_use_is_not_given_away(client: Client) -> None:
    make.person("먼저온이", email="garam@example.kr")
    response = client.post("/accounts/signup/", filled(client))
    assert response.status_code == 302
    assert Person.objects.count() == 1
    assert "garam@example.kr" in Message.objects.latest("created_at").address


def test_no_page_asks_for_a_resident_number(client: Client) -> None:
    page = client.get("/accounts/signup/").content.decode()
    assert "주민등록번호는 받지 않습니다" in page
    assert 'name="rrn"' not in page


def _signed_in(client: Client) -> Person:
    person = make.person("한가람", email="garam@example.kr")
    client.force_login(person)
    return person


def test_the_profile_is_changed_by_its_owner(client: Client) -> None:
    person = _signed_in(client)
    region = make.region()
    response = client.post(
        "/accounts/profile/", {"name": " 한 가람 ", "birth_date": "1991-05-05", "region": region.pk}
    )
    assert response.status_code == 302
    person.refresh_from_db()
    assert (person.name, person.region_id) == ("한 가람", region.pk)
    response = client.post("/accounts/profile/", {"name": "한가람", "birth_date": "2999-01-01"})
    assert response.status_code == 400
    assert "2999-01-01" in response.content.decode()


def test_optional_consent_is_given_and_withdrawn_and_history_stays(client: Client) -> None:
    person = _signed_in(client)
    text = ConsentText.objects.get(purpose="news")
    client.post("/accounts/consents/", {"purpose": "news", "text": str(text.pk)})
    assert Consent.objects.get(person=person).withdrawn_at is None
    client.post("/accounts/consents/", {"purpose": "news", "withdraw": "1"})
    assert Consent.objects.get(person=person).withdrawn_at is not None
    assert "강좌 소식 받기" in client.get("/accounts/consents/").content.decode()


def test_required_consent_cannot_be_withdrawn(client: Client) -> None:
    person = _signed_in(client)
    Consent.objects.create(person=person, text=ConsentText.objects.get(purpose="terms"), given_at=make.NOW)
    response = client.post("/accounts/consents/", {"purpose": "terms", "withdraw": "1"})
    assert response.status_code == 400
    assert "학습계좌를 닫아 주세요" in response.content.decode()
    assert Consent.objects.filter(person=person, withdrawn_at=None).exists()


@pytest.mark.parametrize("path", ["", "profile/", "consents/", "email/", "password/change/", "2fa/"])
def test_settings_are_for_those_who_are_signed_in(client: Client, path: str) -> None:
    response = client.get(f"/accounts/{path}")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_staff_are_reminded_of_two_step_sign_in(client: Client) -> None:
    person = make.staff(make.organisation())
    client.force_login(person)
    assert "2단계 로그인이나 패스키를 켜 주세요" in client.get("/accounts/").content.decode()


def test_region_choices_are_grouped_and_of_today(client: Client) -> None:
    page = client.get("/accounts/signup/").content.decode()
    if Region.objects.filter(pk="51110").exists():
        assert '<optgroup label="강원특별자치도">' in page
        assert '<optgroup label="강원도">' not in page
