"""Putting notices and campaigns on the public board, and taking them off."""

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
from django.views.decorators.http import require_http_methods, require_POST

from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import PublicNotice
from naite.trunk.recognition.plans import announcing
from naite.web.fields import DATE_INPUT, FilesField, show_refusal
from naite.web.middleware import now_of
from naite.web.roles import current_organisation

SECTION = "notice-board"


class NoticeForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("구분"), choices=PublicNotice.Kind.choices)
    title = forms.CharField(label=gettext_lazy("제목"), max_length=150)
    body = forms.CharField(
        label=gettext_lazy("내용"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("마크다운으로 씁니다."),
    )
    from_on = forms.DateField(label=gettext_lazy("올리는 날"), widget=DATE_INPUT)
    until_on = forms.DateField(label=gettext_lazy("내리는 날"), required=False, widget=DATE_INPUT)
    uploads = FilesField(label=gettext_lazy("붙임"), help_text=gettext_lazy("문서와 사진, 10개까지."))


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest) -> HttpResponse:
    """List the office's notices and announce another."""
    person, now, office = _person(request), now_of(request), current_organisation(request)
    if office is None or not announcing.can_announce(person, office, now=now):
        raise NotAllowed(_("공고는 지자체, 교육청, 진흥원, 교육부의 담당자가 올립니다."))
    form = NoticeForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"from_on": day_of(now)},
    )
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        uploads = [(file.name, file) for file in data.pop("uploads")]
        try:
            announcing.announce(office=office, **data, uploads=uploads, actor=person, now=now)
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("공고를 올렸습니다."))
            return redirect("office-notice-board")
    rows = PublicNotice.objects.filter(office=office).select_related("plan")[:200]
    return render(
        request,
        "office/notice_board.html",
        {"section": SECTION, "rows": list(rows), "form": form, "office": office, "today": day_of(now)},
        status=400 if form.errors else 200,
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Take one off the board."""
    row = get_object_or_404(PublicNotice.objects.select_related("office"), pk=notice_id)
    announcing.withdraw(notice=row, actor=_person(request), now=now_of(request))
    messages.success(request, _("공고를 내렸습니다."))
    return redirect("office-notice-board")


urlpatterns = [
    path("notice-board/", board, name="office-notice-board"),
    path("notice-board/<uuid:notice_id>/withdraw/", withdraw, name="office-notice-board-withdraw"),
]
