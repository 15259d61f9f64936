"""Certifying an institution as a whole (기관 인증), from its page in the registry."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.registry import certifications
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of
from naite.web.office.case_list import is_uuid
from naite.web.office.registry import SECTION, find, me


class CertifyForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("인증번호"), max_length=40)
    valid_from = forms.DateField(label=gettext_lazy("이날부터"), widget=DATE_INPUT)
    last_day = forms.DateField(label=gettext_lazy("이날까지"), widget=DATE_INPUT)
    ground = forms.CharField(label=gettext_lazy("근거"), max_length=300)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """List an institution's certifications; the ministry and the national institute write."""
    organisation = find(request, organisation_id)
    person, now = me(request), now_of(request)
    form, problem = CertifyForm(), ""
    try:
        if request.POST.get("act") == "cancel":
            key = request.POST.get("row", "")
            row = get_object_or_404(organisation.certifications, pk=key if is_uuid(key) else None)
            certifications.cancel(
                certification=row, reason=request.POST.get("reason", ""), actor=person, now=now
            )
            messages.success(request, _("인증을 취소했습니다."))
            return redirect("office-registry-certifications", organisation.pk)
        if request.method == "POST":
            form = CertifyForm(request.POST)
            if form.is_valid():
                certifications.certify(organisation=organisation, actor=person, now=now, **form.cleaned_data)
                messages.success(request, _("인증을 기록했습니다."))
                return redirect("office-registry-certifications", organisation.pk)
    except NotAllowed:
        raise
    except Refused as refusal:
        if request.POST.get("act") == "cancel":
            problem = str(refusal)
        else:
            show_refusal(form, refusal)
    today = day_of(now)
    rows = organisation.certifications.select_related("granted_by")
    return render(
        request,
        "office/registry_certifications.html",
        {
            "section": SECTION,
            "organisation": organisation,
            "rows": [{"it": row, "holds": row.is_valid_on(today)} for row in rows],
            "form": form,
            "may": certifications.certifying_office(person, now=now) is not None,
            "problem": problem,
        },
        status=400 if problem or form.errors else 200,
    )


urlpatterns = [
    path(
        "registry/<uuid:organisation_id>/certifications/",
        table,
        name="office-registry-certifications",
    ),
]
