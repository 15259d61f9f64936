"""An institution lays pathways from badges to a further badge (row B10)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import pathways as flow
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.models import Achievement, Pathway, PathwayLoss
from naite.trunk.badges.pathway_rules import MAX_LEVELS, MAX_STEPS, NAME_LENGTH, Level, Step
from naite.trunk.badges.pathway_rules import Pathway as Way
from naite.trunk.badges.rules import NCS_UNIT
from naite.trunk.badges.services import pathways
from naite.trunk.people.models import Organisation, Person
from naite.web import badge_art, pathway_map
from naite.web.fields import show_refusal
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of

MORE_ROWS = 3
CHOICES = 500


class PathwayForm(forms.Form):
    """What a pathway is called, where its badge stands, and what happens when a step is lost."""

    name = forms.CharField(label=gettext_lazy("이름"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("어디에 이르나요"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("경로를 걷는 사람이 읽고, 배지에도 적힙니다."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("유형"))
    area = forms.ChoiceField(label=gettext_lazy("영역"))
    within_days = forms.IntegerField(
        label=gettext_lazy("기한(일)"),
        required=False,
        min_value=1,
        max_value=3660,
        help_text=gettext_lazy("배지를 모두 이 날수 안에 받아야 합니다. 비우면 기한이 없습니다."),
    )
    on_loss = forms.ChoiceField(
        label=gettext_lazy("조건이 되는 배지가 취소되면"),
        choices=Pathway.OnLoss.choices,
        widget=forms.RadioSelect,
        initial=Pathway.OnLoss.SUSPEND,
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: list[tuple[str, str]] = []
        areas: dict[str, str] = {}
        for item in frameworks.offered(organisation):
            for each in item.types.values():
                if "prerequisites" in each.demands:
                    kinds.append((f"{item.code}:{each.code}", f"{item.name} · {each.name}"))
            areas |= {
                f"{item.code}:{area.code}": f"{item.name} · {area.name}" for area in item.areas.values()
            }
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["area"].choices = list(areas.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, area = data.get("kind", ":").split(":"), data.get("area", ":").split(":")
        if data.get("kind") and data.get("area") and kind[0] != area[0]:
            self.add_error("area", _("유형과 같은 체계의 영역을 고르세요."))
        return data


class StepForm(forms.Form):
    """One badge on the way: chosen, or any that is aligned to an NCS unit."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("단계"), choices=[(n, str(n)) for n in range(1, MAX_LEVELS + 1)], coerce=int
    )
    required = forms.TypedChoiceField(
        label=gettext_lazy("구분"),
        choices=[("1", gettext_lazy("꼭")), ("0", gettext_lazy("고르기"))],
        coerce=lambda value: value == "1",
    )
    achievement = forms.ChoiceField(label=gettext_lazy("배지"), required=False)
    code = forms.CharField(
        label=gettext_lazy("또는 NCS 능력단위"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("이 능력단위와 이어진 배지는 누가 준 것이든 받습니다."),
    )
    title = forms.CharField(label=gettext_lazy("능력단위 이름"), required=False, max_length=120)

    def __init__(self, *args: Any, badges: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["achievement"].choices = badges  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        code = data.get("code", "").strip()
        if code and data.get("achievement"):
            self.add_error("code", _("배지와 능력단위 가운데 하나만 적어 주세요."))
        elif code and not NCS_UNIT.fullmatch(code):
            self.add_error("code", _("능력단위 번호는 판까지 적어 주세요. 보기: 0701020101_16v2"))
        return data

    @property
    def is_blank(self) -> bool:
        return not (self.cleaned_data.get("achievement") or self.cleaned_data.get("code", "").strip())


class LevelForm(forms.Form):
    """What a level is called and how many of its elective badges it asks for."""

    name = forms.CharField(label=gettext_lazy("이름"), required=False, max_length=NAME_LENGTH)
    need = forms.IntegerField(
        label=gettext_lazy("고르기에서 몇 개"), required=False, min_value=0, max_value=MAX_STEPS
    )


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
    pathway = _pathway(organisation, pathway_id)
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
        "section": "pathways",
    }
    return render(request, "institution/pathway.html", context)


@login_required
@require_POST
def pathway_publish(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """Publish a draft as it was last saved."""
    organisation = institution_of(request)
    pathway = _pathway(organisation, pathway_id)
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
        return _edit(request, organisation, _pathway(organisation, pathway_id), refusal=refusal)
    messages.success(request, _("경로를 공개했습니다. 조건을 채운 사람에게 배지를 줍니다."))
    return redirect("work-pathway", pathway.pk)


@login_required
@require_POST
def pathway_next(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """Start the next version of a published pathway."""
    pathway = _pathway(institution_of(request), pathway_id)
    made = pathways.next_version(pathway=pathway, actor=person_of(request), now=now_of(request))
    return redirect("work-pathway", made.pk)


def _pathway(organisation: Organisation, pathway_id: UUID) -> Pathway:
    return get_object_or_404(
        Pathway.objects.select_related("organisation", "achievement", "replaces__achievement"),
        pk=pathway_id,
        organisation=organisation,
    )


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
