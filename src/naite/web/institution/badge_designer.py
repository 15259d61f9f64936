"""Designing a badge: one form with its steps, beside a preview that says what its type still asks for (row B3)."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from naite.roots.errors import NotAllowed, Refused
from naite.roots.files import services as files
from naite.trunk.badges import design_rules, pictures
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.framework import Framework
from naite.trunk.badges.models import Achievement, BadgeDesign
from naite.trunk.badges.services import designs
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.catalogue.standards.queries import find_units, newest_list
from naite.trunk.people.models import Organisation
from naite.web import badge_art
from naite.web.institution.access import institution_of, person_of
from naite.web.institution.badge_designs import art_of, design_or_404, design_page, label_of
from naite.web.institution.badge_forms import DesignForm
from naite.web.middleware import now_of

PAGE = 30
MOST_FOUND = 12
# The steps, and the fields whose faults are shown at each.
STEPS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("kind", gettext_lazy("유형과 영역"), ("framework", "badge_type", "area", "sub_area", "name")),
    (
        "learned",
        gettext_lazy("배운 것과 기준"),
        (
            "description",
            "activity",
            "criteria",
            "hours",
            "min_attendance",
            "pass_mark",
            "min_gain",
            "activity_hours",
            "qualification",
            "prerequisites",
        ),
    ),
    ("evidence", gettext_lazy("증거"), ("evidence",)),
    ("skills", gettext_lazy("역량 (NCS)"), ("alignments", "tags")),
    ("picture", gettext_lazy("그림"), ("picture", "drop_picture")),
    ("life", gettext_lazy("유효기간·승인"), ("valid_months", "second_person")),
    ("publish", gettext_lazy("검토·공개"), ()),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What is being designed: for which institution, of which course, in which framework."""

    organisation: Organisation
    version: CourseVersion | None
    kind: Framework
    design: BadgeDesign | None
    former: Achievement | None = None

    @property
    def address(self) -> str:
        if self.design is not None:
            return reverse("work-badge-design", args=[self.design.pk])
        after = f"&after={self.former.pk}" if self.former else ""
        chosen = f"?version={self.version.pk}" if self.version else "?free=1"
        return reverse("work-badge-new") + chosen + after


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def badge_new(request: HttpRequest) -> HttpResponse:
    """Choose a course, or none, then design its badge."""
    organisation = institution_of(request)
    version = _version(request, organisation)
    if version is None and not request.GET.get("free"):
        words = request.GET.get("q", "").strip()
        versions = (
            CourseVersion.objects.filter(
                course__organisation=organisation, course__retired_at=None, current_of__isnull=False
            )
            .filter(title__icontains=words)
            .order_by("title", "id")
        )
        page = Paginator(versions, PAGE).get_page(request.GET.get("page"))
        return render(
            request, "institution/badge_course.html", {"page": page, "q": words, "section": "badges"}
        )
    kind = _framework(request, organisation)
    return _designer(request, Desk(organisation, version, kind, None, _former(request, organisation)))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def badge_design(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """Go on with a draft, or look at one that waits for its review or was decided."""
    design = design_or_404(request, design_id)
    if design.state != BadgeDesign.State.DRAFT:
        return design_page(request, design)
    organisation = institution_of(request)
    if design.organisation_id != organisation.pk:
        return design_page(request, design)
    kind = next(
        (item for item in frameworks.offered(organisation) if item.code == design.framework),
        frameworks.offered(organisation)[0],
    )
    return _designer(request, Desk(organisation, design.course_version, kind, design))


def _designer(request: HttpRequest, desk: Desk) -> HttpResponse:
    others = list(
        Achievement.objects.filter(organisation=desk.organisation, retired_at=None).order_by("name", "id")[
            :100
        ]
    )
    bound = request.method == "POST"
    form = DesignForm(
        request.POST if bound else None,
        request.FILES if bound else None,
        version=desk.version,
        framework=desk.kind,
        others=others,
        organisation=desk.organisation,
        design=desk.design,
        former=desk.former,
    )
    if not bound:
        return render(request, "institution/badge_designer.html", _context(request, desk, form))
    sound = form.is_valid()
    action = request.POST.get("action", "publish")
    if action in ("preview", "find") or action.startswith("mend:"):
        return _again(request, desk, form, action)
    if not sound:
        return _refused(request, desk, form)
    try:
        design = _saved(request, desk, form)
    except NotAllowed:
        raise
    except Refused as refusal:
        form.explain(refusal)
        return _refused(request, desk, form)
    if action == "save":
        messages.success(request, _("초안을 저장했습니다. 받는 사람에게는 아직 보이지 않습니다."))
        return redirect("work-badge-design", design.pk)
    return _finish(request, Desk(desk.organisation, desk.version, desk.kind, design), form, action)


def _saved(request: HttpRequest, desk: Desk, form: DesignForm) -> BadgeDesign:
    """Keep the draft; the revision in the page says which one was read."""
    uploaded = form.cleaned_data.get("picture")
    revision = request.POST.get("revision", "")
    return designs.save(
        draft=form.draft(),
        design=desk.design,
        revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
        picture=uploaded.read() if uploaded else None,
        picture_name=uploaded.name if uploaded else "",
        drop_picture=bool(form.cleaned_data.get("drop_picture")),
        actor=person_of(request),
        now=now_of(request),
    )


def _finish(request: HttpRequest, desk: Desk, form: DesignForm, action: str) -> HttpResponse:
    """Publish, or ask for the review; what is missing is listed, and the draft stays saved."""
    design = desk.design
    assert design is not None
    actor, now = person_of(request), now_of(request)
    try:
        if action == "submit":
            designs.submit(design=design, revision=design.revision, actor=actor, now=now)
            messages.success(request, _("검토를 부탁했습니다. 검토할 사람에게 알렸습니다."))
            return redirect("work-badge-design", design.pk)
        designs.publish(design=design, revision=design.revision, actor=actor, now=now)
    except NotAllowed:
        raise
    except Refused as refusal:
        form.explain(refusal)
        return _refused(request, desk, form)
    assert design.achievement_id is not None
    messages.success(request, _("배지를 공개했습니다. 이제 기준에 이른 사람에게 줍니다."))
    return redirect("work-badge", design.achievement_id)


def _again(request: HttpRequest, desk: Desk, form: DesignForm, action: str) -> HttpResponse:
    """Show the preview, the units found, or the criteria with a better wording; nothing is kept."""
    form.errors.clear()
    if action.startswith("mend:"):
        draft = form.draft()
        vague = design_rules.vague_phrases(draft.criteria, min_gain=draft.rule.min_gain)
        number = action.removeprefix("mend:")
        if number.isdecimal() and int(number) < len(vague):
            data = request.POST.copy()
            data["criteria"] = design_rules.mend(draft.criteria, vague[int(number)])
            form.data = data
            form.cleaned_data["criteria"] = data["criteria"]
    context = _context(request, desk, form)
    if request.headers.get("HX-Request"):
        part = "_designer_units" if action == "find" else "_designer_live"
        return render(request, f"institution/{part}.html", context)
    return render(request, "institution/badge_designer.html", context)


def _refused(request: HttpRequest, desk: Desk, form: DesignForm) -> HttpResponse:
    return render(request, "institution/badge_designer.html", _context(request, desk, form), status=422)


def _context(request: HttpRequest, desk: Desk, form: DesignForm) -> dict[str, Any]:
    draft = form.draft() if form.is_bound else _unbound(desk, form)
    found = design_rules.checks(desk.kind, designs.values_of(draft))
    faulty = {item.field for item in found if not item.met} | set(form.errors)
    badge_type = desk.kind.types.get(draft.badge_type)
    words = request.POST.get("ncs_q", "") if request.method == "POST" else ""
    chosen = form.chosen_units
    codes = {item.code for item in chosen}
    done = {
        "kind": bool(draft.badge_type and draft.area and draft.name),
        "learned": bool(draft.criteria and draft.description),
        "evidence": bool(draft.evidence),
        "skills": bool(draft.rule.alignments),
        "picture": True,
        "life": True,
        "publish": False,
    }
    return {
        "form": form,
        "desk": desk,
        "design": desk.design,
        "version": desk.version,
        "framework": desk.kind,
        "frameworks": frameworks.offered(desk.organisation),
        "address": desk.address,
        "types": [
            (item, badge_art.art_url(item.code, draft.area, "plain")) for item in desk.kind.types.values()
        ],
        "steps": [
            {
                "key": key,
                "name": name,
                "number": number,
                "wrong": bool(faulty & set(fields)),
                "done": done[key] and not faulty & set(fields),
            }
            for number, (key, name, fields) in enumerate(STEPS, 1)
        ],
        "type": badge_type,
        "checks": found,
        "met": sum(item.met for item in found),
        "vague": design_rules.vague_phrases(draft.criteria, min_gain=draft.rule.min_gain),
        "criteria_length": len(draft.criteria),
        "label": label_of(desk.kind, draft.badge_type, draft.area, draft.sub_area),
        "name": draft.name or (desk.version.title if desk.version else ""),
        "shown_hours": draft.hours or (desk.version.total_hours if desk.version else None),
        "organisation": desk.organisation,
        "art": art_of(desk.design if draft.picture else None, draft.badge_type, draft.area),
        "small": art_of(desk.design if draft.picture else None, draft.badge_type, draft.area, "plain"),
        "hints": _hints(desk.design),
        "chosen": chosen,
        "found": [unit for unit in find_units(words, most=MOST_FOUND) if unit.code not in codes],
        "ncs_q": words,
        "standard": newest_list(),
        "reviews": badge_type.review if badge_type else False,
        "reviewers": designs.reviewers_of(desk.design, now=now_of(request)) if desk.design else None,
        "section": "badges",
    }


def _hints(design: BadgeDesign | None) -> list[Any]:
    """What is to be said of the design's own picture, as long as it is kept."""
    if design is None or design.picture is None or not design.picture.location:
        return []
    with files.open_file(design.picture) as content:
        return list(pictures.hints(content.read()))


def _unbound(desk: Desk, form: DesignForm) -> Any:
    """The draft that the page begins with."""
    if desk.design is not None:
        return designs.draft_of(desk.design)
    given = {key: value for key, value in form.initial.items() if value is not None}
    if desk.former is not None:
        return replace(designs.draft_of_badge(desk.former), framework=desk.kind.code)
    bound = DesignForm(
        given, version=desk.version, framework=desk.kind, others=[], organisation=desk.organisation
    )
    bound.is_valid()
    return bound.draft()


def _version(request: HttpRequest, organisation: Organisation) -> CourseVersion | None:
    """The course version that was chosen; one of somebody else's is not found."""
    chosen = request.GET.get("version") or request.POST.get("version")
    if not chosen:
        return None
    try:
        version_id = UUID(chosen)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(
        CourseVersion.objects.select_related("course__organisation"),
        pk=version_id,
        course__organisation=organisation,
    )


def _former(request: HttpRequest, organisation: Organisation) -> Achievement | None:
    """The badge whose next version is designed."""
    chosen = request.GET.get("after", "")
    try:
        return get_object_or_404(Achievement, pk=UUID(chosen), organisation=organisation) if chosen else None
    except ValueError:
        raise Http404 from None


def _framework(request: HttpRequest, organisation: Organisation) -> Framework:
    known = frameworks.offered(organisation)
    wanted = request.POST.get("framework") or request.GET.get("framework") or "seoul"
    return next((item for item in known if item.code == wanted), known[0])


urlpatterns = [
    path("badges/new/", badge_new, name="work-badge-new"),
    path("badges/designs/<uuid:design_id>/", badge_design, name="work-badge-design"),
]
