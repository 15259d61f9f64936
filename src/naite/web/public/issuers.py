"""The list of trusted issuers, for everybody: who is on it, why, who was taken off; for programs too (row B9).

``/.well-known/issuer-registry.json`` has the form that the verifiers of the Digital Credentials Consortium read
(``@digitalcredentials/issuer-registry-client``, registries of type ``dcc-legacy``): an object ``registry`` from the
issuer's DID to its name, place and address. Only who is trusted or watched stands there; the whole, with reasons and
history, is at ``/api/v1/issuers``.
"""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from credcore import jsonio
from naite.flows import issuer_words
from naite.trunk.badges import issuers
from naite.trunk.badges.models import ListedIssuer
from naite.web.middleware import now_of
from naite.web.public.issuer import published


@require_safe
def issuer_list(request: HttpRequest) -> HttpResponse:
    """Everybody about whom something was decided, and those that issue here; as of an earlier version on demand."""
    now = now_of(request)
    newest = issuers.version_now()
    asked = request.GET.get("version", "")
    version = int(asked) if asked.isdecimal() and len(asked) < 9 and 0 < int(asked) < newest else None
    decided_at = issuers.day_of_version(version) if version is not None else None
    if version is not None and decided_at is None:
        raise Http404
    listed = issuers.listed(now=decided_at or now, upto=version)
    context = {
        "on": [each for each in listed if each.standing.on_list],
        "off": [each for each in listed if each.standing.state == "removed"],
        "own": issuers.own_issuers(except_for=(each.row.issuer for each in listed)) if not version else [],
        "version": version or newest,
        "newest": newest,
        "old": version is not None,
        "before": (version or newest) - 1,
        "decided_at": decided_at,
        "section": "verify",
    }
    return render(request, "public/issuers.html", context)


@require_safe
def issuer_history(request: HttpRequest, listed_id: UUID) -> HttpResponse:
    """One issuer with every decision about it."""
    row = get_object_or_404(ListedIssuer, pk=listed_id)
    one = issuers.one(row, now=now_of(request))
    if one is None:
        raise Http404
    context = {"one": one, "words": issuer_words.words(one.standing), "section": "verify"}
    return render(request, "public/issuer_standing.html", context)


@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """Who is on the list, as foreign verifiers read it."""
    now = now_of(request)
    listed = issuers.listed(now=now)
    found = {
        each.row.issuer: {
            "name": each.row.name,
            "location": each.row.place,
            "url": each.row.homepage_url,
        }
        for each in listed
        if each.standing.on_list
    }
    for did, organisation, _since in issuers.own_issuers(except_for=(each.row.issuer for each in listed)):
        found[did] = {
            "name": organisation.name,
            "location": organisation.region.full_name if organisation.region else "",
            "url": organisation.homepage_url or f"{settings.BASE_URL}/o/{organisation.slug}/",
        }
    body = {
        "meta": {"name": settings.OPERATOR_NAME, "version": issuers.version_now(), "updated": _updated()},
        "registry": dict(sorted(found.items())),
    }
    return published(request, jsonio.dumps(body), "application/json", seconds=300)


def _updated() -> str | None:
    at = issuers.day_of_version(issuers.version_now())
    return at.isoformat() if at else None


urlpatterns = [
    path("issuers/", issuer_list, name="issuers"),
    path("issuers/<uuid:listed_id>/", issuer_history, name="issuer-standing"),
    path(".well-known/issuer-registry.json", registry, name="issuer-registry"),
]
