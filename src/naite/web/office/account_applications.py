"""Applications for learning accounts at the office that decides on them."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from naite.flows import accounts
from naite.roots.audit import services as audit
from naite.roots.dates import day_of, working_days_between
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.applications import policies, queries, rules, services
from naite.trunk.records.models import AccountApplication
from naite.web.excel import excel
from naite.web.fields import show_refusal
from naite.web.middleware import now_of
from naite.web.roles import current_organisation, current_seat

PAGE = 30
MOST_AT_ONCE = 200
SHOW_WORDS = {
    "waiting": gettext_lazy("확인할 것"),
    "overdue": gettext_lazy("늦은 것"),
    "returned": gettext_lazy("돌려보낸 것"),
    "approved": gettext_lazy("승인한 것"),
    "withdrawn": gettext_lazy("거둔 것"),
    "all": gettext_lazy("모두"),
}


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("고칠 것"),
        required=False,
        max_length=rules.MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("신청한 분이 그대로 봅니다. 무엇을 어떻게 고치면 되는지 적어 주세요."),
    )


def me(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def office_of(request: HttpRequest) -> Organisation | None:
    """Return the office of the seat; None for the operator, who sees all. Refuses everybody else."""
    office = current_organisation(request)
    seat = current_seat(request)
    if seat is None or not policies.can_decide_for(me(request), office, now=now_of(request)):
        raise NotAllowed(
            _("학습계좌 신청을 확인하는 담당자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요.")
        )
    return office


@login_required
@never_cache
@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """List the office's applications by what is to be done; as Excel where asked."""
    office, now = office_of(request), now_of(request)
    show = request.GET.get("show", "waiting")
    show = show if show in queries.SHOW else "waiting"
    words = " ".join(request.GET.get("q", "").split())[:60]
    region = request.GET.get("region", "")[:10]
    rows = queries.office_list(office, show=show, words=words, region=region, now=now)
    if request.GET.get("format") == "xlsx":
        return _excel(request, office, rows, day_of(now))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    counts = queries.counts(office, now=now)
    keep = {name: value for name, value in (("show", show), ("region", region), ("q", words)) if value}
    return render(
        request,
        "office/account_applications.html",
        {
            "section": "account-applications",
            "office": office,
            "page": page,
            "rows": [(row, _left(row, day_of(now)), queries.mark_of(row)) for row in page],
            "choosing": show in ("waiting", "overdue"),
            "show": show,
            "tabs": [(name, SHOW_WORDS[name], counts[name]) for name in queries.SHOW],
            "regions": queries.regions_in(office),
            "region": region,
            "q": words,
            "query": urlencode(keep),
        },
    )


def _left(row: AccountApplication, today: date) -> tuple[str, str]:
    """Return the shape and text of the due chip."""
    if not row.is_waiting:
        return "n", "–"
    left = working_days_between(today, row.due_on)
    if row.due_on < today:
        return "l", f"D+{-left}" if left else _("지남")
    if row.due_on == today:
        return "t", _("오늘")
    return ("s" if left <= 1 else "n"), f"D-{left}"


def _excel(
    request: HttpRequest, office: Organisation | None, rows: Iterable[AccountApplication], today: date
) -> HttpResponse:
    """Return what is shown; each person in it is logged as handled."""
    found = list(rows)
    audit.record(
        "records.export_applications",
        actor=me(request),
        now=now_of(request),
        subject=office,
        people=[row.person_id for row in found],
    )
    header = [
        _("신청일"),
        _("이름"),
        _("생년월일"),
        _("지역"),
        _("확인한 방법"),
        _("상태"),
        _("답할 날"),
        _("답한 때"),
    ]
    table = (
        [
            row.applied_at,
            row.person.name,
            row.person.birth_date,
            row.region.full_name if row.region else "",
            _level(row),
            row.get_state_display(),
            row.due_on,
            row.decided_at,
        ]
        for row in found
    )
    where = office.name if office else _("전체")
    return excel(f"{where}-{_('학습계좌 신청')}-{today:%Y%m%d}", header, table)


def _level(row: AccountApplication) -> str:
    """How the person is known, in words."""
    if row.provider == "guardian":
        return _("법정대리인이 신청")
    return _("다른 기관이 본인확인") if row.level == "proven" else _("전자우편과 생년월일")


@login_required
@require_POST
def approve_chosen(request: HttpRequest) -> HttpResponse:
    """Approve the ticked applications, each with the mark of what was shown."""
    office_of(request)
    marks: dict[UUID, str] = {}
    for value in request.POST.getlist("chosen")[:MOST_AT_ONCE]:
        number, _dot, mark = value.partition(".")
        try:
            marks[UUID(number)] = mark
        except ValueError:
            continue
    if not marks:
        messages.warning(request, _("승인할 신청을 하나 이상 골라 주세요."))
        return redirect("office-account-applications")
    rows = AccountApplication.objects.filter(pk__in=marks).select_related("person", "office")
    result = accounts.approve_many(
        chosen=[(row, marks[row.pk]) for row in rows], actor=me(request), now=now_of(request)
    )
    if result.opened:
        messages.success(request, _("%(n)s명의 학습계좌를 열었습니다.") % {"n": result.opened})
    for name, reason in result.refused[:10]:
        messages.warning(request, f"{name}: {reason}")
    return redirect("office-account-applications")


def _application(request: HttpRequest, application_id: UUID) -> AccountApplication:
    row = queries.application(application_id)
    if row is None:
        raise Http404
    return row


@login_required
@never_cache
@require_safe
def application_page(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show one application beside accounts of the same name and birth date; that it was read is recorded."""
    row = _application(request, application_id)
    services.look(application=row, actor=me(request), now=now_of(request))
    return _page(request, row)


def _page(
    request: HttpRequest, row: AccountApplication, *, form: ReturnForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "section": "account-applications",
        "row": row,
        "due": _left(row, day_of(now_of(request))),
        "level": _level(row),
        "mark": queries.mark_of(row),
        "moves": list(queries.moves_of(row)),
        "namesakes": queries.namesakes(row),
        "form": form or ReturnForm(),
    }
    return render(request, "office/account_application.html", context, status=status)


@login_required
@require_POST
def approve(request: HttpRequest, application_id: UUID) -> HttpResponse:
    row = _application(request, application_id)
    accounts.approve(
        application=row, mark=request.POST.get("mark", ""), actor=me(request), now=now_of(request)
    )
    messages.success(request, _("학습계좌를 열었습니다. 신청한 분께 알렸습니다."))
    return redirect("office-account-applications")


@login_required
@require_POST
def send_back(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Ask for a correction; what was typed stays where it is refused."""
    row = _application(request, application_id)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            services.send_back(
                application=row,
                reason=form.cleaned_data["reason"],
                actor=me(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("고칠 것을 알렸습니다."))
            return redirect("office-account-applications")
    elif not policies.can_decide(me(request), row, now=now_of(request)):
        raise NotAllowed(_("이 신청을 맡은 곳의 담당자만 볼 수 있습니다."))
    return _page(request, row, form=form, status=422)


urlpatterns = [
    path("account-applications/", application_list, name="office-account-applications"),
    path("account-applications/approve/", approve_chosen, name="office-account-applications-approve"),
    path("account-applications/<uuid:application_id>/", application_page, name="office-account-application"),
    path(
        "account-applications/<uuid:application_id>/approve/",
        approve,
        name="office-account-application-approve",
    ),
    path(
        "account-applications/<uuid:application_id>/return/",
        send_back,
        name="office-account-application-return",
    ),
]
