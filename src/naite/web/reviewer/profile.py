"""An evaluator's own page: fields, qualifications, affiliations; and the declaration for a round."""

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
from naite.trunk.catalogue.classification import Category
from naite.trunk.people.models import Organisation
from naite.trunk.recognition.models import Affiliation, ConflictDeclaration, Evaluator, Round
from naite.trunk.recognition.panels import pool
from naite.web.fields import DATE_INPUT, RegionField, show_refusal
from naite.web.middleware import now_of
from naite.web.reviewer.access import evaluator_of, me


class ProfileForm(forms.Form):
    """What somebody knows, and whether they can be given cases."""

    areas = forms.MultipleChoiceField(
        label=gettext_lazy("분야"), choices=Category.choices, widget=forms.CheckboxSelectMultiple
    )
    occupation = forms.CharField(label=gettext_lazy("지금 하는 일"), max_length=120, required=False)
    qualifications = forms.CharField(
        label=gettext_lazy("자격과 경력"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("예: 평생교육사 1급, 성인문해 교원 12년"),
    )
    is_available = forms.BooleanField(label=gettext_lazy("지금 평가를 맡을 수 있음"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, evaluator: Evaluator) -> "ProfileForm":
        return cls(
            initial={
                "areas": evaluator.fields,
                "occupation": evaluator.occupation,
                "qualifications": evaluator.qualifications,
                "is_available": evaluator.is_available,
                "revision": evaluator.revision,
            }
        )


class AffiliationForm(forms.Form):
    """An institution by its name, or a municipality, and the days."""

    organisation = forms.CharField(
        label=gettext_lazy("기관"),
        required=False,
        help_text=gettext_lazy("나이테에 있는 기관의 이름. 시군구를 고르면 비워 둡니다."),
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
    )
    title = forms.CharField(label=gettext_lazy("하는 일"), max_length=80, required=False)
    valid_from = forms.DateField(label=gettext_lazy("시작한 날"), widget=DATE_INPUT)
    last_day = forms.DateField(
        label=gettext_lazy("끝난 날"),
        widget=DATE_INPUT,
        required=False,
        help_text=gettext_lazy("지금도 하면 비워 둡니다."),
    )

    def __init__(self, *args: Any, on: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["region"] = RegionField(on=on, label=gettext_lazy("시군구"), required=False)
        self.order_fields(["organisation", "region", "title", "valid_from", "last_day"])

    def clean_organisation(self) -> Organisation | None:
        return organisation_named(self.cleaned_data["organisation"])


def organisation_named(name: str) -> Organisation | None:
    """Return the one organisation of a name; refuses unknown names and names that several have."""
    name = " ".join(name.split())
    if not name:
        return None
    found = list(Organisation.objects.filter(name=name)[:2])
    if len(found) != 1:
        raise forms.ValidationError(
            _("‘%(name)s’ 기관을 찾지 못했습니다. 목록에 있는 이름을 골라 주세요.") % {"name": name[:60]}
            if not found
            else _("‘%(name)s’ 기관이 여럿입니다. 진흥원 담당자에게 알려 주세요.") % {"name": name[:60]}
        )
    return found[0]


def save_profile(evaluator: Evaluator, form: forms.Form, request: HttpRequest) -> bool:
    """Save a valid profile; put a refusal into the form."""
    if not form.is_valid():
        return False
    try:
        facts = dict(form.cleaned_data)
        pool.change_profile(
            evaluator=evaluator,
            fields=facts.pop("areas"),
            actor=me(request),
            now=now_of(request),
            **facts,
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True


def save_affiliation(evaluator: Evaluator, form: forms.Form, request: HttpRequest) -> bool:
    """Add a valid affiliation; put a refusal into the form."""
    if not form.is_valid():
        return False
    facts = dict(form.cleaned_data)
    last_day = facts.pop("last_day")
    try:
        pool.add_affiliation(
            evaluator=evaluator,
            valid_until=last_day.fromordinal(last_day.toordinal() + 1) if last_day else None,
            actor=me(request),
            now=now_of(request),
            **facts,
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True


def profile_context(evaluator: Evaluator, form: forms.Form, affiliation: forms.Form) -> dict[str, Any]:
    return {
        "evaluator": evaluator,
        "form": form,
        "affiliation": affiliation,
        "affiliations": evaluator.affiliations.select_related("organisation", "region"),
        "organisations": Organisation.objects.filter(closed_on=None).values_list("name", flat=True)[:500],
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change the evaluator's own profile; ``what`` says which of the two forms was sent."""
    evaluator = evaluator_of(request)
    today = day_of(now_of(request))
    form, affiliation = ProfileForm.of(evaluator), AffiliationForm(on=today)
    status = 200
    if request.method == "POST":
        adds = request.POST.get("what") == "affiliation"
        if adds:
            affiliation = AffiliationForm(request.POST, on=today)
            saved = save_affiliation(evaluator, affiliation, request)
        else:
            form = ProfileForm(request.POST)
            saved = save_profile(evaluator, form, request)
        if saved:
            messages.success(request, _("저장했습니다."))
            return redirect("review-profile")
        status = 422
    context = profile_context(evaluator, form, affiliation)
    return render(request, "reviewer/profile.html", {**context, "section": "review-profile"}, status=status)


@login_required
@require_POST
def end_affiliation(request: HttpRequest, affiliation_id: UUID) -> HttpResponse:
    """Say that an affiliation ended today."""
    row = get_object_or_404(Affiliation.objects.select_related("evaluator__institute"), pk=affiliation_id)
    now = now_of(request)
    pool.end_affiliation(affiliation=row, last_day=day_of(now), actor=me(request), now=now)
    messages.success(request, _("끝난 날을 적었습니다. 끝난 뒤 2년 동안은 그 기관의 신청을 맡지 않습니다."))
    own = row.evaluator.person_id == me(request).pk
    return redirect("review-profile") if own else redirect("office-evaluator", row.evaluator_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Hand in the declaration of conflicts for a round: the applying institutions, each yes or no."""
    evaluator = evaluator_of(request)
    round_ = get_object_or_404(Round, pk=round_id, institute=evaluator.institute)
    now = now_of(request)
    institutions = list(
        Organisation.objects.filter(
            pk__in=round_.applications.exclude(state="draft").values("organisation_id")
        ).select_related("region")
    )
    known = ConflictDeclaration.objects.filter(round=round_, evaluator=evaluator).first()
    named = {row.organisation_id: row.reason for row in known.conflicts.all()} if known else {}
    error, typed = "", dict(named)
    if request.method == "POST":
        chosen = set(request.POST.getlist("conflict")) | {str(key) for key in named}
        typed = {
            row.pk: request.POST.get(f"reason-{row.pk}", "") or named.get(row.pk, "")
            for row in institutions
            if str(row.pk) in chosen
        }
        if request.POST.get("truth") != "yes":
            error = _("사실대로 적었다는 확인에 표시해 주세요.")
        else:
            try:
                pool.declare(round=round_, evaluator=evaluator, conflicts=typed, actor=me(request), now=now)
            except NotAllowed:
                raise
            except Refused as refusal:
                error = str(refusal.message)
            else:
                messages.success(request, _("이해충돌 확인서를 냈습니다."))
                return redirect("review")
    context = {
        "section": "review",
        "round": round_,
        "known": known,
        "rows": [
            {"row": row, "on": row.pk in typed, "fixed": row.pk in named, "reason": typed.get(row.pk, "")}
            for row in institutions
        ],
        "error": error,
    }
    return render(request, "reviewer/declare.html", context, status=422 if error else 200)


@login_required
@require_POST
def shortcuts(request: HttpRequest) -> HttpResponse:
    """Switch the keys of the review screen on or off."""
    evaluator = evaluator_of(request)
    Evaluator.objects.filter(pk=evaluator.pk).update(shortcuts_on=request.POST.get("on") == "1")
    target = request.POST.get("next", "")
    return redirect(target if target.startswith("/review/") else "review")


urlpatterns = [
    path("profile/", profile, name="review-profile"),
    path("profile/affiliations/<uuid:affiliation_id>/end/", end_affiliation, name="review-affiliation-end"),
    path("rounds/<uuid:round_id>/declare/", declare, name="review-declare"),
    path("shortcuts/", shortcuts, name="review-shortcuts"),
]
