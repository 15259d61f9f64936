"""The offices' list of applications, and the page of one case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Organisation, Person
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition.applications import access, checking, handling, marks, queries
from naite.trunk.recognition.models import Application, ApplicationItem, Round
from naite.web import case_page
from naite.web.excel import excel
from naite.web.middleware import now_of
from naite.web.office import sheet_edit
from naite.web.roles import current_organisation

PAGE = 50
MOST_AT_ONCE = 200
State = Application.State
Check = ApplicationItem.Check


def officer_of(request: HttpRequest) -> tuple[Person, dict[UUID, Organisation]]:
    """Return the person and the offices for which they act; refuse who acts for none."""
    person = request.user
    assert isinstance(person, Person)
    offices = access.offices_of(person, now=now_of(request))
    if not offices:
        raise NotAllowed(
            _("평가인정을 처리하는 기관 담당자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요.")
        )
    return person, offices


def case_for(request: HttpRequest, application_id: UUID) -> Application:
    """Return a case that the person's offices may look at; others do not exist for them."""
    person, _offices = officer_of(request)
    row = queries.application_of(application_id)
    if row is None or not access.seen_by_offices(person, now=now_of(request)).filter(pk=row.pk).exists():
        raise Http404
    return row


def _filtered(
    request: HttpRequest, person: Person, offices: dict[UUID, Organisation]
) -> QuerySet[Application]:
    """Return the cases that the address asks for."""
    asked, today = request.GET, day_of(now_of(request))
    rows = queries.listed(access.seen_by_offices(person, now=now_of(request)))
    words = " ".join(asked.get("q", "").split())[:100]
    if words:
        rows = rows.filter(
            Q(number__icontains=words)
            | Q(version__title__icontains=words)
            | Q(organisation__name__icontains=words)
        )
    if asked.get("state") in State.values:
        rows = rows.filter(state=asked["state"])
    if _uuid(asked.get("round", "")):
        rows = rows.filter(round_id=asked["round"])
    turn = asked.get("turn", "")
    if turn == "mine":
        rows = rows.filter(office__in=list(offices))
    elif turn == "me":
        rows = rows.filter(office__in=list(offices), handler=person)
    elif turn == "late":
        rows = rows.filter(office__in=list(offices), due_on__lt=today)
    elif turn == "nobody":
        rows = rows.filter(office__in=list(offices), handler=None, state=State.RECEIVED)
    elif turn == "others":
        rows = rows.exclude(office__in=list(offices)).exclude(office=None)
    return rows


@login_required
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """List the cases that pass the person's offices, with filters in the address; as Excel on demand."""
    person, offices = officer_of(request)
    rows, today = _filtered(request, person, offices), day_of(now_of(request))
    if request.GET.get("format") == "xlsx":
        audit.record("recognition.export_applications", actor=person, now=now_of(request))
        return _sheet(request, rows)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("format", None)
    found: list[dict[str, Any]] = [
        {
            "case": row,
            "mine": row.office_id in offices,
            "due": case_page.due_of(row.due_on, today) if row.office_id in offices else None,
        }
        for row in page
    ]
    notes = marks.marks_of(office_of(request), [row.pk for row in page])
    for each in found:
        each["mark"] = notes.get(each["case"].pk)
    return render(
        request,
        "office/applications.html",
        {
            "rows": found,
            "page": page,
            "query": query.urlencode(),
            "asked": request.GET,
            "states": [choice for choice in State.choices if choice[0] != State.DRAFT],
            "rounds": Round.objects.exclude(state=Round.State.DRAFT).order_by("-year", "-number")[:20],
            "turns": [
                ("", _("전체")),
                ("mine", _("우리 기관 차례")),
                ("me", _("내가 맡은 건")),
                ("late", _("기한 지남")),
                ("nobody", _("담당 없음")),
                ("others", _("상대 차례")),
            ],
            "section": "applications",
        },
    )


def _sheet(request: HttpRequest, rows: QuerySet[Application]) -> HttpResponse:
    """Return the list as Excel; who is in charge, the own deadline and the memo can be edited and brought back."""
    office = office_of(request)
    found = list(rows[:10_000])
    notes = marks.marks_of(office, [row.pk for row in found])
    heads, made = sheet_edit.out(
        ((_cells(row), row, notes.get(row.pk)) for row in found), colleagues_of(office, request)
    )
    return excel(name=_("평가인정 신청"), title=_("신청"), heads=heads, rows=made)


def _cells(row: Application) -> dict[str, Any]:
    sent = timezone.localtime(row.submitted_at) if row.submitted_at else None
    region = row.organisation.region
    return {
        sheet_edit.NUMBER: row.number,
        "과정": row.version.title if row.version else "",
        "기관": row.organisation.name,
        "지역": region.full_name if region else "",
        "차수": row.round.title,
        "과정 구분": row.get_kind_display(),
        "상태": row.get_state_display(),
        "차례": row.office.name if row.office else "",
        "기한": row.due_on,
        "제출한 때": f"{sent:%Y-%m-%d %H:%M}" if sent else "",
        "확인한 항목": _("%(all)s개 가운데 %(done)s개") % {"all": row.item_count, "done": row.checked_count},  # type: ignore[attr-defined]
    }


def office_of(request: HttpRequest) -> Organisation:
    """Return the office whose deadlines and memos are meant: that of the seat, else the first one acts for."""
    offices = officer_of(request)[1]
    seat = current_organisation(request)
    return offices[seat.pk] if seat is not None and seat.pk in offices else next(iter(offices.values()))


def colleagues_of(office: Organisation, request: HttpRequest) -> dict[UUID, str]:
    """Return who can be in charge of a case at an office, as the column of a list says it."""
    role = access.OFFICER_OF.get(office.kind)
    held = [each for each in staff_of(office, now=now_of(request)) if each.role == role]
    return sheet_edit.names_of({each.person_id: each.person for each in held}.values())


@login_required
@require_safe
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show a case: where it stands, whose turn it is, every item with its evidence, and its history."""
    row = case_for(request, application_id)
    return _case(request, row)


def _case(request: HttpRequest, row: Application, *, refused: Refused | None = None) -> HttpResponse:
    person, now = officer_of(request)[0], now_of(request)
    context: dict[str, Any] = case_page.context(row, person, now=now, office=True)
    first = next(
        (
            each.row
            for group in context["groups"]
            for each in group.rows
            if each.row.check_state != Check.COMPLETE
        ),
        None,
    )
    return render(
        request,
        "office/application.html",
        {
            **context,
            "may_check": context["mine"] and row.state == State.RECEIVED,
            "may_receive": context["mine"] and row.state == State.SUBMITTED,
            "may_extend": row.state == State.SUPPLEMENT
            and any(
                hop.arrived_at and not hop.left_at and access.acts_for(person, hop.office, now=now)
                for hop in context["hops"]
            ),
            "first_open": first,
            "refused": refused,
            "earlier": list(queries.earlier_of(row)[:5]),
            "section": "applications",
        },
        status=refused.status if refused else 200,
    )


@login_required
@require_POST
def check(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Mark one item, or all that nobody looked at yet."""
    row = case_for(request, application_id)
    person = officer_of(request)[0]
    item = request.POST.get("item", "")
    try:
        if item == "rest":
            checking.check_rest(application=row, actor=person, now=now_of(request))
        elif _uuid(item):
            checking.check_item(
                application=row,
                item_id=UUID(item),
                result=request.POST.get("result", ""),
                note=request.POST.get("note", ""),
                actor=person,
                now=now_of(request),
            )
        else:
            raise Http404
    except Refused as refusal:
        return _case(request, case_for(request, application_id), refused=refusal)
    anchor = f"#i-{item}" if item != "rest" else "#items"
    return redirect(reverse("office-application", args=[row.pk]) + anchor)


@login_required
@require_POST
def receive(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Take a case up."""
    row = case_for(request, application_id)
    try:
        handling.receive(application=row, actor=officer_of(request)[0], now=now_of(request))
    except Refused as refusal:
        return _case(request, case_for(request, application_id), refused=refusal)
    messages.success(request, _("접수했습니다. 이제 항목마다 서류가 갖추어졌는지 확인해 주세요."))
    return redirect("office-application", row.pk)


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take up or pass on the chosen cases; first what will happen to each, then the result of each."""
    person, offices = officer_of(request)
    now, act = now_of(request), request.POST.get("act", "")
    chosen = [UUID(each) for each in request.POST.getlist("case") if _uuid(each)][:MOST_AT_ONCE]
    rows = list(queries.listed(access.seen_by_offices(person, now=now)).filter(pk__in=chosen))
    if act not in {"receive", "forward"} or not rows:
        messages.warning(request, _("먼저 목록에서 건을 골라 주세요."))
        return redirect("office-applications")
    fit = [row for row in rows if row.office_id in offices and row.state == _FROM[act]]
    context: dict[str, Any] = {
        "act": act,
        "rows": rows,
        "fit": fit,
        "unfit": [row for row in rows if row not in fit],
        "letter_number": request.POST.get("letter_number", ""),
        "section": "applications",
    }
    if request.POST.get("sure") != "1":
        return render(request, "office/applications_bulk.html", context)
    try:
        if act == "receive":
            done = handling.receive_many(applications=rows, actor=person, now=now)
        else:
            done = handling.forward_many(
                applications=rows, letter_number=context["letter_number"], actor=person, now=now
            )
    except Refused as refusal:
        return render(
            request,
            "office/applications_bulk.html",
            {**context, "refused": str(refusal)},
            status=refusal.status,
        )
    return render(
        request,
        "office/applications_bulk.html",
        {**context, "done": done, "well": sum(not each.refusal for each in done)},
    )


_FROM = {"receive": State.SUBMITTED, "forward": State.RECEIVED}


@login_required
@require_safe
def letter(request: HttpRequest) -> HttpResponse:
    """Hand out the official list of the cases that went out under one number, as Excel."""
    person, offices = officer_of(request)
    number = request.GET.get("number", "").strip()[:60]
    rows = queries.listed(
        access.seen_by_offices(person, now=now_of(request)).filter(
            hops__letter_number=number, hops__office__in=list(offices)
        )
    )
    if not number:
        raise Http404
    audit.record("recognition.export_letter", actor=person, now=now_of(request), letter=number)
    return excel(
        name=_("전달 목록 %(number)s") % {"number": number},
        title=_("전달 목록"),
        heads=[_("연번"), _("접수번호"), _("기관"), _("과정"), _("과정 구분"), _("제출한 때")],
        rows=(
            [
                place,
                row.number,
                row.organisation.name,
                row.version.title if row.version else "",
                row.get_kind_display(),
                row.submitted_at,
            ]
            for place, row in enumerate(rows, start=1)
        ),
    )


def _uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


urlpatterns = [
    path("applications/", applications, name="office-applications"),
    path("applications/bulk/", bulk, name="office-applications-bulk"),
    path("applications/letter/", letter, name="office-applications-letter"),
    path("applications/<uuid:application_id>/", application, name="office-application"),
    path("applications/<uuid:application_id>/check/", check, name="office-application-check"),
    path("applications/<uuid:application_id>/receive/", receive, name="office-application-receive"),
]
