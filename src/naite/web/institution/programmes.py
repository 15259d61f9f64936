"""Programmes: several lectures announced together."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from naite.roots.errors import Refused
from naite.trunk.delivery import services
from naite.trunk.delivery.models import Programme
from naite.web.institution.access import institution_of, person_of
from naite.web.institution.runs import explain
from naite.web.middleware import now_of


class ProgrammeForm(forms.Form):
    """Name and introduction of a programme."""

    title = forms.CharField(label=gettext_lazy("이름"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("소개"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def programmes(request: HttpRequest) -> HttpResponse:
    """List the institution's programmes; a POST makes one."""
    organisation = institution_of(request)
    form = ProgrammeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_programme(
                organisation=organisation, actor=person_of(request), now=now_of(request), **form.cleaned_data
            )
        except Refused as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("프로그램을 만들었습니다. 이제 강의를 더하세요."))
            return redirect("work-programmes")
    rows = (
        Programme.objects.filter(organisation=organisation)
        .annotate(
            lectures=Count("runs", filter=~Q(runs__state="cancelled")),
            undated=Count("runs", filter=Q(runs__starts_on=None) & ~Q(runs__state="cancelled")),
        )
        .order_by("-created_at")
    )
    context = {"rows": rows, "form": form, "section": "runs"}
    return render(request, "institution/programmes.html", context, status=422 if form.errors else 200)


urlpatterns = [path("programmes/", programmes, name="work-programmes")]
