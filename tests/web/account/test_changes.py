"""Changing one's e-mail and password, and getting back in without the password."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from tests import factories as make

from naite.roots.notices.models import Message
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db
OLD, NEW = "나이테-2026-숲길", "새봄-2027-강가길"


@pytest.fixture
def person(settings: Any, client: Client) -> Person:
    settings.EMAIL_BACKEND = "naite.roots.notices.backend.OutboxBackend"
    cache.clear()
    someone = make.person("오하린", email="harin@example.kr", password=OLD)
    EmailAddress.objects.create(user=someone, email="harin@example.kr", verified=True, primary=True)
    client.post("/accounts/login/", {"login": "harin@example.kr", "password": OLD})
    return someone


def newest(address: str) -> str:
    return Message.objects.filter(address=address).order_by("-created_at", "-id")[0].body


def test_a_new_e_mail_counts_only_once_it_is_confirmed(client: Client, person: Person) -> None:
    response = client.post("/accounts/email/", {"email": "New@example.kr", "action_add": ""})
    assert response.status_code == 302
    person.refresh_from_db()
    assert person.email == "harin@example.kr"
    code = re.search(r"^([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", newest("new@example.kr"), re.MULTILINE)
    assert code
    assert client.post("/accounts/confirm-email/", {"code": "AAAAAA"}).status_code == 200
    assert client.post("/accounts/confirm-email/", {"code": code.group(1)}).status_code == 302
    person.refresh_from_db()
    assert person.email == "new@example.kr"


def test_the_password_is_changed_by_who_knows_the_old_one(client: Client, person: Person) -> None:
    wrong = {"oldpassword": "틀린-비밀번호-1", "password1": NEW, "password2": NEW}
    assert client.post("/accounts/password/change/", wrong).status_code == 200
    person.refresh_from_db()
    assert person.check_password(OLD)
    assert client.post("/accounts/password/change/", {**wrong, "oldpassword": OLD}).status_code == 302
    person.refresh_from_db()
    assert person.check_password(NEW)


def test_a_forgotten_password_is_set_anew_by_a_mailed_link_once(person: Person) -> None:
    visitor = Client()
    visitor.post("/accounts/password/reset/", {"email": "harin@example.kr"})
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", newest("harin@example.kr"))
    assert link
    form = visitor.get(link.group(1))["Location"]
    assert visitor.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert "password1" not in Client().get(link.group(1), follow=True).content.decode()


def test_asking_for_an_unknown_address_tells_nothing(person: Person) -> None:
    known = Client().post("/accounts/password/reset/", {"email": "harin@example.kr"})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@example.kr"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
