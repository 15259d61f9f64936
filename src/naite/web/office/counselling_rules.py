"""Categories of questions and the reply clock, for those who edit help."""

from datetime import date, datetime
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
from django.views.decorators.http import require_http_methods

from naite.branches.counselling import policies, queries, rules
from naite.branches.counselling.models import QuestionCategory, ReplyRule
from naite.branches.counselling.services import categories
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of


class CategoryForm(forms.Form):
    """A category's names and place; its key only when it is new."""

    key = forms.CharField(
        label=gettext_lazy("이름표"),
        required=False,
        help_text=gettext_lazy("영문 소문자, 숫자, 붙임표. 나중에 바꿀 수 없습니다. 예: study-group"),
    )
    name = forms.CharField(label=gettext_lazy("이름"), required=False)
    name_en = forms.CharField(label=gettext_lazy("영문 이름"), required=False)
    position = forms.IntegerField(
        label=gettext_lazy("순서"),
        required=False,
        min_value=0,
        max_value=999,
        help_text=gettext_lazy("작은 수가 먼저 나옵니다."),
    )


class RuleForm(forms.Form):
    """A rule for the reply clock from a day on."""

    category = forms.ModelChoiceField(
        queries.categories(),
        label=gettext_lazy("갈래"),
        required=False,
        empty_label=gettext_lazy("모든 갈래"),
    )
    working_days = forms.IntegerField(label=gettext_lazy("답할 날수 (일하는 날)"), required=False)
    count_first_day = forms.BooleanField(label=gettext_lazy("받은 날도 셉니다"), required=False, initial=True)
    remind_days = forms.IntegerField(
        label=gettext_lazy("며칠 전에 담당자에게 알릴까요"), required=False, initial=2
    )
    valid_from = forms.DateField(label=gettext_lazy("언제부터"), required=False, widget=DATE_INPUT)
    source = forms.CharField(
        label=gettext_lazy("근거"), required=False, help_text=gettext_lazy("법령 조문이나 내부 지침")
    )


def _editor(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    if not policies.can_edit_help(person, now=now_of(request)):
        raise NotAllowed(_("국가평생교육진흥원 담당자와 운영자만 할 수 있습니다."))
    return person


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request: HttpRequest) -> HttpResponse:
    """Show both lists with their forms; a form that is refused keeps what was typed."""
    person, now = _editor(request), now_of(request)
    edited = QuestionCategory.objects.filter(pk=request.GET.get("edit", "")).first()
    act, _colon, which = request.POST.get("act", "").partition(":")
    category_form = _category_form(edited, request.POST if act == "category" else None)
    rule_form = RuleForm(request.POST if act == "rule" else None, prefix="rule")
    form = {"category": category_form, "rule": rule_form}.get(act)
    if request.method == "POST":
        try:
            if form is None or form.is_valid():
                messages.success(request, _act(act, which, form, edited, person, now))
                return redirect("office-question-rules")
        except NotAllowed:
            raise
        except Refused as refusal:
            if form is None:
                messages.warning(request, str(refusal))
                return redirect("office-question-rules")
            show_refusal(form, refusal)
    return render(
        request,
        "counselling/office_rules.html",
        _context(now, edited, category_form, rule_form),
        status=422 if request.method == "POST" else 200,
    )


def _category_form(edited: QuestionCategory | None, data: Any) -> CategoryForm:
    if edited is None:
        return CategoryForm(data, prefix="category")
    facts = {"name": edited.name, "name_en": edited.name_en, "position": edited.position}
    form = CategoryForm(data, prefix="category", initial=facts)
    del form.fields["key"]
    return form


def _act(
    act: str,
    which: str,
    form: forms.Form | None,
    edited: QuestionCategory | None,
    person: Person,
    now: datetime,
) -> str:
    """Do what was pressed and return what to say."""
    if act == "category" and form is not None:
        said = form.cleaned_data
        categories.keep_category(
            key=edited.pk if edited else said["key"],
            name=said["name"],
            name_en=said["name_en"],
            position=said["position"],
            new=edited is None,
            actor=person,
            now=now,
        )
        return _("갈래를 저장했습니다.")
    if act == "rule" and form is not None:
        categories.add_rule(**form.cleaned_data, actor=person, now=now)
        return _("규칙을 더했습니다.")
    if act == "drop":
        rule = get_object_or_404(ReplyRule, pk=_uuid(which))
        categories.drop_rule(rule=rule, actor=person, now=now)
        return _("규칙을 지웠습니다.")
    row = get_object_or_404(QuestionCategory, pk=which)
    if act == "retire":
        categories.retire_category(category=row, actor=person, now=now)
        return _("갈래를 내렸습니다. 이미 보낸 상담은 그대로입니다.")
    categories.restore_category(category=row, actor=person, now=now)
    return _("갈래를 다시 올렸습니다.")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _context(
    now: datetime, edited: QuestionCategory | None, category: CategoryForm, rule: RuleForm
) -> dict[str, Any]:
    today = day_of(now)
    clocks = queries.clocks()
    return {
        "section": "help-edit",
        "edited": edited,
        "category_form": category,
        "rule_form": rule,
        "categories": [(row, _days(clocks, row.pk, today)) for row in QuestionCategory.objects.all()],
        "rules": [
            (row, row.valid_from > today)
            for row in ReplyRule.objects.select_related("category").order_by("-valid_from", "category_id")
        ],
    }


def _days(clocks: list[rules.Clock], key: str, today: date) -> int | None:
    found = rules.clock_for(clocks, key, today)
    return found.working_days if found else None


urlpatterns = [path("help/rules/", rules_page, name="office-question-rules")]
