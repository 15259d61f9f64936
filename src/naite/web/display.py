"""How a person wants pages shown: plain words, text size. Kept in cookies, so it needs no account."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

YEAR = 365 * 24 * 3600
SIZES: dict[str, str | Promise] = {
    "normal": _("보통 글자"),
    "large": _("큰 글자"),
    "larger": _("아주 큰 글자"),
}


@dataclass(frozen=True)
class Size:
    key: str
    label: str | Promise
    on: bool


@dataclass(frozen=True)
class Display:
    plain: bool
    text: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Display":
        text = request.COOKIES.get("text", "normal")
        return cls(request.COOKIES.get("plain") == "1", text if text in SIZES else "normal")

    @property
    def sizes(self) -> list[Size]:
        return [Size(key, label, key == self.text) for key, label in SIZES.items()]

    @property
    def classes(self) -> str:
        """Return the classes of the html element."""
        return " ".join((["plain"] if self.plain else []) + ([f"text-{self.text}"]))


@require_safe
def display(request: HttpRequest) -> HttpResponse:
    """Set one of ``plain``, ``text``, ``lang`` from the address and go back; anything else changes nothing.

    A link and not a form, so that the switches work everywhere without script and without a session.
    """
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    plain, text, lang = (request.GET.get(name) for name in ("plain", "text", "lang"))
    if plain in {"0", "1"}:
        _remember(response, "plain", plain)
    if text in SIZES:
        _remember(response, "text", text)
    if lang in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, lang)
    response["Cache-Control"] = "no-store"
    return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
    )
