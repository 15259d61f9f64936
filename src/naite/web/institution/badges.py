"""An institution designs its badges, sees who holds them and takes them back (rows B1, B2, B5)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import award
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges import policies, queries
from naite.trunk.badges.life_rules import can_renew
from naite.trunk.badges.models import Achievement, Award
from naite.trunk.people.models import Organisation, Person
from naite.web import badge_art
from naite.web.institution.badge_designs import drafts_of
from naite.web.institution.badge_forms import TakeBackForm
from naite.web.middleware import now_of
from naite.web.roles import current_organisation

PAGE = 30
Act = Callable[..., Award]
_ACTS: dict[str, tuple[Act, str | Promise, str | Promise]] = {
    "revoke": (
        award.revoke,
        gettext_lazy("배지 취소"),
        gettext_lazy("취소하면 되돌릴 수 없습니다. 확인하는 사람 모두에게 취소된 배지로 보입니다."),
    ),
    "suspend": (
        award.suspend,
        gettext_lazy("배지 정지"),
        gettext_lazy("정지를 풀 때까지 쓸 수 없는 배지로 보입니다."),
    ),
    "unsuspend": (
        award.unsuspend,
        gettext_lazy("정지 풀기"),
        gettext_lazy("다시 쓸 수 있는 배지로 보입니다."),
    ),
}


@login_required
@require_safe
def badge_list(request: HttpRequest) -> HttpResponse:
    """The institution's badges with how many hold each."""
    person, organisation = _staff(request)
    page = Paginator(queries.achievements_of(organisation), PAGE).get_page(request.GET.get("page"))
    rows = [{"achievement": item, **_words(item)} for item in page]
    context = {
        "page": page,
        "rows": rows,
        "drafts": drafts_of(organisation),
        "organisation": organisation,
        "keeps_keys": policies.can_keep_keys(person, organisation, now=now_of(request)),
        "section": "badges",
    }
    return render(request, "institution/badges.html", context)


@login_required
@require_safe
def badge_one(request: HttpRequest, achievement_id: UUID) -> HttpResponse:
    """One badge and its holders. Looking at them is recorded, because it shows who learned what."""
    person, organisation = _staff(request)
    achievement = _achievement(organisation, achievement_id)
    page = Paginator(queries.awards_of(achievement), PAGE).get_page(request.GET.get("page"))
    now = now_of(request)
    rows = [
        {
            "award": given,
            "state": queries.state_of(given, now=now),
            "renewable": given.succeeded_at is None
            and given.revoked_at is None
            and given.suspended_at is None
            and can_renew(given.valid_until, now=now),
        }
        for given in page
    ]
    if rows:
        audit.record("badges.view_holders", actor=person, now=now, subject=achievement, shown=len(rows))
    context = {
        "achievement": achievement,
        "rows": rows,
        "page": page,
        **_words(achievement),
        "section": "badges",
    }
    return render(request, "institution/badge.html", context)


@login_required
@require_POST
def badge_earlier(request: HttpRequest, achievement_id: UUID) -> HttpResponse:
    """Give a badge to those who completed its course before it was published."""
    person, organisation = _staff(request)
    achievement = _achievement(organisation, achievement_id)
    award.give_to_earlier(achievement=achievement, actor=person, now=now_of(request))
    messages.success(
        request, _("먼저 수료한 사람을 찾아 배지를 주고 있습니다. 조금 뒤에 목록을 다시 열어 보세요.")
    )
    return redirect("work-badge", achievement.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def award_act(
    request: HttpRequest, achievement_id: UUID, account_id: UUID, award_id: UUID, act: str
) -> HttpResponse:
    """Revoke, suspend or release one person's badge, with a reason."""
    person, organisation = _staff(request)
    achievement = _achievement(organisation, achievement_id)
    given = (
        Award.objects.filter(account_id=account_id, id=award_id, achievement=achievement)
        .select_related("account__person")
        .defer("credential")
        .first()
    )
    if given is None or act not in _ACTS:
        raise Http404
    do, title, warning = _ACTS[act]
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            do(
                account_id=account_id,
                award_id=award_id,
                reason=form.cleaned_data["reason"],
                actor=person,
                now=now_of(request),
            )
        except Refused as refusal:
            form.add_error("reason" if "reason" in refusal.fields else None, str(refusal))
        else:
            messages.success(request, _("처리했습니다. 확인하는 사람에게 곧바로 그렇게 보입니다."))
            return redirect("work-badge", achievement.pk)
    context = {
        "achievement": achievement,
        "award": given,
        "form": form,
        "act": act,
        "title": title,
        "warning": warning,
        "section": "badges",
    }
    return render(request, "institution/badge_act.html", context, status=422 if form.errors else 200)


def _staff(request: HttpRequest) -> tuple[Person, Organisation]:
    assert isinstance(request.user, Person)
    organisation = current_organisation(request)
    if organisation is None or not policies.can_design(request.user, organisation, now=now_of(request)):
        raise NotAllowed(_("기관 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요."))
    return request.user, organisation


def _achievement(organisation: Organisation, achievement_id: UUID) -> Achievement:
    return get_object_or_404(
        Achievement.objects.select_related("course_version__course", "organisation"),
        pk=achievement_id,
        organisation=organisation,
    )


def _words(item: Achievement) -> dict[str, Any]:
    kind = frameworks.framework(item.framework, item.framework_version)
    area = kind.areas[item.area].name if kind else item.area
    badge_type = kind.types[item.badge_type].name if kind else item.badge_type
    return {
        "label": f"{area} · {badge_type}",
        "art": badge_art.face_of(item).url("plain" if not item.retired_at else "grey-plain"),
        "outdated": _outdated(item),
        "big_art": badge_art.face_of(item).url(),
    }


def _outdated(item: Achievement) -> bool:
    """Whether the course moved on to another version, whose completions do not earn this badge."""
    version = item.course_version
    return bool(version and not item.retired_at and version.course.current_id != version.pk)


urlpatterns = [
    path("badges/", badge_list, name="work-badges"),
    path("badges/<uuid:achievement_id>/", badge_one, name="work-badge"),
    path("badges/<uuid:achievement_id>/earlier/", badge_earlier, name="work-badge-earlier"),
    path(
        "badges/<uuid:achievement_id>/awards/<uuid:account_id>/<uuid:award_id>/<slug:act>/",
        award_act,
        name="work-award-act",
    ),
]
