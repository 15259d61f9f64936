"""Who somebody is: the identity step before an account opens, made by a provider that the operator chooses.

``NAITE_IDENTITY_PROVIDER`` names it: ``mail`` (a confirmed e-mail address and a birth date), ``gateway`` (a page
elsewhere that answers with a signed token) or the dotted path of a class with the methods of ``Provider``.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from naite.roots.errors import Refused
from naite.trunk.people.models import Person

LASTS = timedelta(minutes=10)


class Level(StrEnum):
    """How well somebody is known."""

    SAID = "said"  # what they say about themselves, at an address that is theirs
    PROVEN = "proven"  # another body vouches for name and birth date


@dataclass(frozen=True, slots=True)
class Identity:
    """What the step found. ``reference`` tells one natural person by a digest, where the provider knows that."""

    provider: str
    level: Level
    reference: str = ""


class NotIdentified(Refused):
    """The identity step did not succeed; the message says what to do."""

    code = "not_identified"


class Provider(Protocol):
    """One way to learn who somebody is."""

    key: str
    level: Level

    def missing(self, person: Person) -> dict[str, str]:
        """Return a sentence for each thing about the person that has to be set before."""

    def begin(self, person: Person, *, state: str, return_url: str) -> str | None:
        """Return the address of the page elsewhere to which the person goes, or None when there is none."""

    def finish(self, person: Person, *, state: str, answer: Mapping[str, str], now: datetime) -> Identity:
        """Return who came back; raises ``NotIdentified``. ``state`` was given to ``begin`` and is used once."""


def provider() -> Provider:
    """Return the provider of this installation."""
    name = settings.IDENTITY_PROVIDER
    if name in _BUILT_IN:
        return _BUILT_IN[name]()
    made: Provider = import_string(name)()
    return made


def _no_birth_date(person: Person) -> dict[str, str]:
    if person.birth_date is None:
        return {"birth_date": _("생년월일을 적어 주세요. 같은 이름을 가려내는 데 씁니다.")}
    return {}


class MailAndBirthDate:
    """The built-in step: an address that its owner confirmed, a name and a birth date."""

    key = "mail"
    level = Level.SAID

    def missing(self, person: Person) -> dict[str, str]:
        found = _no_birth_date(person)
        if not EmailAddress.objects.filter(user=person, verified=True).exists():
            found["email"] = _(
                "확인한 전자우편이 있어야 합니다. 전자우편이 없으면 가까운 창구에서 계좌를 열 수 있습니다."
            )
        return found

    def begin(self, person: Person, *, state: str, return_url: str) -> str | None:
        return None

    def finish(self, person: Person, *, state: str, answer: Mapping[str, str], now: datetime) -> Identity:
        if missing := self.missing(person):
            raise NotIdentified(" ".join(missing.values()), fields=dict(missing))
        return Identity(self.key, self.level)


class Gateway:
    """A page elsewhere (휴대전화·간편인증 본인확인) that vouches for name and birth date.

    It gets ``state`` and ``return_url`` with ``sig``, the hex HMAC-SHA256 of ``state`` + newline + ``return_url``
    under ``NAITE_IDENTITY_SECRET``. It sends the person back with ``token``: base64url JSON of ``state``,
    ``name``, ``birth_date`` (ISO), ``at`` (seconds since 1970) and ``subject`` (the same for the same natural
    person; only its keyed digest is kept), a dot, and the hex HMAC of that text. A token lasts ten minutes.
    """

    key = "gateway"
    level = Level.PROVEN

    def missing(self, person: Person) -> dict[str, str]:
        return _no_birth_date(person)

    def begin(self, person: Person, *, state: str, return_url: str) -> str | None:
        query = {"state": state, "return_url": return_url, "sig": _mac(f"{state}\n{return_url}")}
        return f"{settings.IDENTITY_URL}?{urlencode(query)}"

    def finish(self, person: Person, *, state: str, answer: Mapping[str, str], now: datetime) -> Identity:
        said = self._claims(answer.get("token", ""), state, now)
        if (said.get("name"), said.get("birth_date")) != (
            person.name,
            person.birth_date.isoformat() if person.birth_date else None,
        ):
            raise NotIdentified(
                _("본인확인한 이름이나 생년월일이 ‘내 정보’와 다릅니다. 내 정보를 고친 뒤 다시 해 주세요."),
                code="identity_differs",
            )
        subject = str(said.get("subject", ""))
        return Identity(self.key, self.level, _mac(f"subject\n{subject}") if subject else "")

    def _claims(self, token: str, state: str, now: datetime) -> dict[str, Any]:
        body, _dot, mac = token.partition(".")
        if not state or not hmac.compare_digest(_mac(body).encode(), mac.encode()):
            raise NotIdentified(_("본인확인을 마치지 못했습니다. 처음부터 다시 해 주세요."))
        try:
            said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
            age = abs(now.timestamp() - float(said["at"]))
        except (binascii.Error, ValueError, KeyError, TypeError):
            raise NotIdentified(_("본인확인을 마치지 못했습니다. 처음부터 다시 해 주세요.")) from None
        if said.get("state") != state or age > LASTS.total_seconds():
            raise NotIdentified(
                _("본인확인한 지 오래되었습니다. 처음부터 다시 해 주세요."), code="identity_old"
            )
        found: dict[str, Any] = said
        return found


_BUILT_IN: dict[str, type[Provider]] = {"mail": MailAndBirthDate, "gateway": Gateway}


def _mac(text: str) -> str:
    return hmac.new(settings.IDENTITY_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
