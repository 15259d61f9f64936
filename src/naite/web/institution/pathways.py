"""An institution lays pathways from badges to a further badge (row B10)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import pathways as flow
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges.models import Achievement, Pathway, PathwayLoss
from naite.trunk.badges.pathway_rules import MAX_LEVELS, MAX_STEPS, Level, Step
from naite.trunk.badges.pathway_rules import Pathway as Way
from naite.trunk.badges.services import pathways
from naite.trunk.people.models import Organisation, Person
from naite.web import badge_art, pathway_map
from naite.web.fields import show_refusal
from naite.web.institution.access import institution_of, person_of
from naite.web.institution.pathway_forms import LevelForm, PathwayForm, StepForm
from naite.web.middleware import now_of

MORE_ROWS = 3
CHOICES = 500


_ROWS = Pathway.objects.select_related("organisation", "achievement", "replaces__achievement")


@login_required
@require_safe
def pathway_list(request: HttpRequest) -> HttpResponse:
    """The institution's pathways: drafts first, then those that give badges, then former ones."""
    organisation = institution_of(request)
    rows = list(
        Pathway.objects.filter(organisation=organisation)
        .select_related("achievement")
        .order_by("-retired_at", "published_at", "-changed_at")
    )
    rows.sort(key=lambda row: (row.retired_at is not None, row.published_at is not None))
    context = {
        "rows": [
            {"pathway": row, "way": row.way, "art": badge_art.art_url(row.badge_type, row.area)}
            for row in rows
        ],
        "section": "pathways",
    }
    return render(request, "institution/pathways.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pathway_new(request: HttpRequest) -> HttpResponse:
    """Lay a new pathway."""
    return _edit(request, institution_of(request), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pathway_one(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """Edit a draft; of a published pathway see the map and who would hold it."""
    organisation = institution_of(request)
    pathway = _pathway(request, organisation, pathway_id)
    if pathway.organisation_id != organisation.pk:
        return _show(request, pathway)
    if pathway.published_at is None:
        return _edit(request, organisation, pathway)
    return _show(request, pathway)


def _show(request: HttpRequest, pathway: Pathway) -> HttpResponse:
    context = {
        "pathway": pathway,
        "way": pathway.way,
        "map": pathway_map.draw(pathway.way, met={}),
        "simulation": pathways.simulate(pathway, now=now_of(request)),
        "losses": PathwayLoss.objects.filter(pathway=pathway, over_at=None).count(),
        "criteria": pathways.criteria_of(pathway.way),
        "section": "pathways",
        **_review(request, pathway),
    }
    return render(request, "institution/pathway.html", context)


def _review(request: HttpRequest, pathway: Pathway) -> dict[str, Any]:
    """Whether somebody else than the author publishes it, who, and whether that is who looks."""
    if pathway.published_at or not pathways.needs_review(pathway):
        return {}
    now = now_of(request)
    return {
        "reviewed": True,
        "may_review": pathways.can_review(person_of(request), pathway, now=now),
        "reviewers": pathways.reviewers_of(pathway, now=now),
    }


@login_required
@require_POST
def pathway_publish(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """Publish a draft as it was last saved."""
    organisation = institution_of(request)
    pathway = _pathway(request, organisation, pathway_id)
    revision = request.POST.get("revision", "")
    try:
        flow.publish(
            pathway=pathway,
            revision=int(revision) if revision.isdecimal() else 0,
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        fresh = _pathway(request, organisation, pathway_id)
        if fresh.published_at or fresh.organisation_id != organisation.pk:
            messages.error(request, str(refusal))
            return redirect("work-pathway", fresh.pk)
        return _edit(request, organisation, fresh, refusal=refusal)
    messages.success(request, _("경로를 공개했습니다. 조건을 채운 사람에게 배지를 줍니다."))
    return redirect("work-pathway", pathway.pk)


@login_required
@require_POST
def pathway_next(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """Start the next version of a published pathway."""
    pathway = _own(institution_of(request), pathway_id)
    made = pathways.next_version(pathway=pathway, actor=person_of(request), now=now_of(request))
    return redirect("work-pathway", made.pk)


def _pathway(request: HttpRequest, organisation: Organisation, pathway_id: UUID) -> Pathway:
    """A pathway of the seat's institution, or a draft that the person may review."""
    found = get_object_or_404(_ROWS, pk=pathway_id)
    if found.organisation_id == organisation.pk:
        return found
    if not found.published_at and pathways.can_review(person_of(request), found, now=now_of(request)):
        return found
    raise Http404


def _own(organisation: Organisation, pathway_id: UUID) -> Pathway:
    return get_object_or_404(_ROWS, pk=pathway_id, organisation=organisation)


def _edit(
    request: HttpRequest,
    organisation: Organisation,
    pathway: Pathway | None,
    refusal: Refused | None = None,
) -> HttpResponse:
    person: Person = person_of(request)
    badges = _choices(organisation, pathway)
    posted = request.method == "POST" and refusal is None
    if not posted:
        form, levels, steps = _forms_of(organisation, pathway, badges)
        return _edit_page(request, pathway, form, levels, steps, refusal=refusal)
    form = PathwayForm(request.POST, organisation=organisation)
    levels = [LevelForm(request.POST, prefix=f"l{n}") for n in range(1, MAX_LEVELS + 1)]
    count = request.POST.get("steps", "0")
    number = min(int(count) if count.isdecimal() else 0, MAX_STEPS)
    steps = [StepForm(request.POST, prefix=f"s{n}", badges=badges) for n in range(number)]
    good = all([form.is_valid(), *(each.is_valid() for each in levels), *(each.is_valid() for each in steps)])
    if request.POST.get("action") == "more":
        steps += [
            StepForm(prefix=f"s{n}", badges=badges) for n in range(number, min(number + MORE_ROWS, MAX_STEPS))
        ]
        return _edit_page(request, pathway, form, levels, steps)
    if good:
        try:
            saved = pathways.save_draft(
                organisation=organisation,
                draft=_draft(form, levels, steps, dict(_flat(badges))),
                pathway=pathway,
                revision=form.cleaned_data["revision"],
                actor=person,
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("저장했습니다. 아직 공개하지 않았습니다."))
            return redirect("work-pathway", saved.pk)
    return _edit_page(request, pathway, form, levels, steps, status=422)


def _draft(
    form: PathwayForm, levels: list[LevelForm], steps: list[StepForm], titles: dict[str, str]
) -> pathways.PathwayDraft:
    data = form.cleaned_data
    by_level: dict[int, list[Step]] = {}
    for number, each in enumerate(steps):
        if each.is_blank:
            continue
        chosen, code = each.cleaned_data["achievement"], each.cleaned_data["code"].strip()
        by_level.setdefault(each.cleaned_data["level"], []).append(
            Step(
                key=f"s{number}",
                title=titles[chosen] if chosen else each.cleaned_data["title"].strip() or code,
                achievement=UUID(chosen) if chosen else None,
                alignment=("ncs_unit", code) if code else None,
                required=each.cleaned_data["required"],
            )
        )
    kind, area = data["kind"].split(":"), data["area"].split(":")
    return pathways.PathwayDraft(
        name=data["name"],
        description=data["description"],
        framework=kind[0],
        badge_type=kind[1],
        area=area[1],
        on_loss=data["on_loss"],
        way=Way(
            within_days=data["within_days"],
            levels=tuple(
                Level(
                    name=levels[at - 1].cleaned_data["name"].strip() or _("%(n)d단계") % {"n": at},
                    need=levels[at - 1].cleaned_data["need"] or 0,
                    steps=tuple(by_level[at]),
                )
                for at in sorted(by_level)
            ),
        ),
    )


def _forms_of(
    organisation: Organisation, pathway: Pathway | None, badges: list[Any]
) -> tuple[PathwayForm, list[LevelForm], list[StepForm]]:
    """The forms of a pathway as it was kept, with empty rows to go on."""
    way = pathway.way if pathway else Way(levels=())
    initial: dict[str, Any] = {}
    if pathway:
        initial = {
            "name": pathway.name,
            "description": pathway.description,
            "kind": f"{pathway.framework}:{pathway.badge_type}",
            "area": f"{pathway.framework}:{pathway.area}",
            "within_days": way.within_days,
            "on_loss": pathway.on_loss,
            "revision": pathway.revision,
        }
    levels = [
        LevelForm(
            prefix=f"l{n + 1}",
            initial={"name": way.levels[n].name, "need": way.levels[n].need} if n < len(way.levels) else {},
        )
        for n in range(MAX_LEVELS)
    ]
    kept = [(at, step) for at, level in enumerate(way.levels, start=1) for step in level.steps]
    rows: list[dict[str, Any]] = [
        {
            "level": at,
            "required": "1" if step.required else "0",
            "achievement": str(step.achievement or ""),
            "code": step.alignment[1] if step.alignment else "",
            "title": step.title if step.alignment else "",
        }
        for at, step in kept
    ]
    rows += [{"level": 1, "required": "1"}] * (MORE_ROWS if rows else 4)
    steps = [StepForm(prefix=f"s{n}", badges=badges, initial=row) for n, row in enumerate(rows[:MAX_STEPS])]
    return PathwayForm(initial=initial, organisation=organisation), levels, steps


def _edit_page(
    request: HttpRequest,
    pathway: Pathway | None,
    form: PathwayForm,
    levels: list[LevelForm],
    steps: list[StepForm],
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "pathway": pathway,
        "form": form,
        "levels": levels,
        "steps": steps,
        "may_add": len(steps) < MAX_STEPS,
        "refusal": refusal,
        "section": "pathways",
    }
    if pathway is not None:
        context |= {
            "map": pathway_map.draw(pathway.way, met={}),
            "problems": pathways.problems_of(pathway),
            "simulation": pathways.simulate(pathway, now=now_of(request)),
            **_review(request, pathway),
        }
    return render(
        request, "institution/pathway_edit.html", context, status=refusal.status if refusal else status
    )


def _choices(organisation: Organisation, pathway: Pathway | None) -> list[Any]:
    """The badges that can be a step: one's own first, then those of other institutions."""
    live = list(
        Achievement.objects.filter(retired_at=None)
        .select_related("organisation")
        .order_by("organisation__name", "name", "id")[:CHOICES]
    )
    kept = {step.achievement for step in pathway.way.steps if step.achievement} if pathway else set()
    missing = kept - {item.pk for item in live}
    live += Achievement.objects.filter(pk__in=missing).select_related("organisation")
    own = [(str(item.pk), item.name) for item in live if item.organisation_id == organisation.pk]
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in live:
        if item.organisation_id != organisation.pk:
            groups.setdefault(item.organisation.name, []).append((str(item.pk), item.name))
    found: list[Any] = [("", _("고르지 않음"))]
    if own:
        found.append((organisation.name, own))
    return found + list(groups.items())


def _flat(badges: list[Any]) -> list[tuple[str, str]]:
    return [
        pair for value, label in badges for pair in (label if isinstance(label, list) else [(value, label)])
    ]


urlpatterns = [
    path("pathways/", pathway_list, name="work-pathways"),
    path("pathways/new/", pathway_new, name="work-pathway-new"),
    path("pathways/<uuid:pathway_id>/", pathway_one, name="work-pathway"),
    path("pathways/<uuid:pathway_id>/publish/", pathway_publish, name="work-pathway-publish"),
    path("pathways/<uuid:pathway_id>/next/", pathway_next, name="work-pathway-next"),
]
