"""Signing in with password and a second step; the second step's secret is kept encrypted."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.trunk.people.models import Person
from naite.web.public.accounts import MfaAdapter

pytestmark = pytest.mark.django_db
PASSWORD = "나이테-2026-숲길"


@pytest.fixture
def person(settings: Any) -> Person:
    cache.clear()
    someone = make.person("오하린", email="harin@example.kr", password=PASSWORD)
    EmailAddress.objects.create(user=someone, email="harin@example.kr", verified=True, primary=True)
    return someone


def sign_in(client: Client, password: str = PASSWORD) -> Any:
    return client.post("/accounts/login/", {"login": "Harin@example.kr", "password": password})


def test_the_password_signs_in_and_is_logged(client: Client, person: Person) -> None:
    assert sign_in(client, "틀린-비밀번호-1").status_code == 200
    assert "_auth_user_id" not in client.session
    assert sign_in(client).status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {
        "people.sign_in",
        "people.sign_in_failed",
    }
    failed = AuditEvent.objects.get(action="people.sign_in_failed")
    assert "harin" not in str(failed.detail)


def test_with_two_steps_the_password_alone_does_not_sign_in(client: Client, person: Person) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    auth.TOTP.activate(person, secret)
    stored = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data)
    assert MfaAdapter().decrypt(stored.data["secret"]) == secret
    response = sign_in(client)
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    counter = next(iter(auth.yield_hotp_counters_from_time()))
    code = auth.format_hotp_value(auth.hotp_value(secret, counter))
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_many_wrong_passwords_are_stopped(client: Client, person: Person) -> None:
    for _ in range(12):
        sign_in(client, "틀린-비밀번호-1")
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_a_closed_account_cannot_sign_in(client: Client, person: Person) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])
    response = sign_in(client)
    assert response["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session
