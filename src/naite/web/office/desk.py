"""나의 업무 of an office: what waits for me, what is due, what is late; standing in and handing over."""

from collections import Counter
from datetime import timedelta
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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people import duties
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition.applications import access, handover
from naite.web import roles
from naite.web.case_page import due_of
from naite.web.desk import Desk, Work, work_of
from naite.web.excel import excel
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of

SHOWN = 100


def _desk(request: HttpRequest) -> Desk:
    seat = roles.current_seat(request)
    if seat is None:
        raise NotAllowed(_("기관 담당자와 운영자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요."))
    assert isinstance(request.user, Person)
    return Desk(request.user, seat.organisation, seat.role, now_of(request))


def _bucket(work: Work, desk: Desk) -> str:
    """Say to which of the four counts a piece of work belongs."""
    if work.turn == "others":
        return "others"
    if work.due_on is None:
        return "later"
    if work.due_on < desk.today:
        return "late"
    if work.due_on == desk.today:
        return "today"
    return "week" if work.due_on <= desk.today + timedelta(days=6) else "later"


GROUPS = (
    ("late", gettext_lazy("지난 일")),
    ("today", gettext_lazy("오늘까지")),
    ("week", gettext_lazy("이번 주")),
    ("later", gettext_lazy("그 뒤")),
    ("others", gettext_lazy("상대 차례")),
)


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk of the chosen seat; filters live in the address; as Excel on demand."""
    at = _desk(request)
    everything = work_of(at)
    asked_due, asked_kind = request.GET.get("due", ""), request.GET.get("kind", "")
    buckets = {id(work): _bucket(work, at) for work in everything}
    counts = Counter(buckets.values())
    mine = [work for work in everything if work.turn == "mine"]
    shown = [
        work
        for work in everything
        if (buckets[id(work)] == asked_due if asked_due else work.turn == "mine")
        and (not asked_kind or work.kind == asked_kind)
    ]
    if request.GET.get("format") == "xlsx":
        return _sheet(shown)
    groups = [
        {
            "key": key,
            "label": label,
            "rows": [
                {"work": work, "due": due_of(work.due_on, at.today)}
                for work in shown[:SHOWN]
                if buckets[id(work)] == key
            ],
        }
        for key, label in GROUPS
    ]
    kinds: dict[str, Any] = {}
    for work in mine:
        kinds.setdefault(work.kind, [work.label, 0])[1] += 1
    oldest = min((work.due_on for work in mine if work.due_on), default=None)
    context = {
        "today": at.today,
        "groups": [group for group in groups if group["rows"]],
        "shown": min(len(shown), SHOWN),
        "total": len(shown),
        "all_mine": len(mine),
        "counts": counts,
        "late_days": (at.today - oldest).days if oldest and oldest < at.today else 0,
        "week_end": at.today + timedelta(days=6),
        "kinds": [(key, label, n) for key, (label, n) in kinds.items()],
        "asked_due": asked_due,
        "asked_kind": asked_kind,
        "nobody": [work for work in mine if work.needs_handler][:5],
        "others": Counter(
            (str(work.label), work.whose) for work in everything if work.turn == "others"
        ).items(),
        "stand_ins": list(duties.stands_in_for(at.person, now=at.now)),
        "may_hand_over": at.organisation is not None
        and access.acts_for(at.person, at.organisation, now=at.now),
        "section": "desk",
    }
    return render(request, "office/desk.html", context)


def _sheet(works: list[Work]) -> HttpResponse:
    return excel(
        name=_("나의 업무"),
        title=_("나의 업무"),
        heads=[_("기한"), _("할 일"), _("건"), _("설명"), _("상태"), _("받은 날"), _("담당")],
        rows=(
            [w.due_on, str(w.label), w.title, w.sub, str(w.state), w.arrived_on, w.handler or w.whose]
            for w in works
        ),
    )


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
    at = _desk(request)
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
    giving = HandOverForm(data if act == "give" else None, people=officers, giver=at.person)
    standing = StandInForm(
        data if act == "stand" else None,
        people=officers,
        everyone=everyone,
        initial={"absent": str(at.person.pk), "first_day": at.today, "last_day": at.today},
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
    path("desk/", desk, name="office-desk"),
    path("duties/", hand_over, name="office-duties"),
    path("duties/<uuid:stand_in_id>/end/", end_stand_in, name="office-duty-end"),
]
