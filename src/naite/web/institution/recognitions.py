"""The recognitions of an institution: how long they hold, certificate, renewal, change report."""

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

from naite.flows.recognition_certificate import certificate
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.people.policies import COURSE_STAFF
from naite.trunk.people.queries import organisations_where
from naite.trunk.recognition import changes, posting, renewals
from naite.trunk.recognition.models import ChangeReport, Recognition, Round
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of

SECTION = "recognitions"


class ChangeForm(forms.Form):
    """What changes about a recognised course."""

    kind = forms.ChoiceField(label=gettext_lazy("바뀌는 것"), choices=ChangeReport.Kind.choices)
    before = forms.CharField(label=gettext_lazy("지금"), max_length=300)
    after = forms.CharField(label=gettext_lazy("바뀐 뒤"), max_length=300)
    effective_on = forms.DateField(label=gettext_lazy("바뀌는 날"), widget=DATE_INPUT)
    reason = forms.CharField(
        label=gettext_lazy("까닭"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


def _someone(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def _mine(request: HttpRequest) -> Any:
    here = list(organisations_where(_someone(request), *COURSE_STAFF, now=now_of(request)))
    if not here:
        raise NotAllowed(_("기관 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요."))
    return Recognition.objects.filter(course__organisation__in=here).select_related(
        "course__current", "course__organisation", "granted_by"
    )


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the recognitions, soonest end first, with the rounds in which they could be renewed."""
    now = now_of(request)
    today = day_of(now)
    rows = [
        {
            "it": row,
            "standing": posting.standing(row, today),
            "days": (row.valid_until - today).days,
            "renewable": renewals.can_renew(row, today=today),
        }
        for row in _mine(request).order_by("valid_until", "id")
    ]
    rows.sort(key=lambda row: row["standing"] not in {"live", "coming"})
    open_round = Round.objects.filter(
        state=Round.State.PUBLISHED, opens_at__lte=now, closes_at__gt=now
    ).first()
    context = {"section": SECTION, "rows": rows, "round": open_round}
    return render(request, "institution/recognitions.html", context)


@login_required
@require_safe
def paper(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """The certificate of recognition, signed."""
    row = get_object_or_404(
        Recognition.objects.select_related("course__current", "course__organisation", "granted_by"),
        pk=recognition_id,
    )
    content = certificate(recognition=row, actor=_someone(request), now=now_of(request))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="recognition-{row.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def renew(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """Begin the application that renews a recognition, in the round chosen."""
    row = get_object_or_404(_mine(request), pk=recognition_id)
    of = get_object_or_404(Round, pk=request.POST.get("round"))
    try:
        case = renewals.begin(recognition=row, round=of, actor=_someone(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("work-recognitions")
    return redirect("work-application-edit", case.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """Report a change, and see what became of earlier reports."""
    row = get_object_or_404(_mine(request), pk=recognition_id)
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changes.report(
                recognition=row,
                change=changes.Change(**form.cleaned_data),
                actor=_someone(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("변경을 보고했습니다. 국가평생교육진흥원이 확인하고 알려 드립니다."))
            return redirect("work-recognition-change", row.pk)
    context = {"section": SECTION, "it": row, "form": form, "reports": list(row.change_reports.all())}
    return render(request, "institution/recognition_change.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("recognitions/", listing, name="work-recognitions"),
    path("recognitions/<uuid:recognition_id>/certificate.pdf", paper, name="work-recognition-certificate"),
    path("recognitions/<uuid:recognition_id>/renew/", renew, name="work-recognition-renew"),
    path("recognitions/<uuid:recognition_id>/change/", change, name="work-recognition-change"),
]
