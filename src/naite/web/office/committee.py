"""The committee's pages: meetings with their agenda, the paper of each case, members."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import committee as flow
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.committee import agenda, meetings, policies, queries, rules
from naite.trunk.recognition.models import Meeting
from naite.web.excel import excel
from naite.web.fields import show_refusal
from naite.web.files import download
from naite.web.middleware import now_of
from naite.web.notice_papers import paper_response
from naite.web.office.committee_forms import MeetingForm
from naite.web.roles import seats_of

SECTION, PAGE = "committee", 50


def someone(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def institute_of(request: HttpRequest) -> tuple[Organisation, bool]:
    """Return the institute whose committee a person prepares or sits on, and whether they prepare it."""
    person, now = someone(request), now_of(request)
    here = [
        seat.organisation
        for seat in seats_of(request)
        if seat.organisation and seat.organisation.kind == Organisation.Kind.NATIONAL_INSTITUTE
    ]
    for institute in here:
        if policies.can_prepare(person, institute, now=now):
            return institute, True
    for institute in here:
        if policies.membership(person, institute, now=now):
            return institute, False
    raise NotAllowed(
        _("심의위원회의 간사와 임기 중인 위원의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요.")
    )


def meeting_of(request: HttpRequest, meeting_id: UUID) -> Meeting:
    meeting = get_object_or_404(
        Meeting.objects.select_related("institute", "round", "minutes"), pk=meeting_id
    )
    if not policies.can_see(someone(request), meeting, now=now_of(request)):
        raise NotAllowed(_("이 회의의 자료를 볼 수 있는 사람이 아닙니다."))
    return meeting


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List the meetings and how many cases wait for one."""
    institute, prepares = institute_of(request)
    return render(
        request,
        "office/committee.html",
        {
            "section": SECTION,
            "prepares": prepares,
            "meetings": list(queries.meetings(institute)),
            "waiting": queries.candidates(institute).count(),
            "members": meetings.members_on(institute, timezone.localdate(now_of(request))),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest) -> HttpResponse:
    """Set up a meeting."""
    institute, prepares = institute_of(request)
    meetings.allow_secretary(someone(request), institute, now_of(request))
    form = MeetingForm(request.POST or None, institute=institute)
    if request.method == "POST" and form.is_valid():
        try:
            made = meetings.prepare(
                institute=institute, plan=form.plan(), actor=someone(request), now=now_of(request)
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("office-committee-meeting", made.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "section": SECTION, "prepares": prepares}
    return render(request, "office/committee_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Change when and where a meeting is held."""
    meeting = meeting_of(request, meeting_id)
    meetings.allow_secretary(someone(request), meeting.institute, now_of(request))
    form = MeetingForm(request.POST or None, institute=meeting.institute, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            meetings.change(
                meeting=meeting,
                plan=form.plan(),
                revision=form.cleaned_data["revision"],
                actor=someone(request),
                now=now_of(request),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("office-committee-meeting", meeting.pk)
    context = {"form": form, "meeting": meeting, "section": SECTION}
    return render(request, "office/committee_form.html", context, status=422 if form.errors else 200)


def meeting_page(
    request: HttpRequest, meeting: Meeting, *, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    prepares = policies.can_prepare(someone(request), meeting.institute, now=now_of(request))
    # A refused form shows the page that it came from.
    wanted = request.POST.get("page") or request.GET.get("page")
    page = Paginator(queries.items_of(meeting), PAGE).get_page(wanted)
    items, seats = queries.with_recusals(page.object_list), queries.seats(meeting)
    candidates = queries.candidates(meeting.institute)
    present = sum(seat.is_present for seat in seats)
    rule = rules.QUORUM_RULES[meeting.quorum]
    addable = prepares and meeting.state in {Meeting.State.PREPARING, Meeting.State.OPEN}
    context: dict[str, Any] = {
        "section": SECTION,
        "meeting": meeting,
        "prepares": prepares,
        "items": items,
        "page": page,
        "count": page.paginator.count,
        "left": meeting.items.filter(outcome="").count(),
        "seats": seats,
        "present": present,
        "needed": rule.needed(len(seats)) if seats else None,
        "has_quorum": bool(seats) and rule.holds(appointed=len(seats), present=present),
        "candidates": list(candidates[:PAGE]) if addable else [],
        "waiting": candidates.count() if addable else 0,
        "refusal": refusal,
        "remarks": request.POST.get("remarks", ""),
    }
    return render(request, "office/committee_meeting.html", context, status=status)


@login_required
@require_safe
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting: agenda, cases that could join it, presence, decisions."""
    return meeting_page(request, meeting_of(request, meeting_id))


@login_required
@require_POST
def act(request: HttpRequest, meeting_id: UUID, act: str) -> HttpResponse:
    """Do one thing to a meeting: add, follow, open, presence, close, cancel."""
    found = meeting_of(request, meeting_id)
    person, now = someone(request), now_of(request)
    try:
        if act == "add":
            asked = None if request.POST.get("all") else _ids(request, "case")
            added = agenda.add(meeting=found, application_ids=asked, actor=person, now=now)
            messages.success(
                request, _("안건 %(count)s건을 올렸습니다.") % {"count": added}
            ) if added else messages.warning(request, _("올릴 안건을 골라 주세요. 바뀐 것이 없습니다."))
        elif act == "follow":
            _follow(request, found)
        elif act == "open":
            meetings.open_meeting(meeting=found, actor=person, now=now)
            messages.success(request, _("회의를 열었습니다. 온 위원을 표시해 주세요."))
        elif act == "presence":
            meetings.set_presence(meeting=found, present=set(_ids(request, "seat")), actor=person, now=now)
            messages.success(request, _("출석을 적었습니다."))
        elif act == "close":
            flow.close(meeting=found, remarks=request.POST.get("remarks", ""), actor=person, now=now)
            messages.success(request, _("회의를 마쳤습니다. 정한 안건이 교육부로 갔습니다."))
        else:
            meetings.cancel(meeting=found, actor=person, now=now)
            messages.success(request, _("회의를 취소했습니다."))
    except Refused as refusal:
        if isinstance(refusal, NotAllowed):
            raise
        return meeting_page(request, meeting_of(request, meeting_id), refusal=refusal, status=refusal.status)
    return back_to(request, meeting_id)


def back_to(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Return to the page of the agenda that a form came from."""
    page = request.POST.get("page", "")
    path = reverse("office-committee-meeting", args=[meeting_id])
    return redirect(f"{path}?page={page}" if page.isdecimal() and page != "1" else path)


def _follow(request: HttpRequest, found: Meeting) -> None:
    results = agenda.follow_panel(
        meeting=found, item_ids=_ids(request, "item"), actor=someone(request), now=now_of(request)
    )
    done = sum(refusal is None for _item, refusal in results)
    text = ngettext(
        "%(count)s건을 평가단 판정대로 정했습니다.", "%(count)s건을 평가단 판정대로 정했습니다.", done
    )
    if done:
        messages.success(request, text % {"count": done})
    for item, refusal in results:
        if refusal is not None:
            messages.error(request, f"{item.application.number}: {refusal.message}")
    if not results:
        messages.warning(request, _("고른 안건이 없거나 이미 모두 정했습니다. 바뀐 것이 없습니다."))


def _ids(request: HttpRequest, name: str) -> list[UUID]:
    found = []
    for value in request.POST.getlist(name):
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


@login_required
@require_safe
def minutes(request: HttpRequest, meeting_id: UUID) -> FileResponse:
    """The minutes of a closed meeting as PDF."""
    found = meeting_of(request, meeting_id)
    if found.minutes is None:
        raise Refused(_("회의를 마친 뒤에 회의록이 나옵니다."), code="no_minutes")
    return download(found.minutes, inline=True)


@login_required
@require_safe
def minutes_hwpx(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The minutes of a closed meeting as HWPX, to be filed; the sealed original is the PDF."""
    found = meeting_of(request, meeting_id)
    if found.minutes is None:
        raise Refused(_("회의를 마친 뒤에 회의록이 나옵니다."), code="no_minutes")
    with translation.override("ko"):
        paper = flow.minutes(found)
    return paper_response(paper, paper.title, "hwpx")


@login_required
@require_safe
def agenda_excel(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The agenda as it stands, as Excel."""
    found = meeting_of(request, meeting_id)
    rows = [
        [
            item.position,
            item.application.number,
            item.application.version.title if item.application.version else "",
            item.application.organisation.name,
            item.get_found_display(),
            item.get_outcome_display(),
            flow.votes_in_words(item) if item.outcome else "",
            item.grounds,
        ]
        for item in queries.agenda(found)
    ]
    heads = [
        _("순서"),
        _("접수번호"),
        _("과정"),
        _("기관"),
        _("평가단"),
        _("결정"),
        _("표결"),
        _("까닭"),
    ]
    return excel(str(found), heads, rows)


urlpatterns = [
    path("committee/", home, name="office-committee"),
    path("committee/new/", prepare, name="office-committee-new"),
    path("committee/<uuid:meeting_id>/", meeting, name="office-committee-meeting"),
    path("committee/<uuid:meeting_id>/change/", change, name="office-committee-change"),
    path("committee/<uuid:meeting_id>/minutes.pdf", minutes, name="office-committee-minutes"),
    path("committee/<uuid:meeting_id>/minutes.hwpx", minutes_hwpx, name="office-committee-minutes-hwpx"),
    path("committee/<uuid:meeting_id>/agenda.xlsx", agenda_excel, name="office-committee-excel"),
    *(
        path(f"committee/<uuid:meeting_id>/{name}/", act, {"act": name}, name=f"office-committee-{name}")
        for name in ("add", "follow", "open", "presence", "close", "cancel")
    ),
]
