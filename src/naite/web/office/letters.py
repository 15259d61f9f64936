"""Notices of results: the board of the institute, the seven-day clock of a local government, each letter."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from naite.flows import recognition_notices as flow
from naite.roots.dates import day_of, show_day
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition import delegations
from naite.trunk.recognition.letters import batches, lists, policies, queries, reminders, rules
from naite.trunk.recognition.models import Delegation, LocalNotice, ResultNotice, Round
from naite.web import notice_clock
from naite.web.excel import excel
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of
from naite.web.notice_papers import letter_response, paper_response
from naite.web.roles import seats_of

SECTION, PAGE = "letters", 100
K = Organisation.Kind


class ReceiptForm(forms.Form):
    """When an institution received its letter on paper."""

    received_on = forms.DateField(
        label=gettext_lazy("기관이 받은 날"),
        widget=DATE_INPUT,
        help_text=gettext_lazy("우편물 조회나 수령증에 적힌 날입니다. 유효기간은 이 날부터 셉니다."),
    )


def _someone(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def _offices(request: HttpRequest) -> tuple[Organisation | None, list[Organisation], list[Organisation]]:
    """Return the institute for which somebody sends results, their provinces, and their local governments."""
    person, now = _someone(request), now_of(request)
    here = [seat.organisation for seat in seats_of(request) if seat.organisation is not None]
    national = next(
        (
            each
            for each in here
            if each.kind == K.NATIONAL_INSTITUTE and policies.can_send_out(person, each, now=now)
        ),
        None,
    )
    told = [each for each in here if policies.can_notify(person, each, now=now)]
    provinces = [each for each in told if each.kind == K.PROVINCIAL_INSTITUTE]
    if not told and national is None:
        raise NotAllowed(_("결과를 통보하는 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요."))
    return national, provinces, told


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What is due, late and done, seen from one's office."""
    national, provinces, told = _offices(request)
    today = day_of(now_of(request))
    context: dict[str, Any] = {"section": SECTION, "national": national, "today": today}
    if national is not None:
        context |= _national(national, request)
    mine = list(queries.of_offices([each.pk for each in told if each.kind != K.NATIONAL_INSTITUTE])[:60])
    context["mine"] = [_row(row, request, clock=row.done_on is None) for row in mine]
    if provinces:
        below = queries.with_counts(
            LocalNotice.objects.filter(office__parent__in=provinces).order_by(
                F("done_on").desc(nulls_first=True), "due_on"
            )
        )
        context["below"] = [_row(row, request) for row in below[:200]]
        context["may_remind"] = bool(
            delegations.provinces_of(_someone(request), Delegation.Power.REMINDERS, now=now_of(request))
        )
    return render(request, "office/letters.html", context)


def _national(national: Organisation, request: HttpRequest) -> dict[str, Any]:
    late = reminders.overdue(today=day_of(now_of(request)))
    counted = {
        row.pk: row for row in queries.with_counts(LocalNotice.objects.filter(pk__in=[r.pk for r in late]))
    }
    return {
        "ready": queries.rounds_ready(national),
        "batches": [
            {"batch": batch, "percent": batches.progress(batch)} for batch in queries.running(national)[:12]
        ],
        "late": [_row(counted[row.pk], request) for row in late],
    }


def _row(local: LocalNotice, request: HttpRequest, *, clock: bool = False) -> dict[str, Any]:
    today = day_of(now_of(request))
    left = local.letters_all - local.letters_out  # type: ignore[attr-defined]
    return {
        "it": local,
        "left": left,
        "late": queries.late_by(local, today),
        "escalates": local.reminders >= rules.REMINDERS_BEFORE_ESCALATION,
        "clock": notice_clock.clock(local, today) if clock else "",
    }


@login_required
@require_POST
def send_out(request: HttpRequest) -> HttpResponse:
    """Send the results of a round to the local governments."""
    row = get_object_or_404(
        Round.objects.select_related("institute"), pk=_uuid(request.POST.get("round", ""))
    )
    try:
        batch = flow.send_out(round_=row, actor=_someone(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        text = _("%(count)s건의 결과를 지자체로 보내기 시작했습니다. 창을 닫아도 계속됩니다.")
        messages.success(request, text % {"count": batch.total})
    return redirect("office-letters")


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


@login_required
@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Remind the chosen late offices; after two reminders the province is told."""
    ids = [found for value in request.POST.getlist("local") if (found := _uuid(value))]
    results = reminders.remind(local_ids=ids, actor=_someone(request), now=now_of(request))
    counts = {did: sum(row.did == did for row in results) for did in ("reminded", "escalated", "left")}
    if counts["reminded"]:
        messages.success(request, _("%(count)s곳에 재촉했습니다.") % {"count": counts["reminded"]})
    if counts["escalated"]:
        text = _("%(count)s곳은 두 번 재촉했으므로 시도평생교육진흥원에 알렸습니다.")
        messages.warning(request, text % {"count": counts["escalated"]})
    if counts["left"] or not results:
        messages.warning(
            request,
            _(
                "고른 곳이 없거나, 오늘 이미 재촉했거나, 그 사이에 통보를 마쳐 그대로 둔 곳이 %(count)s곳 있습니다."
            )
            % {"count": counts["left"]},
        )
    return redirect("office-letters")


def _local(request: HttpRequest, local_id: UUID) -> LocalNotice:
    local = get_object_or_404(
        queries.with_counts(LocalNotice.objects.select_related("batch__round__institute")), pk=local_id
    )
    if not policies.can_see_local(_someone(request), local, now=now_of(request)):
        raise NotAllowed(_("이 통보를 볼 수 있는 담당자가 아닙니다."))
    return local


def _local_page(
    request: HttpRequest,
    local: LocalNotice,
    *,
    wrong: tuple[UUID, ReceiptForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    person, now = _someone(request), now_of(request)
    page = Paginator(queries.letters(local), PAGE).get_page(request.GET.get("page"))
    states = ResultNotice.State
    rows = []
    for notice in page.object_list:
        form = None
        if notice.state == states.SENT:
            if wrong and wrong[0] == notice.pk:
                form = wrong[1]
            else:
                form = ReceiptForm(initial={"received_on": day_of(now)}, prefix=f"n{notice.pk.hex}")
        rows.append({"it": notice, "form": form})
    context = {
        "section": SECTION,
        "local": local,
        "row": _row(local, request, clock=local.done_on is None),
        "page": page,
        "rows": rows,
        "can_notify": policies.can_notify(person, local.office, now=now),
        "waiting": local.letters.filter(state=states.WAITING).count(),
        "queued": local.letters.filter(state=states.QUEUED).count(),
        "period": rules.period_on(local.arrived_on),
        "history": show_day(local.arrived_on),
    }
    return render(request, "office/letters_local.html", context, status=status)


@login_required
@require_safe
def local(request: HttpRequest, local_id: UUID) -> HttpResponse:
    """The letters of one local government."""
    return _local_page(request, _local(request, local_id))


@login_required
@require_POST
def notify(request: HttpRequest, local_id: UUID) -> HttpResponse:
    """Tell the chosen institutions, or all."""
    found = _local(request, local_id)
    ids = None
    if request.POST.get("which") != "all":
        ids = [key for value in request.POST.getlist("letter") if (key := _uuid(value))]
    count = flow.notify(local=found, notice_ids=ids, actor=_someone(request), now=now_of(request))
    if not count:
        messages.warning(request, _("고른 통보가 없거나 이미 보냈습니다. 바뀐 것이 없습니다."))
    elif count > flow.AT_ONCE:
        text = _("%(count)s건을 보내는 중입니다. 창을 닫아도 계속됩니다.")
        messages.success(request, text % {"count": count})
    else:
        _tell_sent(request, found, ids)
    return redirect("office-letters-local", found.pk)


def _tell_sent(request: HttpRequest, found: LocalNotice, ids: list[UUID] | None) -> None:
    sent = found.letters.filter(sent_at=now_of(request))
    mailbox = sent.filter(channel=ResultNotice.Channel.MAILBOX).count()
    paper = sent.filter(channel=ResultNotice.Channel.PAPER).count()
    if mailbox:
        text = _("%(count)s건이 기관의 전자우편함에 들어갔습니다. 오늘이 통보일입니다.")
        messages.success(request, text % {"count": mailbox})
    if paper:
        text = _(
            "%(count)s건은 전자 통보에 동의하지 않은 기관입니다. 공문을 인쇄해 보내고 받은 날을 적어 주세요."
        )
        messages.warning(request, text % {"count": paper})
    for notice in found.letters.exclude(fault="").filter(state=ResultNotice.State.WAITING):
        messages.error(request, f"{notice.application}: {notice.fault}")


@login_required
@require_POST
def receipt(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Write down when a letter on paper was received."""
    notice = get_object_or_404(ResultNotice.objects.select_related("local__office"), pk=notice_id)
    found = _local(request, notice.local_id)
    form = ReceiptForm(request.POST, prefix=f"n{notice.pk.hex}")
    if form.is_valid():
        try:
            flow.enter_receipt(
                notice=notice,
                received_on=form.cleaned_data["received_on"],
                actor=_someone(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("받은 날을 적었습니다. 인정은 그날부터 효력이 있습니다."))
            return redirect("office-letters-local", found.pk)
    return _local_page(request, found, wrong=(notice.pk, form), status=422)


@login_required
@require_safe
def letter(request: HttpRequest, notice_id: UUID, form: str) -> HttpResponse:
    """One letter as it was sent, as PDF or HWPX."""
    notice = get_object_or_404(
        ResultNotice.objects.select_related(
            "local__office__parent", "local__batch__round__institute", "organisation"
        ),
        pk=notice_id,
    )
    if not policies.can_read(_someone(request), notice, now=now_of(request)):
        raise NotAllowed(_("이 통보서를 볼 수 있는 사람이 아닙니다."))
    return letter_response(notice, form)


@login_required
@require_safe
def local_excel(request: HttpRequest, local_id: UUID) -> HttpResponse:
    """The letters of one local government, as Excel."""
    found = _local(request, local_id)
    heads = [
        _("접수번호"), _("기관"), _("과정"), _("결과"), _("인정번호"), _("상태"), _("방법"), _("문서번호"), _("보낸 날"), _("받은 날"),
    ]  # fmt: skip
    rows = (
        [
            row.application.number,
            row.organisation.name,
            row.application.version.title if row.application.version else "",
            row.get_kind_display(),
            row.application.recognition_number,
            row.get_state_display(),
            row.get_channel_display(),
            row.number,
            day_of(row.sent_at) if row.sent_at else None,
            row.received_on,
        ]
        for row in queries.letters(found)
    )
    return excel(_("%(office)s 결과 통보") % {"office": found.office.name}, heads, rows)


@login_required
@require_safe
def local_paper(request: HttpRequest, local_id: UUID, form: str) -> HttpResponse:
    """The list of results of one local government, as PDF or HWPX."""
    found = _local(request, local_id)
    paper = lists.results_of(found, list(queries.letters(found)), sender=_someone(request))
    return paper_response(paper, f"{paper.title} {found.office.name}", form)


urlpatterns = [
    path("letters/", board, name="office-letters"),
    path("letters/send/", send_out, name="office-letters-send"),
    path("letters/remind/", remind, name="office-letters-remind"),
    path("letters/<uuid:local_id>/", local, name="office-letters-local"),
    path("letters/<uuid:local_id>/notify/", notify, name="office-letters-notify"),
    path("letters/<uuid:local_id>/list.xlsx", local_excel, name="office-letters-excel"),
    path("letters/<uuid:local_id>/list.pdf", local_paper, {"form": "pdf"}, name="office-letters-list-pdf"),
    path("letters/<uuid:local_id>/list.hwpx", local_paper, {"form": "hwpx"}, name="office-letters-list-hwpx"),
    path("letters/one/<uuid:notice_id>/receipt/", receipt, name="office-letters-receipt"),
    path("letters/one/<uuid:notice_id>/letter.pdf", letter, {"form": "pdf"}, name="office-letter-pdf"),
    path("letters/one/<uuid:notice_id>/letter.hwpx", letter, {"form": "hwpx"}, name="office-letter-hwpx"),
]
