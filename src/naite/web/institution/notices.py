"""The mailbox of an institution: the results it was told, and whether it wants them electronically."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from naite.roots.errors import NotAllowed
from naite.trunk.people.models import Organisation, Person
from naite.trunk.people.policies import COURSE_STAFF
from naite.trunk.people.queries import organisations_where
from naite.trunk.recognition.letters import policies, queries, sending
from naite.trunk.recognition.models import MailboxConsent, ResultNotice
from naite.web.middleware import now_of
from naite.web.notice_papers import letter_response

SECTION, PAGE = "notices", 30


def _someone(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def _institutions(request: HttpRequest) -> list[Organisation]:
    found = list(organisations_where(_someone(request), *COURSE_STAFF, now=now_of(request)))
    if not found:
        raise NotAllowed(_("기관 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요."))
    return found


@login_required
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the letters, latest first, and how the institution wants to be told."""
    here = _institutions(request)
    consents = {
        row.organisation_id: row
        for row in MailboxConsent.objects.filter(organisation__in=here, ended_at=None).select_related(
            "given_by"
        )
    }
    page = Paginator(queries.mailbox([each.pk for each in here]), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": SECTION,
        "page": page,
        "rows": page.object_list,
        "institutions": [
            {
                "it": each,
                "consent": consents.get(each.pk),
                "may": policies.can_take_mail(_someone(request), each, now=now_of(request)),
            }
            for each in here
        ],
    }
    return render(request, "institution/notices.html", context)


@login_required
@require_POST
def consent(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Say whether notices come into the mailbox here."""
    institution = get_object_or_404(Organisation, pk=organisation_id)
    wanted = request.POST.get("wanted") == "1"
    sending.consent(institution=institution, wanted=wanted, actor=_someone(request), now=now_of(request))
    messages.success(
        request,
        _("이제부터 통보가 이 전자우편함으로 옵니다. 들어온 때가 통보일입니다.")
        if wanted
        else _("이제부터 통보를 우편이나 방문으로 받습니다."),
    )
    return redirect("work-notices")


def _notice(request: HttpRequest, notice_id: UUID) -> ResultNotice:
    notice = get_object_or_404(
        ResultNotice.objects.select_related(
            "organisation",
            "local__office__parent",
            "local__batch__round__institute",
            "application__version",
            "application__round",
            "application__recognition",
        ),
        pk=notice_id,
    )
    if not policies.can_read(_someone(request), notice, now=now_of(request)):
        raise NotAllowed(_("이 통보서를 볼 수 있는 사람이 아닙니다."))
    return notice


@login_required
@require_safe
def one(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """One letter; the first look is remembered."""
    notice = _notice(request, notice_id)
    if notice.organisation_id in {
        each.pk for each in organisations_where(_someone(request), *COURSE_STAFF, now=now_of(request))
    }:
        sending.opened(notice=notice, actor=_someone(request), now=now_of(request))
    context = {"section": SECTION, "notice": notice, "paper": notice.paper}
    return render(request, "institution/notice.html", context)


@login_required
@require_safe
def letter(request: HttpRequest, notice_id: UUID, form: str) -> HttpResponse:
    """The letter as PDF or HWPX."""
    return letter_response(_notice(request, notice_id), form)


urlpatterns = [
    path("notices/", mailbox, name="work-notices"),
    path("notices/consent/<uuid:organisation_id>/", consent, name="work-notices-consent"),
    path("notices/<uuid:notice_id>/", one, name="work-notice"),
    path("notices/<uuid:notice_id>/letter.pdf", letter, {"form": "pdf"}, name="work-notice-pdf"),
    path("notices/<uuid:notice_id>/letter.hwpx", letter, {"form": "hwpx"}, name="work-notice-hwpx"),
]
