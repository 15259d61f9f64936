"""What verifiers and other wallets read: DID documents, issuers, achievements, status lists, badge pictures.

All of it is public, needs no sign-in and sets no cookie; closed institutions stay served.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe, quote_etag
from django.views.decorators.http import require_safe

from credcore import jsonio
from naite.flows import issuer_words, verification_notes
from naite.trunk.badges import credentials, documents, names
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.issuers import IssuerList
from naite.trunk.badges.models import Achievement, IssuerKey
from naite.trunk.badges.services.lists import TTL_MS
from naite.trunk.people.models import Organisation
from naite.web import badge_art
from naite.web.middleware import now_of

JSON_TYPES = ("application/ld+json", "application/json", "application/vc")


def published(
    request: HttpRequest, body: bytes, content_type: str, *, seconds: int, changed_at: float | None = None
) -> HttpResponse:
    """A document for other programs: any origin may read it, caches may keep it, unchanged is not sent again."""
    etag = quote_etag(documents.digest(body))
    unchanged = etag in [item.strip() for item in request.headers.get("If-None-Match", "").split(",")]
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    if "If-None-Match" not in request.headers and since is not None and changed_at is not None:
        unchanged = int(changed_at) <= since
    response: HttpResponse = (
        HttpResponseNotModified() if unchanged else HttpResponse(body, content_type=content_type)
    )
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["Access-Control-Allow-Origin"] = "*"
    if changed_at is not None:
        response["Last-Modified"] = http_date(changed_at)
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether the asker prefers JSON; browsers get the page."""
    return request.get_preferred_type(["text/html", *JSON_TYPES]) in JSON_TYPES


@require_safe
def did_document(request: HttpRequest, slug: str) -> HttpResponse:
    document = documents.did_document(slug)
    if document is None:
        raise Http404
    return published(request, jsonio.dumps(document), "application/did+json", seconds=300)


@require_safe
def status_list(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """A signed Bitstring Status List credential; kept no longer than its own time to live."""
    found = documents.status_list(list_id)
    if found is None:
        raise Http404
    return published(
        request,
        found.body,
        "application/vc",
        seconds=TTL_MS // 1000,
        changed_at=found.changed_at.timestamp(),
    )


@require_safe
def issuer(request: HttpRequest, slug: str) -> HttpResponse:
    """The issuer for people, or as an Open Badges profile for programs."""
    organisation = get_object_or_404(Organisation.objects.select_related("region__parent"), slug=slug)
    if wants_json(request):
        body = jsonio.dumps(credentials.profile_document(organisation))
        return _varying(published(request, body, "application/ld+json", seconds=300))
    achievements = list(
        Achievement.objects.filter(organisation=organisation, retired_at=None).order_by("-published_at")[:60]
    )
    standing = IssuerList(now_of(request)).standing(names.issuer_did(slug))
    context = {
        "organisation": organisation,
        "standing": standing,
        "standing_words": issuer_words.words(standing),
        "achievements": [_card(item) for item in achievements],
        "keys": IssuerKey.objects.filter(organisation=organisation)
        .defer("sealed_private")
        .order_by("-valid_from"),
        "did": names.issuer_did(slug),
        "history": verification_notes.history_of(organisation),
        "section": "verify",
    }
    return _varying(render(request, "public/issuer.html", context))


@require_safe
def achievement(request: HttpRequest, slug: str, achievement_id: UUID) -> HttpResponse:
    """What a badge is given for, for people or as Open Badges JSON. Retired versions stay served."""
    found = _achievement(slug, achievement_id)
    if wants_json(request):
        body = jsonio.dumps(credentials.achievement_document(found))
        return _varying(published(request, body, "application/ld+json", seconds=300))
    kind = frameworks.framework(found.framework, found.framework_version)
    context = {
        "achievement": found,
        "card": _card(found),
        "framework": kind,
        "endorsements": verification_notes.endorsements_of(found.pk, now=now_of(request)),
        "history": verification_notes.history_of(found.organisation),
        "section": "verify",
    }
    return _varying(render(request, "public/achievement.html", context))


@require_safe
def achievement_image(request: HttpRequest, slug: str, achievement_id: UUID) -> HttpResponse:
    found = _achievement(slug, achievement_id)
    return published(request, badge_art.png_of(found), "image/png", seconds=86400)


@require_safe
def endorsement(request: HttpRequest, slug: str, endorsement_id: UUID) -> HttpResponse:
    """What an organisation said of another's badge, as it signed it."""
    body = documents.endorsement(slug, endorsement_id)
    if body is None:
        raise Http404
    return published(request, body, "application/vc", seconds=300)


@require_safe
def framework(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The page to which the framework codes of badges point."""
    kind = frameworks.framework(code, version)
    if kind is None:
        raise Http404
    return render(request, "public/framework.html", {"framework": kind, "section": "verify"})


@require_safe
def art(request: HttpRequest, badge_type: str, area: str, style: str) -> HttpResponse:
    """A page image of one design, without a credential."""
    if style not in badge_art.STYLES:
        raise Http404
    body = badge_art.svg(badge_type, area, style).encode()
    response = published(request, body, "image/svg+xml", seconds=86400)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


@require_safe
def picture(request: HttpRequest, achievement_id: UUID, style: str) -> HttpResponse:
    """The picture that an institution brought for a badge, without a credential."""
    try:
        body = badge_art.own_png(achievement_id)
    except KeyError:
        raise Http404 from None
    return published(
        request, badge_art.grey_png(body) if style == "grey" else body, "image/png", seconds=86400
    )


def _achievement(slug: str, achievement_id: UUID) -> Achievement:
    return get_object_or_404(
        Achievement.objects.select_related("organisation", "course_version"),
        pk=achievement_id,
        organisation__slug=slug,
    )


def _card(item: Achievement) -> dict[str, Any]:
    kind = frameworks.framework(item.framework, item.framework_version)
    badge_type = kind.types[item.badge_type].name if kind else item.badge_type
    area = kind.areas[item.area].name if kind else item.area
    return {
        "achievement": item,
        "art": badge_art.face_of(item).url(),
        "area": area,
        "badge_type": badge_type,
        "label": f"{area} · {badge_type}",
    }


def _varying(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Accept"])
    return response


urlpatterns = [
    path("o/<slug:slug>/did.json", did_document, name="did-document"),
    path("o/<slug:slug>/", issuer, name="issuer"),
    path("o/<slug:slug>/achievements/<uuid:achievement_id>/", achievement, name="achievement"),
    path(
        "o/<slug:slug>/achievements/<uuid:achievement_id>/image.png",
        achievement_image,
        name="achievement-image",
    ),
    path("o/<slug:slug>/endorsements/<uuid:endorsement_id>/", endorsement, name="endorsement"),
    path("status/<uuid:list_id>", status_list, name="status-list"),
    path("frameworks/<slug:code>/<int:version>/", framework, name="framework"),
    path("art/pictures/<uuid:achievement_id>/<slug:style>.png", picture, name="badge-picture"),
    path("art/badges/<slug:badge_type>/<slug:area>/<slug:style>.svg", art, name="badge-art"),
]
