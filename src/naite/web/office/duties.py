"""Handing over one's cases (인계인수) and standing in for colleagues (대직)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people import duties
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition.applications import access, handover
from naite.web.desk import Desk
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.office.desk import desk_of


class HandOverForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("남길 말"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("건마다 이력에 남습니다. 기관은 보지 못합니다."),
    )

    def __init__(self, *args: Any, people: list[Person], giver: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everyone = [(str(each.pk), each.name) for each in people]
        self.fields["giver"] = forms.ChoiceField(
            label=gettext_lazy("누구의 건을"), choices=everyone, initial=str(giver.pk)
        )
        self.fields["taker"] = forms.ChoiceField(
            label=gettext_lazy("누구에게"), choices=[("", gettext_lazy("고르세요")), *everyone]
        )
        self.order_fields(["giver", "taker", "note"])


class StandInForm(forms.Form):
    first_day = forms.DateField(label=gettext_lazy("첫날"), widget=DATE_INPUT)
    last_day = forms.DateField(label=gettext_lazy("마지막 날"), widget=DATE_INPUT)
    note = forms.CharField(label=gettext_lazy("남길 말"), required=False, max_length=300)

    def __init__(self, *args: Any, people: list[Person], everyone: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["absent"] = forms.ChoiceField(
            label=gettext_lazy("자리를 비우는 사람"), choices=[(str(each.pk), each.name) for each in people]
        )
        self.fields["substitute"] = forms.ChoiceField(
            label=gettext_lazy("대신할 사람"),
            choices=[("", gettext_lazy("고르세요")), *((str(each.pk), each.name) for each in everyone)],
        )
        self.order_fields(["absent", "substitute", "first_day", "last_day", "note"])


def _office(request: HttpRequest) -> tuple[Desk, Organisation, Role]:
    at = desk_of(request)
    if at.organisation is None or not access.acts_for(at.person, at.organisation, now=at.now):
        raise NotAllowed(
            _("평가인정을 처리하는 기관 담당자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요.")
        )
    return at, at.organisation, access.OFFICER_OF[at.organisation.kind]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """Hand open cases over, and say who stands in for whom."""
    at, office, role = _office(request)
    staff = list(staff_of(office, now=at.now))
    officers = list({held.person_id: held.person for held in staff if held.role == role}.values())
    everyone = list({held.person_id: held.person for held in staff}.values())
    act = request.POST.get("act", "")
    data = request.POST if request.method == "POST" else None
    giving = HandOverForm(
        data if act == "give" else None, people=officers, giver=at.person, auto_id="give_%s"
    )
    standing = StandInForm(
        data if act == "stand" else None,
        people=officers,
        everyone=everyone,
        initial={"absent": str(at.person.pk), "first_day": at.today, "last_day": at.today},
        auto_id="stand_%s",
    )
    people = {str(each.pk): each for each in everyone}
    try:
        if act == "give" and giving.is_valid():
            given = giving.cleaned_data
            moved = handover.hand_over(
                office=office,
                giver=people[given["giver"]],
                taker=people[given["taker"]],
                note=given["note"],
                actor=at.person,
                now=at.now,
            )
            messages.success(request, _("%(n)s건을 인계했습니다.") % {"n": moved})
            return redirect("office-desk")
        if act == "stand" and standing.is_valid():
            given = standing.cleaned_data
            duties.stand_in(
                absent=people[given["absent"]],
                substitute=people[given["substitute"]],
                organisation=office,
                role=role,
                first_day=given["first_day"],
                last_day=given["last_day"],
                note=given["note"],
                actor=at.person,
                now=at.now,
            )
            messages.success(request, _("대직을 정했습니다."))
            return redirect("office-duties")
    except Refused as refusal:
        show_refusal(giving if act == "give" else standing, refusal)
    return render(
        request,
        "office/duties.html",
        {
            "giving": giving,
            "standing": standing,
            "stand_ins": list(duties.of_office(office, now=at.now)),
            "loads": [(each, handover.open_cases_of(office, each)) for each in officers],
            "today": at.today,
            "section": "desk",
        },
        status=422 if giving.errors or standing.errors else 200,
    )


@login_required
@require_POST
def end_stand_in(request: HttpRequest, stand_in_id: UUID) -> HttpResponse:
    """End standing in at once."""
    at = _office(request)[0]
    duties.end_stand_in(stand_in_id=stand_in_id, actor=at.person, now=at.now)
    messages.success(request, _("대직을 끝냈습니다."))
    return redirect("office-duties")


urlpatterns = [
    path("duties/", hand_over, name="office-duties"),
    path("duties/<uuid:stand_in_id>/end/", end_stand_in, name="office-duty-end"),
]
