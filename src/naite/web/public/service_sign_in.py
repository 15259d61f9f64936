"""Another service asks to be let into somebody's badge wallet: the page where that person decides (row X8)."""

from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client
from allauth.idp.oidc.views import AuthorizationView
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from naite.trunk.people import connections
from naite.trunk.people.models import Person
from naite.web.middleware import content_policy, now_of


@method_decorator(never_cache, name="dispatch")
class LetIn(AuthorizationView):  # type: ignore[misc]
    """allauth's page in our words; what was decided is in the person's access log."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        if answer.status_code == 302 and isinstance(self.request.user, Person):
            connections.connected(
                client_id=self._request_info["client_id"],
                scopes=form.cleaned_data["scopes"],
                actor=self.request.user,
                now=now_of(self.request),
            )
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        client: Client = context["client"]
        return context | {
            "asks": [
                {"value": value, "label": label} for value, label in context["form"].fields["scopes"].choices
            ],
            "host": _host(self._request_info["redirect_uri"]),
            "since": client.created_at,
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        # The answer to the form leads to the service, which browsers count as a place that the form goes to.
        response["Content-Security-Policy"] = content_policy(_origin(self._request_info["redirect_uri"]))
        return response


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"


def _host(uri: str) -> str:
    parts = urlsplit(uri)
    return parts.hostname or parts.scheme


def let_in(request: HttpRequest) -> HttpResponse:
    """Show who asks for what; a POST says yes, with what was ticked, or no."""
    if "none" in request.GET.get("prompt", "").split() and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())  # allauth would let nobody through to the page
    answer: HttpResponse = LetIn.as_view()(request)
    return answer


# As allauth does: a client may send its request by POST. What the person decides is checked for CSRF within.
let_in.csrf_exempt = True  # type: ignore[attr-defined]


def not_offered(request: HttpRequest) -> HttpResponse:
    """What allauth brings along for signing in at others. Here it would only be a way to lead people elsewhere:
    any program may register itself, also an address to which its sign-out page sends people on."""
    raise Http404


not_offered.csrf_exempt = True  # type: ignore[attr-defined]

urlpatterns = [
    path("identity/o/authorize", let_in, name="let-in"),
    *(
        path(address, not_offered)
        for address in (
            "identity/o/logout",
            "identity/o/device",
            "identity/o/api/device/code",
            "identity/o/api/userinfo",
            ".well-known/jwks.json",
        )
    ),
]
