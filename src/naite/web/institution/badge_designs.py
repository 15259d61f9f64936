"""Designs besides their form: how one looks while it is reviewed, what is done with it, its picture."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges import design_rules
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.framework import Framework
from naite.trunk.badges.models import Achievement, BadgeDesign
from naite.trunk.badges.services import designs
from naite.trunk.people.models import Organisation
from naite.web import badge_art, files
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of


@login_required
@require_POST
def design_act(request: HttpRequest, design_id: UUID, act: str) -> HttpResponse:
    """Take a design back, send it back, publish a reviewed one, or throw a draft away."""
    design = design_or_404(request, design_id)
    actor, now = person_of(request), now_of(request)
    try:
        if act == "approve":
            designs.approve(design=design, actor=actor, now=now)
            messages.success(request, _("배지를 공개했습니다. 이제 기준에 이른 사람에게 줍니다."))
        elif act == "send-back":
            designs.send_back(design=design, reason=request.POST.get("reason", ""), actor=actor, now=now)
            messages.success(request, _("까닭과 함께 돌려보냈습니다."))
        elif act == "take-back":
            designs.take_back(design=design, actor=actor, now=now)
            messages.success(request, _("초안으로 되돌렸습니다. 이어서 고칠 수 있습니다."))
        elif act == "drop":
            designs.drop(design=design, actor=actor, now=now)
            messages.success(request, _("초안을 버렸습니다."))
            return redirect("work-badges")
        else:
            raise Http404
    except NotAllowed:
        raise
    except Refused as refusal:
        return design_page(request, design_or_404(request, design_id), refusal=refusal)
    return redirect("work-badge-design", design.pk)


@login_required
@require_safe
def design_picture(request: HttpRequest, design_id: UUID) -> FileResponse:
    """The picture that was brought for a draft."""
    design = design_or_404(request, design_id)
    if design.picture is None:
        raise Http404
    return files.download(design.picture, inline=True)


@login_required
@require_POST
def badge_retire(request: HttpRequest, achievement_id: UUID) -> HttpResponse:
    """Give a badge no more."""
    achievement = get_object_or_404(Achievement, pk=achievement_id, organisation=institution_of(request))
    try:
        designs.retire(achievement=achievement, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("이제 이 배지를 주지 않습니다. 받은 사람의 배지는 그대로입니다."))
    return redirect("work-badge", achievement.pk)


def design_page(request: HttpRequest, design: BadgeDesign, refusal: Refused | None = None) -> HttpResponse:
    """A design that is not to be changed now, with what whoever looks may do."""
    draft = designs.draft_of(design)
    kind = next(
        (item for item in frameworks.offered(design.organisation) if item.code == design.framework), None
    )
    person, now = person_of(request), now_of(request)
    context = {
        "design": design,
        "draft": draft,
        "kind": kind,
        "evidence": [design_rules.EVIDENCE[item] for item in draft.evidence if item in design_rules.EVIDENCE],
        "label": label_of(kind, draft.badge_type, draft.area, draft.sub_area) if kind else "",
        "art": art_of(design, draft.badge_type, draft.area),
        "checks": design_rules.checks(kind, designs.values_of(draft)) if kind else [],
        "may_review": design.state == BadgeDesign.State.REVIEW
        and designs.can_review(person, design, now=now),
        "is_author": person.pk in (design.made_by_id, design.changed_by_id),
        "reviewers": designs.reviewers_of(design, now=now),
        "refusal": refusal,
        "section": "badges",
    }
    return render(request, "institution/badge_design.html", context, status=422 if refusal else 200)


def label_of(kind: Framework, badge_type: str, area: str, sub_area: str) -> str:
    if badge_type not in kind.types or area not in kind.areas:
        return ""
    return kind.label(badge_type, area, sub_area if sub_area in kind.areas[area].sub_areas else "")


def art_of(design: BadgeDesign | None, badge_type: str, area: str, style: str = "full") -> str:
    if design is not None and design.picture is not None:
        return reverse("work-badge-design-picture", args=[design.pk]) + f"?{design.revision}"
    return badge_art.art_url(badge_type, area, style)


def design_or_404(request: HttpRequest, design_id: UUID) -> BadgeDesign:
    """A design of the seat's institution, or one that the person may review."""
    design = get_object_or_404(
        BadgeDesign.objects.select_related(
            "organisation",
            "course_version__course__organisation",
            "picture",
            "made_by",
            "changed_by",
            "decided_by",
            "replaces",
        ),
        pk=design_id,
    )
    if design.organisation_id == institution_of(request).pk:
        return design
    if designs.can_review(person_of(request), design, now=now_of(request)):
        return design
    raise Http404


def drafts_of(organisation: Organisation) -> list[BadgeDesign]:
    """Return what is being designed, what waits for a review first."""
    return list(
        BadgeDesign.objects.filter(
            organisation=organisation, state__in=[BadgeDesign.State.DRAFT, BadgeDesign.State.REVIEW]
        )
        .select_related("changed_by", "course_version")
        .order_by("-state", "-changed_at")[:50]
    )


urlpatterns = [
    path("badges/designs/<uuid:design_id>/picture/", design_picture, name="work-badge-design-picture"),
    path("badges/designs/<uuid:design_id>/<slug:act>/", design_act, name="work-badge-design-act"),
    path("badges/<uuid:achievement_id>/retire/", badge_retire, name="work-badge-retire"),
]
