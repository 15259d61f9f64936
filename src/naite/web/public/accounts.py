"""How the sign-in library makes, greets and protects our persons."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from naite.flows import award_run
from naite.flows.sign_up import sign_up
from naite.roots.audit import services as audit
from naite.trunk.people.models import Person
from naite.web import context, roles
from naite.web.middleware import now_of


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signs people up through our own flow, and sends each to where their work is."""

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        data = form.cleaned_data
        user.email = data.get("email") or user.email
        if data.get("password1"):
            user.set_password(data["password1"])
        else:
            user.set_unusable_password()
        return sign_up(
            person=user,
            name=data["name"],
            birth_date=data.get("birth_date"),
            region=data.get("region"),
            agreed=form.agreed(),
            opens_account=bool(data.get("opens_account")),
            now=now_of(request),
        )

    def populate_username(self, request: HttpRequest, user: Person) -> None:
        """Persons have no user name."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if roles.seats_of(request) and not is_mfa_enabled(request.user):
            messages.warning(
                request, _("업무를 보는 계정입니다. 내 정보·로그인 설정에서 2단계 로그인을 켜 주세요.")
            )
        return context.start_url(request)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def post_login(self, request: HttpRequest, user: Person, **facts: Any) -> HttpResponse:
        audit.record("people.sign_in", actor=user, now=now_of(request), subject=user, about=user.pk)
        award_run.claim_for(person=user, now=now_of(request))
        response: HttpResponse = super().post_login(request, user, **facts)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        audit.record("people.sign_in_failed", actor=None, now=now_of(request))


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of two-step sign-in encrypted (안전성 확보조치 기준 제7조)."""

    def _box(self) -> Fernet:
        key = hashlib.sha256(b"naite mfa " + settings.SECRET_KEY.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(key))

    def encrypt(self, text: str) -> str:
        return self._box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._box().decrypt(encrypted_text.encode()).decode()
