"""What the doors of shared links have in common: a pass for an hour, a limit of asking, pages that nobody keeps."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from naite.roots import limits
from naite.roots.errors import Refused
from naite.trunk.people.models import Person
from naite.web.middleware import now_of

MOST_PASSES: Final = 20
ASKS: Final = 120
ASKS_SECONDS: Final = 60


class TooOften(Refused):
    code = "too_often"
    status = 429


class Passes:
    """Which links of one kind this browser has opened, until when; kept in its session, the newest twenty."""

    def __init__(self, kind: str, lasts: timedelta) -> None:
        self.kind = kind
        self.key = f"naite_{kind}s"
        self.lasts = lasts

    def has(self, request: HttpRequest, link: Any) -> bool:
        until = request.session.get(self.key, {}).get(link)
        return until is not None and datetime.fromisoformat(until) > now_of(request)

    def give(self, request: HttpRequest, link: Any) -> None:
        now = now_of(request)
        held = {
            key: until
            for key, until in request.session.get(self.key, {}).items()
            if datetime.fromisoformat(until) > now
        }
        newest = dict(sorted(held.items(), key=lambda each: each[1])[-MOST_PASSES:])
        request.session[self.key] = {**newest, link: (now + self.lasts).isoformat()}

    def count_asking(self, request: HttpRequest) -> None:
        """Refuse whoever asks for links of this kind more than 120 times a minute: tokens are not to be guessed."""
        who = request.META.get("REMOTE_ADDR", "")
        if not limits.allowed(self.kind, who, most=ASKS, seconds=ASKS_SECONDS, now=now_of(request)):
            raise TooOften(_("잠깐 사이에 너무 많이 열었습니다. 1분 뒤에 다시 해 주세요."))


def viewer_of(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def private(response: HttpResponse) -> HttpResponse:
    """Keep a link out of caches, search engines and the addresses that other sites see."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
