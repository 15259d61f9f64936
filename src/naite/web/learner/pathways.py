"""The learner on a pathway: which there are, how far one has come, and what comes next (row B10)."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from naite.flows import pathways as flow
from naite.trunk.badges.models import Achievement, Award, Pathway
from naite.trunk.badges.pathway_rules import Held, Position, position
from naite.trunk.badges.services import pathways
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.records.queries import account_of
from naite.web import badge_art, pathway_map
from naite.web.middleware import now_of

OTHERS = 12


@login_required
@never_cache
@require_safe
def pathway_list(request: HttpRequest) -> HttpResponse:
    """The pathways the learner is on, nearest to the end first, and others to begin."""
    account, now = _account(request), now_of(request)
    live = pathways.live_pathways()
    ways = [pathway.way for pathway in live]
    found = (
        pathways.positions_of(ways, account_id=account.pk, now=now)
        if account
        else [position(way, []) for way in ways]
    )
    cards = [_card(pathway, reached) for pathway, reached in zip(live, found, strict=True)]
    walking = [card for card in cards if card["found"].reached]
    walking.sort(key=lambda card: (card["found"].fulfilled, card["found"].missing))
    context = {
        "walking": walking,
        "others": [card for card in cards if not card["found"].reached][:OTHERS],
        "section": "wallet",
    }
    return render(request, "learner/pathways.html", context)


@login_required
@never_cache
@require_safe
def pathway_one(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """One pathway as a map and as a list, with what one has and what comes next."""
    pathway = (
        Pathway.objects.select_related("organisation", "achievement")
        .filter(pk=pathway_id, published_at__isnull=False)
        .first()
    )
    if pathway is None or pathway.achievement is None:
        raise Http404
    account, now = _account(request), now_of(request)
    found, badges = (
        flow.position_of(pathway, account_id=account.pk, now=now)
        if account
        else (position(pathway.way, []), {})
    )
    context = {
        "pathway": pathway,
        **_card(pathway, found),
        "map": pathway_map.draw(pathway.way, met=found.met),
        "levels": _levels(pathway, found, badges),
        "award": Award.objects.filter(
            account_id=account.pk, achievement=pathway.achievement, revoked_at=None
        ).first()
        if account
        else None,
        "section": "wallet",
    }
    return render(request, "learner/pathway.html", context)


def _account(request: HttpRequest) -> LearningAccount | None:
    assert isinstance(request.user, Person)
    return account_of(request.user)


def _card(pathway: Pathway, found: Position) -> dict[str, Any]:
    return {
        "pathway": pathway,
        "found": found,
        "percent": round(100 * found.reached / found.demand) if found.demand else 0,
        "art": badge_art.art_url(pathway.badge_type, pathway.area),
    }


def _levels(pathway: Pathway, found: Position, badges: dict[str, Held]) -> list[dict[str, Any]]:
    """Each level with its steps: whether met, by a badge of which day, and where a badge is to be had."""
    named = [step.achievement for step in pathway.way.steps if step.achievement]
    known = {
        item.pk: item
        for item in Achievement.objects.filter(pk__in=named).select_related("organisation", "course_version")
    }
    levels = []
    for level in pathway.way.levels:
        steps = []
        for step in level.steps:
            badge = badges.get(found.met.get(step.key, ""))
            item = known.get(step.achievement) if step.achievement else None
            steps.append(
                {
                    "step": step,
                    "on": badge.on if badge else None,
                    "achievement": item,
                    "course_id": item.course_version.course_id if item and item.course_version else None,
                    "art": badge_art.face_of(item).url("plain" if badge else "grey-plain") if item else "",
                }
            )
        met = sum(step.key in found.met for step in level.required) + min(
            level.need, sum(step.key in found.met for step in level.elective)
        )
        levels.append({"level": level, "steps": steps, "met": met})
    return levels


urlpatterns = [
    path("pathways/", pathway_list, name="my-pathways"),
    path("pathways/<uuid:pathway_id>/", pathway_one, name="my-pathway"),
]
