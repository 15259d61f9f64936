"""Who sits on the committee."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from naite.roots.errors import Refused
from naite.trunk.people.models import Organisation
from naite.trunk.recognition.committee import meetings, members, queries
from naite.trunk.recognition.models import CommitteeMember
from naite.web.fields import show_refusal
from naite.web.middleware import now_of
from naite.web.office.committee import SECTION, institute_of, someone
from naite.web.office.committee_forms import MemberForm


def _members_page(request: HttpRequest, institute: Organisation, form: MemberForm) -> HttpResponse:
    today = timezone.localdate(now_of(request))
    rows = [
        {"member": member, "sits": member.sits_on(today), "coming": member.term_from > today}
        for member in queries.members(institute)
    ]
    context = {"section": SECTION, "rows": rows, "form": form, "institute": institute}
    return render(request, "office/committee_members.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_list(request: HttpRequest) -> HttpResponse:
    """Who sits on the committee; a POST appoints somebody for a term."""
    institute, _prepares = institute_of(request)
    person, now = someone(request), now_of(request)
    meetings.allow_secretary(person, institute, now)
    form = MemberForm(request.POST or None, institute=institute, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            members.appoint(institute=institute, actor=person, now=now, **form.term())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("위촉했습니다."))
            return redirect("office-committee-members")
    return _members_page(request, institute, form)


@login_required
@require_POST
def end_member(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """End a member's term today."""
    member = get_object_or_404(CommitteeMember.objects.select_related("institute"), pk=member_id)
    members.end_term(member=member, actor=someone(request), now=now_of(request))
    messages.success(request, _("임기를 끝냈습니다."))
    return redirect("office-committee-members")


urlpatterns = [
    path("committee/members/", member_list, name="office-committee-members"),
    path("committee/members/<uuid:member_id>/end/", end_member, name="office-committee-member-end"),
]
