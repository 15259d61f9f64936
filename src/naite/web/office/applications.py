"""The offices' list of applications, and the page of one case."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.trunk.people.models import Organisation
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition.applications import access, checking, handling, marks, queries
from naite.trunk.recognition.models import Application, ApplicationItem, Round
from naite.web import case_page
from naite.web.excel import excel
from naite.web.fields import show_refusal
from naite.web.history import Audience, lines_of
from naite.web.middleware import now_of
from naite.web.office import case_list, case_marks, sheet_edit, trail
from naite.web.office.case_list import filtered, is_uuid, officer_of
from naite.web.roles import current_organisation

PAGE = 50
MOST_AT_ONCE = 200
State = Application.State
Check = ApplicationItem.Check
# As whom the history can be read.
SEEN = {
    Audience.OFFICES: gettext_lazy("전체"),
    Audience.PARTIES: gettext_lazy("기관이 보는 것"),
    Audience.PUBLIC: gettext_lazy("공개분"),
}


def case_for(request: HttpRequest, application_id: UUID) -> Application:
    """Return a case that the person's offices may look at; others do not exist for them."""
    person, _offices = officer_of(request)
    row = queries.application_of(application_id)
    if row is None or not access.seen_by_offices(person, now=now_of(request)).filter(pk=row.pk).exists():
        raise Http404
    return row


@login_required
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """List the cases that pass the person's offices, with filters in the address; as Excel on demand."""
    person, offices = officer_of(request)
    rows, today = queries.listed(filtered(request, request.GET)), day_of(now_of(request))
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
            "url": case_list.link(row.pk, came="list", query=query.urlencode(), at=at),
            "due": case_page.due_of(row.due_on, today) if row.office_id in offices else None,
        }
        for at, row in enumerate(page, start=page.start_index() - 1)
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
            "regions": case_list.regions_of(request),
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
    return case_response(request, row)


def case_response(
    request: HttpRequest,
    row: Application,
    *,
    refused: Refused | None = None,
    mark_form: forms.Form | None = None,
) -> HttpResponse:
    """Return the page of a case, with what was refused and what was typed."""
    person, now = officer_of(request)[0], now_of(request)
    see = request.GET.get("see", "")
    see = see if see in SEEN else Audience.OFFICES
    context: dict[str, Any] = case_page.context(row, person, now=now, office=True)
    context["lines"] = lines_of(row, audience=see) if see != Audience.OFFICES else context["lines"]
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
            "trail": trail.trail_of(request, row),
            "keep": trail.keep(request),
            "see": see,
            "seen": [(key, label, key == see) for key, label in SEEN.items()],
            "mark_form": mark_form or case_marks.form_of(row, office_of(request)),
            "section": "applications",
        },
        status=refused.status if refused else 422 if mark_form else 200,
    )


@login_required
@require_POST
def mark(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Keep the office's own deadline and memo."""
    row = case_for(request, application_id)
    form = case_marks.MarkForm(request.POST)
    if form.is_valid():
        try:
            case_marks.save(
                row, form.cleaned_data, office_of(request), actor=officer_of(request)[0], now=now_of(request)
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("내부 기한과 메모를 적었습니다. 우리 기관만 봅니다."))
            return redirect(reverse("office-application", args=[row.pk]) + trail.keep(request))
    return case_response(request, row, mark_form=form)


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
        elif is_uuid(item):
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
        return case_response(request, case_for(request, application_id), refused=refusal)
    anchor = f"#i-{item}" if item != "rest" else "#items"
    return redirect(reverse("office-application", args=[row.pk]) + trail.keep(request) + anchor)


@login_required
@require_POST
def receive(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Take a case up."""
    row = case_for(request, application_id)
    try:
        handling.receive(application=row, actor=officer_of(request)[0], now=now_of(request))
    except Refused as refusal:
        return case_response(request, case_for(request, application_id), refused=refusal)
    messages.success(request, _("접수했습니다. 이제 항목마다 서류가 갖추어졌는지 확인해 주세요."))
    return redirect(reverse("office-application", args=[row.pk]) + trail.keep(request))


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take up or pass on the chosen cases; first what will happen to each, then the result of each."""
    person, offices = officer_of(request)
    now, act = now_of(request), request.POST.get("act", "")
    chosen = [UUID(each) for each in request.POST.getlist("case") if is_uuid(each)][:MOST_AT_ONCE]
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


urlpatterns = [
    path("applications/", applications, name="office-applications"),
    path("applications/bulk/", bulk, name="office-applications-bulk"),
    path("applications/<uuid:application_id>/", application, name="office-application"),
    path("applications/<uuid:application_id>/check/", check, name="office-application-check"),
    path("applications/<uuid:application_id>/receive/", receive, name="office-application-receive"),
    path("applications/<uuid:application_id>/mark/", mark, name="office-application-mark"),
]
