"""The pool of evaluators: list, filters, Excel, invitations, profiles; and what they are paid."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue.classification import Category
from naite.trunk.people import memberships
from naite.trunk.people.models import Organisation, Role
from naite.trunk.recognition.models import Assignment, Evaluator, ReviewFee
from naite.trunk.recognition.panels import fees
from naite.web.excel import excel
from naite.web.fields import show_refusal
from naite.web.middleware import now_of
from naite.web.office.panels_access import officer, round_of
from naite.web.reviewer.profile import (
    AffiliationForm,
    ProfileForm,
    profile_context,
    save_affiliation,
    save_profile,
)

PAGE = 50


class InviteForm(forms.Form):
    """Whom to ask."""

    email = forms.EmailField(
        label=gettext_lazy("전자우편"), help_text=gettext_lazy("초대를 받아들이면 평가위원이 됩니다.")
    )


def _pool(request: HttpRequest, institute: Organisation) -> QuerySet[Evaluator]:
    """Return the pool as the address filters it."""
    words, area = request.GET.get("q", "").strip(), request.GET.get("field", "")
    rows = Evaluator.objects.filter(institute=institute).select_related("person")
    if words:
        rows = rows.filter(
            Q(person__name__icontains=words)
            | Q(occupation__icontains=words)
            | Q(qualifications__icontains=words)
        )
    if request.GET.get("free") == "1":
        rows = rows.filter(is_available=True)
    if area in Category.values:
        # Neither database searches JSON lists alike; the pool is small.
        rows = rows.filter(pk__in=[pk for pk, held in rows.values_list("pk", "fields") if area in held])
    return rows.annotate(
        open=Count("assignments", filter=Q(assignments__state=Assignment.State.OPEN)),
        done=Count("assignments", filter=Q(assignments__state=Assignment.State.SUBMITTED)),
    ).order_by("person__name", "pk")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pool_list(request: HttpRequest) -> HttpResponse:
    """List the pool with loads; a POST invites somebody. Constant queries."""
    person, institute = officer(request)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            memberships.invite_staff(
                email=form.cleaned_data["email"],
                organisation=institute,
                role=Role.EVALUATOR,
                link=lambda token: settings.BASE_URL + reverse("invitation", args=[token]),
                actor=person,
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("초대를 보냈습니다."))
            return redirect("office-evaluators")
    rows = _pool(request, institute)
    if request.GET.get("format") == "xlsx":
        audit.record("recognition.export_pool", actor=person, now=now_of(request), subject=institute)
        heads = [
            _("이름"),
            _("분야"),
            _("지금 하는 일"),
            _("자격과 경력"),
            _("맡을 수 있음"),
            _("평가 중"),
            _("제출"),
        ]
        table = (
            [
                row.person.name,
                ", ".join(row.field_labels),
                row.occupation,
                row.qualifications,
                _("예") if row.is_available else _("아니요"),
                row.open,  # type: ignore[attr-defined]
                row.done,  # type: ignore[attr-defined]
            ]
            for row in rows
        )
        return excel(_("평가위원"), heads, table)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "section": "evaluators",
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "fields": Category.choices,
        "field": request.GET.get("field", ""),
        "q": request.GET.get("q", ""),
        "free": request.GET.get("free") == "1",
        "form": form,
        "query": query.urlencode(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "office/evaluators.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evaluator(request: HttpRequest, evaluator_id: UUID) -> HttpResponse:
    """Show an evaluator's profile to the institute, which may correct it; looking is recorded."""
    person, institute = officer(request)
    row = get_object_or_404(
        Evaluator.objects.select_related("person", "institute"), pk=evaluator_id, institute=institute
    )
    today = day_of(now_of(request))
    form, affiliation, status = ProfileForm.of(row), AffiliationForm(on=today), 200
    if request.method == "POST":
        if request.POST.get("what") == "affiliation":
            affiliation = AffiliationForm(request.POST, on=today)
            saved = save_affiliation(row, affiliation, request)
        else:
            form = ProfileForm(request.POST)
            saved = save_profile(row, form, request)
        if saved:
            messages.success(request, _("저장했습니다."))
            return redirect("office-evaluator", row.pk)
        status = 422
    else:
        audit.record(
            "recognition.read_profile", actor=person, now=now_of(request), subject=row, about=row.person_id
        )
    context = {
        **profile_context(row, form, affiliation),
        "section": "evaluators",
        "seats": row.seats.filter(left_at=None).select_related("panel__round"),
        "declarations": row.declarations.select_related("round").prefetch_related("conflicts__organisation"),
    }
    return render(request, "office/evaluator.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fee_list(request: HttpRequest) -> HttpResponse:
    """Show and set the rates of a round, and what each evaluator has earned; as Excel too."""
    person, institute = officer(request)
    round_, rounds = round_of(request, institute)
    errors: dict[str, str] = {}
    if request.method == "POST" and round_ is not None:
        for kind in ReviewFee.Kind.values:
            typed = request.POST.get(kind, "").replace(",", "").strip()
            if not typed:
                continue
            try:
                amount = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else -1
                fees.set_rate(round=round_, kind=kind, amount=amount, actor=person, now=now_of(request))
            except NotAllowed:
                raise
            except Refused as refusal:
                errors[kind] = str(refusal.message)
        if not errors:
            messages.success(request, _("저장했습니다."))
            return redirect(f"{reverse('office-fees')}?round={round_.pk}")
    lines = list(fees.lines(round_)) if round_ else []
    kinds = ReviewFee.Kind
    if request.GET.get("format") == "xlsx" and round_ is not None:
        audit.record("recognition.export_fees", actor=person, now=now_of(request), subject=round_)
        heads = [_("이름"), *(str(label) for label in kinds.labels), _("금액(원)")]
        table = ([line.name, *(line.counts.get(kind, 0) for kind in kinds), line.amount] for line in lines)
        return excel(f"{_('심사수당')}-{round_.title}", heads, table)
    known = fees.rates(round_) if round_ else {}
    context = {
        "section": "panels",
        "round": round_,
        "rounds": rounds,
        "rates": [
            {
                "kind": kind,
                "amount": request.POST.get(kind) if errors else known.get(kind, ""),
                "error": errors.get(kind, ""),
            }
            for kind in kinds
        ],
        "rows": [(line, [line.counts.get(kind, 0) for kind in kinds]) for line in lines],
        "kinds": kinds.labels,
        "total": sum(line.amount for line in lines),
        "reviews": sum(line.reviews for line in lines),
    }
    return render(request, "office/fees.html", context, status=422 if errors else 200)


urlpatterns = [
    path("evaluators/", pool_list, name="office-evaluators"),
    path("evaluators/<uuid:evaluator_id>/", evaluator, name="office-evaluator"),
    path("panels/fees/", fee_list, name="office-fees"),
]
