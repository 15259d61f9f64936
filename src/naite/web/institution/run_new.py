"""Opening a run: choose a course, fill in the form, let the sessions be made from weekdays, change them."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from naite.roots.errors import Refused
from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.delivery import rules, services
from naite.trunk.delivery.drafts import SessionDraft
from naite.trunk.people.models import Organisation
from naite.web.institution.access import institution_of, person_of
from naite.web.institution.run_forms import RunForm, SessionForm, SessionFormSet, WeeklyForm
from naite.web.institution.runs import explain
from naite.web.middleware import now_of

PREFIX = "s"


def _rows_of(version: CourseVersion) -> list[dict[str, Any]]:
    """Return undated rows after the course's syllabus, or one with all its hours."""
    rows = [
        {"title": str(item.get("title", ""))[:200], "hours": str(item.get("hours") or "2")}
        for item in version.syllabus
        if isinstance(item, dict)
    ]
    return rows or [{"title": "", "hours": f"{version.total_hours.normalize():f}"}]


def _typed_rows(formset: Any) -> list[dict[str, Any]]:
    """Return the rows as they were typed, without those ticked for removal."""
    rows = []
    for form in formset.forms:
        row = {name: form[name].value() for name in SessionForm.base_fields}
        if not form["DELETE"].value():
            rows.append(row)
    return rows


def _made_rows(weekly: WeeklyForm, typed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row per meeting; titles and hours of the rows that were there are kept in order."""
    data = weekly.cleaned_data
    drafts = rules.weekly_sessions(
        first_day=data["first_day"],
        weekdays=frozenset(int(day) for day in data["weekdays"]),
        start=data["start"],
        end=data["end"],
        count=data["count"],
        hours=Decimal("2"),
        skipped=data["skipped"],
    )
    rows = []
    for number, draft in enumerate(drafts):
        before = typed[number] if number < len(typed) else {"title": "", "hours": _hours(data)}
        assert draft.starts_at is not None
        rows.append(
            {
                "title": before["title"],
                "hours": before["hours"] or _hours(data),
                "day": timezone.localtime(draft.starts_at).date().isoformat(),
                "start": f"{data['start']:%H:%M}",
                "end": f"{data['end']:%H:%M}",
            }
        )
    return rows


def _hours(data: dict[str, Any]) -> str:
    minutes = (data["end"].hour * 60 + data["end"].minute) - (data["start"].hour * 60 + data["start"].minute)
    return f"{(Decimal(minutes) / 60).quantize(Decimal('0.1')).normalize():f}"


def _drafts(formset: Any) -> tuple[SessionDraft, ...]:
    return tuple(form.draft() for form in formset.forms if not form.cleaned_data.get("DELETE"))


def _choose(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    courses = (
        Course.objects.filter(organisation=organisation, retired_at=None, current__isnull=False)
        .select_related("current")
        .order_by("current__title")
    )
    return render(request, "institution/run_choose.html", {"courses": courses, "section": "runs"})


def _version(request: HttpRequest, organisation: Organisation) -> CourseVersion | None:
    given = request.GET.get("version", "")
    if not given:
        return None
    try:
        pk = UUID(given)
    except ValueError:
        raise Http404 from None
    version = (
        CourseVersion.objects.select_related("course__organisation")
        .filter(pk=pk, course__organisation=organisation)
        .first()
    )
    if version is None:
        raise Http404
    return version


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def run_new(request: HttpRequest) -> HttpResponse:
    """Open a run. ``make`` fills the sessions from weekdays, ``add`` adds a row, ``open`` opens.

    Everything typed stays through all three; nothing is written before ``open``.
    """
    organisation = institution_of(request)
    version = _version(request, organisation)
    if version is None:
        return _choose(request, organisation)
    if request.method != "POST":
        form = RunForm(
            organisation=organisation,
            initial={"address": organisation.address, "programme": request.GET.get("programme") or None},
        )
        formset = SessionFormSet(prefix=PREFIX, initial=_rows_of(version))
        return _page(request, version, form, WeeklyForm(), formset)
    act = request.POST.get("act", "open")
    form = RunForm(request.POST, organisation=organisation)
    formset = SessionFormSet(request.POST, prefix=PREFIX)
    if act in ("make", "add"):
        typed = _typed_rows(formset)
        weekly = WeeklyForm(request.POST) if act == "make" else WeeklyForm(initial=_kept(request))
        if act == "add":
            typed = [*typed, {"title": "", "hours": typed[-1]["hours"] if typed else "2"}]
        elif weekly.is_valid():
            typed = _made_rows(weekly, typed)
        kept = RunForm(organisation=organisation, initial={name: form[name].value() for name in form.fields})
        made = SessionFormSet(prefix=PREFIX, initial=typed)
        return _page(request, version, kept, weekly, made, status=422 if weekly.errors else 200)
    weekly = WeeklyForm(initial=_kept(request))
    form_ok, rows_ok = form.is_valid(), formset.is_valid()
    if form_ok and rows_ok:
        try:
            run = services.open_run(
                draft=form.draft(version, _drafts(formset)), actor=person_of(request), now=now_of(request)
            )
        except Refused as refusal:
            _explain(form, formset, refusal)
        else:
            messages.success(request, _("강좌를 열었습니다. 이제 누리집에서 찾을 수 있습니다."))
            return redirect("work-run", run.pk)
    elif form_ok:
        # The rows are told by themselves; say at once what else would be refused.
        wrong = rules.check_draft(form.draft(version, (SessionDraft(),)))
        if wrong:
            explain(form, Refused("", fields=wrong))
    return _page(request, version, form, weekly, formset, status=422)


def _kept(request: HttpRequest) -> dict[str, Any]:
    kept: dict[str, Any] = {name: request.POST.get(name, "") for name in WeeklyForm.base_fields}
    kept["weekdays"] = request.POST.getlist("weekdays")
    return kept


def _explain(form: RunForm, formset: Any, refusal: Refused) -> None:
    """Put what is wrong with a session at its row; the rest at the fields of the form."""
    live = [row for row in formset.forms if not row.cleaned_data.get("DELETE")]
    for name, words in refusal.fields.items():
        number = name.removeprefix("sessions.")
        if number.isdigit() and int(number) <= len(live):
            live[int(number) - 1].add_error(None, str(words))
        elif name == "sessions":
            form.add_error(None, str(words))
    rest = {name: words for name, words in refusal.fields.items() if not name.startswith("sessions")}
    if rest or not refusal.fields:
        explain(form, Refused(refusal.message, fields=rest))


def _page(
    request: HttpRequest,
    version: CourseVersion,
    form: RunForm,
    weekly: WeeklyForm,
    formset: Any,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "version": version,
        "form": form,
        "weekly": weekly,
        "formset": formset,
        "section": "runs",
    }
    return render(request, "institution/run_new.html", context, status=status)


urlpatterns = [path("runs/new/", run_new, name="work-run-new")]
