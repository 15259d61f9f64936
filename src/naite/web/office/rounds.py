"""Rounds for the offices: list, plan, publish, put off the end, call off; and the provincial stage."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue.standard_file.container import Unreadable, open_lines
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition import policies
from naite.trunk.recognition.applications.queries import provincial_stages
from naite.trunk.recognition.criteria import queries as criteria
from naite.trunk.recognition.models import Application, CriteriaVersion, ProvincialStage, Round
from naite.trunk.recognition.rounds import queries, rules, scopes, services, stages
from naite.trunk.recognition.rounds.services import RoundDraft
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of
from naite.web.office.case_list import officer_of
from naite.web.public.recognition_rounds import PHASES, calendar_of

State = Round.State


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DATE_INPUT, **options)


class RoundForm(forms.Form):
    """Everything that a round says before it is published."""

    year = forms.IntegerField(label=gettext_lazy("연도"))
    number = forms.IntegerField(label=gettext_lazy("차수"))
    title = forms.CharField(label=gettext_lazy("이름"), max_length=120)
    criteria = forms.ModelChoiceField(
        CriteriaVersion.objects.none(),
        label=gettext_lazy("기준"),
        required=False,
        empty_label=gettext_lazy("고르세요"),
    )
    admits_finished = forms.BooleanField(label=gettext_lazy("완료학습과정을 받음"), required=False)
    admits_planned = forms.BooleanField(label=gettext_lazy("예정학습과정을 받음"), required=False)
    scope = forms.ChoiceField(label=gettext_lazy("신청할 수 있는 기관"), choices=Round.Scope.choices)
    scope_lines = forms.CharField(
        label=gettext_lazy("대상 기관이나 평생학습도시"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "한 줄에 하나씩 붙여 넣습니다. 기관은 이름, 도시는 ‘서울특별시 마포구 2013-05-01’처럼 된 날과 함께 적습니다."
        ),
    )
    scope_file = forms.FileField(
        label=gettext_lazy("대상 목록 파일"),
        required=False,
        help_text=gettext_lazy("엑셀이나 CSV. 첫 칸에 이름, 다음 칸에 된 날. 올리면 위의 칸 대신 씁니다."),
    )
    opens_on = _day(gettext_lazy("신청 첫날"))
    last_day = _day(gettext_lazy("신청 마지막 날"), help_text=gettext_lazy("이날 24시까지 받습니다."))
    forward_until = _day(gettext_lazy("지자체·시도 검토 마감"), required=False)
    review_from = _day(gettext_lazy("평가 시작"), required=False)
    review_until = _day(gettext_lazy("평가 마감"), required=False)
    committee_on = _day(gettext_lazy("심의 예정일"), required=False)
    results_on = _day(gettext_lazy("결과 공고 예정일"), required=False)
    stages = forms.MultipleChoiceField(
        label=gettext_lazy("평가 단계"),
        choices=[("paper", gettext_lazy("서면평가")), ("second", gettext_lazy("2단계 평가"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    evaluators_per_application = forms.IntegerField(label=gettext_lazy("신청 건마다 평가위원 수"))
    exclude_own_region = forms.BooleanField(label=gettext_lazy("같은 시군구의 평가위원을 뺌"), required=False)
    supplement_days = forms.IntegerField(label=gettext_lazy("예비인정 보완 기간(일)"))
    target = forms.IntegerField(label=gettext_lazy("목표 과정 수"), required=False, min_value=0)
    procedure = forms.CharField(
        label=gettext_lazy("공고문"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("마크다운으로 씁니다. 신청 절차를 적어 주세요."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["criteria"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = criteria.usable()

    def draft(self) -> RoundDraft:
        given = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"scope_lines", "scope_file", "stages"}
        }
        return RoundDraft(**given, stages=tuple(self.cleaned_data["stages"]))

    def lines(self) -> str:
        """Return what was typed, or what the file says instead."""
        file = self.cleaned_data.get("scope_file")
        if not file:
            return str(self.cleaned_data["scope_lines"])
        lines, _encoding = open_lines(file.read(), max_bytes=settings.UPLOAD_MAX_BYTES, max_rows=scopes.MOST)
        return "\n".join(" ".join(str(cell) for cell in cells[:2]) for _number, cells in lines)


def _planner(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    if policies.granting_institute(person, now=now_of(request)) is None:
        raise NotAllowed(_("차수는 국가평생교육진흥원 담당자만 다룹니다."))
    return person


def _round(round_id: UUID) -> Round:
    row = queries.round_of(round_id)
    if row is None:
        raise Http404
    return row


@login_required
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """List all rounds; drafts only for those who plan them."""
    person, now = officer_of(request)[0], now_of(request)
    plans = policies.granting_institute(person, now=now) is not None
    rows = queries.rounds() if plans else queries.rounds().exclude(state=State.DRAFT)
    found = [
        {"round": row, "phase": (phase := queries.phase_of(row, now=now)), "label": PHASES[phase]}
        for row in rows[:100]
    ]
    return render(
        request,
        "office/rounds.html",
        {
            "rows": found,
            "plans": plans,
            "may_switch": stages.can_switch(person, now=now),
            "section": "rounds",
        },
    )


@login_required
@require_safe
def round_(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show one round: calendar with today, how many applications are where, what still keeps it from publication."""
    person, now = officer_of(request)[0], now_of(request)
    row = _round(round_id)
    plans = policies.granting_institute(person, now=now) is not None
    if row.state == State.DRAFT and not plans:
        raise Http404
    counts = Counter(row.applications.exclude(state=Application.State.DRAFT).values_list("state", flat=True))
    phase = queries.phase_of(row, now=now)
    return render(
        request,
        "office/round.html",
        {
            "round": row,
            "phase": phase,
            "phase_label": PHASES[phase],
            "calendar": calendar_of(row, day_of(now)),
            "counts": [
                (label, counts[str(value)], value)
                for value, label in Application.State.choices
                if counts[str(value)]
            ],
            "total": sum(counts.values()),
            "wanting": services.hindrances(row, now=now) if row.state == State.DRAFT else [],
            "earliest": rules.first_day_to_open(day_of(now)),
            "changes": list(row.changes.select_related("actor")),
            "plans": plans,
            "last_day": day_of(row.closes_at - timedelta(microseconds=1)),
            "section": "rounds",
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, round_id: UUID | None = None) -> HttpResponse:
    """Begin a round, or change one that is not published yet."""
    person, now = _planner(request), now_of(request)
    row = _round(round_id) if round_id else None
    form = RoundForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        initial=_initial(row, request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            entries = scopes.read(form.cleaned_data["scope"], form.lines(), on=day_of(now))
            if row is None:
                made = services.create(draft=form.draft(), scopes=entries, actor=person, now=now)
            else:
                given = request.POST.get("revision", "")
                made = services.change(
                    round=row,
                    draft=form.draft(),
                    scopes=entries,
                    revision=int(given) if given.isdecimal() and len(given) < 9 else 0,
                    actor=person,
                    now=now,
                )
        except Refused as refusal:
            show_refusal(form, refusal)
        except Unreadable as trouble:
            form.add_error("scope_file", str(trouble))
        else:
            messages.success(request, _("저장했습니다. 공고하기 전에는 누구에게도 보이지 않습니다."))
            return redirect("office-round", made.pk)
    return render(
        request,
        "office/round_edit.html",
        {
            "form": form,
            "round": row,
            "revision": request.POST.get("revision") or (row.revision if row else ""),
            "earliest": rules.first_day_to_open(day_of(now)),
            "rule": rules.ONE_MONTH_RULE,
            "section": "rounds",
        },
        status=422 if form.errors else 200,
    )


def _initial(row: Round | None, request: HttpRequest) -> dict[str, Any]:
    today = day_of(now_of(request))
    if row is None:
        return {
            "year": today.year,
            "number": (Round.objects.filter(year=today.year).count() or 0) + 1,
            "admits_finished": True,
            "admits_planned": True,
            "stages": ["paper"],
            "evaluators_per_application": 3,
            "supplement_days": 30,
        }
    values = {name: getattr(row, name) for name in RoundForm.base_fields if hasattr(row, name)}
    return {
        **values,
        "opens_on": day_of(row.opens_at),
        "last_day": day_of(row.closes_at - timedelta(microseconds=1)),
        "scope_lines": scopes.text_of(row),
    }


class ExtendForm(forms.Form):
    last_day = _day(gettext_lazy("새 마지막 날"), help_text=gettext_lazy("이날 24시까지 받습니다."))
    reason = forms.CharField(
        label=gettext_lazy("까닭"), max_length=500, help_text=gettext_lazy("공고에 그대로 실립니다.")
    )


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("까닭"), max_length=500, help_text=gettext_lazy("공고에 그대로 실립니다.")
    )


@login_required
@require_POST
def publish(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Publish a round."""
    person = _planner(request)
    row = _round(round_id)
    try:
        services.publish(round=row, actor=person, now=now_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("공고했습니다. 대상, 기준, 절차는 이제 바꿀 수 없습니다."))
    return redirect("office-round", row.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, round_id: UUID, act: str) -> HttpResponse:
    """Put off the end of applications, or call a round off, with the reason."""
    person, now, row = _planner(request), now_of(request), _round(round_id)
    if act not in {"extend", "cancel"}:
        raise Http404
    kind: type[forms.Form] = ExtendForm if act == "extend" else CancelForm
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if act == "extend":
                services.extend(round=row, actor=person, now=now, **form.cleaned_data)
            else:
                services.cancel(round=row, actor=person, now=now, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request, _("신청 마감을 늦추었습니다.") if act == "extend" else _("차수를 취소했습니다.")
            )
            return redirect("office-round", row.pk)
    return render(
        request,
        "office/round_act.html",
        {"round": row, "form": form, "act": act, "section": "rounds"},
        status=422 if form.errors else 200,
    )


class SwitchOnForm(forms.Form):
    institute = forms.ModelChoiceField(
        Organisation.objects.filter(kind=Organisation.Kind.PROVINCIAL_INSTITUTE, closed_on=None),
        label=gettext_lazy("시도평생교육진흥원"),
    )
    valid_from = _day(gettext_lazy("이날부터"))
    note = forms.CharField(label=gettext_lazy("근거"), required=False, max_length=300)


class SwitchOffForm(forms.Form):
    last_day = _day(gettext_lazy("이날까지"))
    note = forms.CharField(label=gettext_lazy("근거"), required=False, max_length=300)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def provinces(request: HttpRequest) -> HttpResponse:
    """Show the dated table of provincial stages, and switch them on and off."""
    person, now = officer_of(request)[0], now_of(request)
    data = request.POST if request.method == "POST" else None
    wanted = request.POST.get("act", "")
    on = SwitchOnForm(data if wanted == "on" else None)
    off = SwitchOffForm(data if wanted == "off" else None)
    try:
        if wanted == "on" and on.is_valid():
            stages.switch_on(actor=person, now=now, **on.cleaned_data)
            messages.success(request, _("시도 단계를 켰습니다. 이미 낸 신청의 길은 그대로입니다."))
            return redirect("office-provinces")
        if wanted == "off" and off.is_valid():
            row = get_object_or_404(ProvincialStage, pk=request.POST.get("stage") or UUID(int=0))
            stages.switch_off(stage=row, actor=person, now=now, **off.cleaned_data)
            messages.success(request, _("시도 단계를 끕니다. 이미 낸 신청의 길은 그대로입니다."))
            return redirect("office-provinces")
    except Refused as refusal:
        show_refusal(on if wanted == "on" else off, refusal)
    return render(
        request,
        "office/provinces.html",
        {
            "rows": list(provincial_stages()),
            "today": day_of(now),
            "on": on,
            "off": off,
            "may_switch": stages.can_switch(person, now=now),
            "section": "rounds",
        },
        status=422 if on.errors or off.errors else 200,
    )


urlpatterns = [
    path("rounds/", rounds, name="office-rounds"),
    path("rounds/new/", plan, name="office-round-new"),
    path("rounds/provinces/", provinces, name="office-provinces"),
    path("rounds/<uuid:round_id>/", round_, name="office-round"),
    path("rounds/<uuid:round_id>/edit/", plan, name="office-round-edit"),
    path("rounds/<uuid:round_id>/publish/", publish, name="office-round-publish"),
    path("rounds/<uuid:round_id>/<slug:act>/", act, name="office-round-act"),
]
