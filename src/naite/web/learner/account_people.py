"""Who may act for me, for whom I act, and accounts for my children (rows A16, X6)."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from naite.branches.privacy.queries import current_texts
from naite.flows.family import open_for_child
from naite.roots.errors import Refused
from naite.roots.limits import allowed
from naite.trunk.people import representation
from naite.trunk.people.models import Representation
from naite.trunk.people.representation import Scopes
from naite.trunk.records.models import Entry
from naite.web.fields import show_refusal
from naite.web.learner.home import person_of
from naite.web.middleware import now_of
from naite.web.public.card import BirthField, slow_down

NEW_CODE = "naite_representation_code"
SECTIONS = [(section.value, section.label) for section in Entry.Section if section.value >= 2]
_DAYS = {
    7: gettext_lazy("7일"),
    30: gettext_lazy("30일"),
    90: gettext_lazy("90일"),
    365: gettext_lazy("1년"),
}


class InviteForm(forms.Form):
    """Whom, what and until when."""

    relation = forms.CharField(
        label=gettext_lazy("누구에게 맡기나요"),
        max_length=40,
        help_text=gettext_lazy("예: 손녀, 큰아들, 도서관 선생님"),
    )
    sections = forms.TypedMultipleChoiceField(
        label=gettext_lazy("보아도 되는 기록"),
        choices=SECTIONS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    certificates = forms.BooleanField(label=gettext_lazy("증명서를 대신 발급받기"), required=False)
    courses = forms.BooleanField(label=gettext_lazy("강좌를 대신 신청하고 취소하기"), required=False)
    badges = forms.BooleanField(label=gettext_lazy("배지 보기"), required=False)
    days = forms.TypedChoiceField(
        label=gettext_lazy("언제까지"),
        choices=[(str(days), _DAYS[days]) for days in representation.DAYS],
        coerce=int,
        initial="30",
        widget=forms.RadioSelect,
    )


class ChildForm(forms.Form):
    """A child under 14, and what the guardian agrees to for them."""

    name = forms.CharField(label=gettext_lazy("아이 이름"), max_length=60)
    birth_date = BirthField(label=gettext_lazy("아이 생년월일 8자리"), help_text=gettext_lazy("예: 20150305"))
    relation = forms.CharField(
        label=gettext_lazy("아이와의 사이"),
        max_length=40,
        help_text=gettext_lazy("예: 어머니, 아버지, 후견인"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = current_texts(now=timezone.now())
        for text in self.texts:
            self.fields[f"consent_{text.purpose}"] = forms.BooleanField(
                label=text.title, required=False, help_text=_("법정대리인으로서 동의합니다.")
            )

    def agreed(self) -> list[Any]:
        return [text for text in self.texts if self.cleaned_data.get(f"consent_{text.purpose}")]


class CodeForm(forms.Form):
    """The code that the person gave."""

    code = forms.CharField(
        label=gettext_lazy("받은 번호"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "krds-input big"}),
        help_text=gettext_lazy("예: K7QM-4RTX-9PHW"),
    )


def _row(row: Representation, request: HttpRequest) -> dict[str, Any]:
    now = now_of(request)
    return {
        "row": row,
        "on": row.is_on(now),
        "open": row.is_open(now),
        "words": representation.words_of(row, SECTIONS),
    }


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Show who may act for me and for whom I act; a POST makes a code for somebody new."""
    person, now = person_of(request), now_of(request)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            _made, code = representation.invite(
                principal=person,
                scopes=Scopes(
                    sections=frozenset(given["sections"]),
                    certificates=given["certificates"],
                    courses=given["courses"],
                    badges=given["badges"],
                ),
                relation=given["relation"],
                days=given["days"],
                actor=person,
                now=now,
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            request.session[NEW_CODE] = code
            return redirect("my-account-people")
    code = request.session.pop(NEW_CODE, "")
    mine = [_row(row, request) for row in representation.of_principal(person)]
    return render(
        request,
        "learner/account_people.html",
        {
            "section": "account",
            "form": form,
            "code": representation.show_code(code) if code else "",
            "link": f"{settings.BASE_URL}{reverse('represent-code', args=[code])}" if code else "",
            "mine": [item for item in mine if item["on"] or item["open"]],
            "past": [item for item in mine if not (item["on"] or item["open"])][:20],
            "held": [_row(row, request) for row in representation.held_by(person, now=now)],
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def end(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """End a representation at once, from either side."""
    row = get_object_or_404(Representation, pk=row_id)
    representation.end(row=row, actor=person_of(request), now=now_of(request))
    messages.success(request, _("거두었습니다. 지금부터 볼 수 없습니다."))
    return redirect("my-account-people")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def child(request: HttpRequest) -> HttpResponse:
    """Open an account for one's child under 14."""
    person = person_of(request)
    form = ChildForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = open_for_child(
                guardian=person,
                name=form.cleaned_data["name"],
                birth_date=form.cleaned_data["birth_date"],
                relation=form.cleaned_data["relation"],
                agreed=form.agreed(),
                now=now_of(request),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("아이의 학습계좌를 만들었습니다."))
            return redirect("acting", row.pk)
    return render(
        request,
        "learner/account_child.html",
        {"section": "account", "form": form, "person": person},
        status=422 if form.errors else 200,
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def represent(request: HttpRequest, code: str = "") -> HttpResponse:
    """Take a code, show what it lets one do for whom, and accept by POST."""
    person, now = person_of(request), now_of(request)
    if not allowed("represent", str(person.pk), most=20, seconds=600, now=now):
        return render(request, "learner/represent.html", {"problem": slow_down()}, status=429)
    form = CodeForm(request.POST if "code" in request.POST else None, initial={"code": code})
    problem, status = "", 200
    if code and request.method == "POST":
        try:
            row = representation.accept(code=code, actor=person, now=now)
        except Refused as refusal:
            problem, status = str(refusal), refusal.status
        else:
            messages.success(request, _("대리인이 되었습니다. 본 것과 한 일은 모두 본인이 볼 수 있습니다."))
            return redirect("acting", row.pk)
    elif request.method == "POST" and form.is_valid():
        return redirect("represent-code", form.cleaned_data["code"].replace("/", "").strip() or "-")
    found = representation.by_code(code) if code else None
    if code and found is None and not problem:
        problem, status = _("맞는 번호가 없습니다. 받은 번호를 다시 확인해 주세요."), 404
    return render(
        request,
        "learner/represent.html",
        {
            "section": "account",
            "form": form,
            "item": _row(found, request) if found else None,
            "problem": problem,
        },
        status=status,
    )


urlpatterns = [
    path("account/people/", people, name="my-account-people"),
    path("account/people/child/", child, name="my-account-child"),
    path("account/people/<uuid:row_id>/end/", end, name="my-account-person-end"),
    path("represent/", represent, name="represent"),
    path("represent/<str:code>/", represent, name="represent-code"),
]
