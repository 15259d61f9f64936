"""An institution objects to a refusal or a provisional recognition, and reads the answer."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from naite.branches.oversight.models import ResultObjection
from naite.branches.oversight.services import result_objections as objections
from naite.branches.oversight.services.common import require_speaker
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.recognition.models import ResultNotice
from naite.web.fields import show_refusal
from naite.web.institution.access import person_of
from naite.web.middleware import now_of

SECTION = "notices"


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("무엇이 왜 잘못되었나요"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("결과를 정하는 데 참여하지 않은 담당자가 읽고 답합니다."),
    )


def _notice(request: HttpRequest, notice_id: UUID) -> ResultNotice:
    notice = get_object_or_404(
        ResultNotice.objects.select_related("organisation", "application__version", "application__round"),
        pk=notice_id,
    )
    require_speaker(person_of(request), notice.organisation, now=now_of(request))
    return notice


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Show the objection to a letter, or the form for one; a POST files it."""
    notice, now = _notice(request, notice_id), now_of(request)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            objections.file(notice=notice, text=form.cleaned_data["text"], actor=person_of(request), now=now)
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request, _("이의신청을 냈습니다. 결과를 정하는 데 참여하지 않은 담당자가 답합니다.")
            )
            return redirect("work-result-objection", notice.pk)
    last = objections.last_day_to_file(notice)
    mine = notice.objections.order_by("-filed_at")
    standing = mine.exclude(state=ResultObjection.State.WITHDRAWN).first()
    context = {
        "section": SECTION,
        "notice": notice,
        "title": str(notice.application.version),
        "objection": standing,
        "withdrawn": mine.filter(state=ResultObjection.State.WITHDRAWN),
        "until": last,
        "can_object": standing is None
        and last is not None
        and day_of(now) <= last
        and notice.application.state == objections.OBJECTABLE[ResultNotice.Kind(notice.kind)],
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "institution/result_objection.html", context, status=status)


@login_required
@require_POST
def withdraw(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Take the objection back."""
    notice = _notice(request, notice_id)
    standing = get_object_or_404(notice.objections, state=ResultObjection.State.FILED)
    try:
        objections.withdraw(objection=standing, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("이의신청을 거두었습니다."))
    return redirect("work-result-objection", notice.pk)


urlpatterns = [
    path("notices/<uuid:notice_id>/objection/", objection, name="work-result-objection"),
    path("notices/<uuid:notice_id>/objection/withdraw/", withdraw, name="work-result-objection-withdraw"),
]
