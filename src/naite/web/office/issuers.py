"""The list of trusted issuers, for those who keep it: decide with a reason, confirm, Excel out and in."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files import services as files
from naite.trunk.badges import issuer_file, issuers, names, policies
from naite.trunk.badges.models import IssuerDecision, ListedIssuer
from naite.trunk.badges.services import issuer_list
from naite.trunk.people.models import Organisation, Person
from naite.web.excel import excel
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.files import download
from naite.web.middleware import now_of

EVIDENCE_LIMIT = 10 * 1024 * 1024


class _OrganisationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Organisation) -> str:
        return str(obj.name)


class DecisionForm(forms.Form):
    """What is decided about one issuer. The service checks it."""

    own = _OrganisationField(
        label=gettext_lazy("이 나이테의 기관"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("다른 곳의 기관 (아래에 주소를 적음)"),
    )
    issuer = forms.CharField(
        label=gettext_lazy("발급자 주소"),
        required=False,
        help_text=gettext_lazy("배지에 적힌 그대로. 예: did:web:example.ac.kr, https://example.ac.kr/issuer"),
    )
    name = forms.CharField(label=gettext_lazy("기관 이름"), required=False)
    place = forms.CharField(
        label=gettext_lazy("있는 곳"), required=False, help_text=gettext_lazy("예: 대전, 독일 베를린")
    )
    homepage_url = forms.CharField(label=gettext_lazy("누리집"), required=False)
    standing = forms.ChoiceField(
        label=gettext_lazy("어떻게 할까요"),
        choices=[
            ("trusted", gettext_lazy("믿음 – 목록에 넣음")),
            ("watched", gettext_lazy("지켜봄 – 목록에 두고 그렇게 알림")),
            ("removed", gettext_lazy("뺌 – 더는 믿지 않음")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("까닭"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("배지를 확인하는 누구에게나 보입니다. 개인정보를 적지 마세요."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("언제부터"),
        widget=DATE_INPUT,
        help_text=gettext_lazy("뺄 때는 믿지 않는 첫날. 지난날도 됩니다."),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("언제까지 (이날은 들지 않음)"), widget=DATE_INPUT, required=False
    )
    drops_past = forms.BooleanField(label=gettext_lazy("뺄 때: 그전에 준 배지도 믿지 않음"), required=False)
    evidence_url = forms.CharField(label=gettext_lazy("증거 주소"), required=False)
    evidence = forms.FileField(
        label=gettext_lazy("증거 파일"),
        required=False,
        help_text=gettext_lazy("PDF, 그림, 문서 10MB까지. 담당자만 봅니다."),
    )

    def __init__(self, *args: Any, fixed: ListedIssuer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed is not None:
            del self.fields["own"], self.fields["issuer"]
            return
        own = self.fields["own"]
        assert isinstance(own, _OrganisationField)
        own.queryset = Organisation.objects.exclude(issuer_keys=None).distinct().order_by("name")

    def draft(self, fixed: ListedIssuer | None, evidence: Any) -> issuer_list.Draft:
        data = self.cleaned_data
        own = data.get("own")
        return issuer_list.Draft(
            issuer=fixed.issuer if fixed else names.issuer_did(own.slug) if own else data["issuer"],
            name=data["name"] or (own.name if own else ""),
            standing=data["standing"],
            reason=data["reason"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            keeps_past=not data["drops_past"],
            homepage_url=data["homepage_url"],
            place=data["place"],
            evidence_url=data["evidence_url"],
            evidence_file=evidence,
        )


@login_required
@require_safe
def issuers_list(request: HttpRequest) -> HttpResponse:
    """The list with what waits for a second person; as Excel on demand."""
    _keeper(request)
    now = now_of(request)
    listed = issuers.listed(now=now)
    if request.GET.get("format") == "xlsx":
        return excel(
            name=_("믿을 수 있는 기관 목록"), heads=issuer_file.COLUMNS, rows=issuer_file.rows_of(listed)
        )
    words = request.GET.get("q", "").strip()[:100]
    context = {
        "listed": [
            each for each in listed if words.casefold() in f"{each.row.name} {each.row.issuer}".casefold()
        ],
        "q": words,
        "waiting": IssuerDecision.objects.filter(state=IssuerDecision.State.PROPOSED).select_related(
            "listed", "proposed_by"
        ),
        "version": issuers.version_now(),
        "section": "issuers",
    }
    return render(request, "office/issuers.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issuer_new(request: HttpRequest) -> HttpResponse:
    """Put an issuer on the list for the first time."""
    return _decide(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issuer_one(request: HttpRequest, listed_id: UUID) -> HttpResponse:
    """One issuer with its history, and the form for the next decision."""
    return _decide(request, get_object_or_404(ListedIssuer, pk=listed_id))


def _decide(request: HttpRequest, fixed: ListedIssuer | None) -> HttpResponse:
    person, now = _keeper(request), now_of(request)
    if request.method != "POST":
        return _form(request, fixed, DecisionForm(initial=_initial(request, fixed), fixed=fixed))
    form = DecisionForm(request.POST, request.FILES, fixed=fixed)
    if form.is_valid():
        seen = request.POST.get("seen", "")
        try:
            with transaction.atomic():
                made = issuer_list.decide(
                    draft=form.draft(fixed, _kept(form.cleaned_data["evidence"], request)),
                    seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
                    actor=person,
                    now=now,
                )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
            # What was decided meanwhile is shown now, so the next attempt is made in its knowledge.
            return _form(request, fixed, form, status=refusal.status)
        if made.state == IssuerDecision.State.PROPOSED:
            messages.success(request, _("올렸습니다. 다른 담당자가 확인하면 목록에 들어갑니다."))
        else:
            messages.success(request, _("목록을 바꾸었습니다. 배지를 확인하는 화면에 바로 보입니다."))
        return redirect("office-issuer", made.listed_id)
    return _form(request, fixed, form, status=422)


def _kept(given: Any, request: HttpRequest) -> Any:
    if not isinstance(given, UploadedFile):
        return None
    try:
        return files.keep(
            given,
            name=given.name or "",
            limit=EVIDENCE_LIMIT,
            purpose="issuer evidence",
            now=now_of(request),
        )
    except Invalid as refusal:
        raise Invalid(refusal.message, code=refusal.code, fields={"evidence": refusal.message}) from refusal


def _initial(request: HttpRequest, fixed: ListedIssuer | None) -> dict[str, Any]:
    first: dict[str, Any] = {"valid_from": day_of(now_of(request)), "standing": "trusted"}
    if fixed is None:
        return first | {
            "issuer": request.GET.get("issuer", "")[:500],
            "name": request.GET.get("name", "")[:200],
        }
    # What stands now is what is chosen, so that nobody trusts a watched issuer by leaving the form as it came.
    last = IssuerDecision.objects.filter(listed=fixed).exclude(number=None).order_by("-number").first()
    first["standing"] = last.standing if last else first["standing"]
    return first | {"name": fixed.name, "place": fixed.place, "homepage_url": fixed.homepage_url}


def _form(
    request: HttpRequest, fixed: ListedIssuer | None, form: DecisionForm, status: int = 200
) -> HttpResponse:
    person = _keeper(request)
    context = {
        "fixed": fixed,
        "own": names.slug_of_did(fixed.issuer) is not None if fixed else False,
        "one": issuers.one(fixed, now=now_of(request)) if fixed else None,
        "waiting": IssuerDecision.objects.filter(listed=fixed, state=IssuerDecision.State.PROPOSED)
        .select_related("proposed_by")
        .first()
        if fixed
        else None,
        "me": person,
        "form": form,
        "seen": issuers.version_now(),
        "section": "issuers",
    }
    return render(request, "office/issuer.html", context, status=status)


@login_required
@require_POST
def issuer_answer(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Confirm or decline what somebody else proposed."""
    person, now = _keeper(request), now_of(request)
    decision = get_object_or_404(IssuerDecision.objects.select_related("listed"), pk=decision_id)
    if request.POST.get("act") == "confirm":
        issuer_list.confirm(decision=decision, actor=person, now=now)
        messages.success(request, _("확인했습니다. 배지를 확인하는 화면에 바로 보입니다."))
    else:
        issuer_list.decline(decision=decision, actor=person, now=now)
        messages.success(request, _("하지 않기로 했습니다."))
    return redirect("office-issuer", decision.listed_id)


@login_required
@require_safe
def issuer_evidence(request: HttpRequest, decision_id: UUID) -> FileResponse:
    """The file on which a decision rests."""
    person = _keeper(request)
    decision = get_object_or_404(
        IssuerDecision.objects.select_related("evidence_file").exclude(evidence_file=None), pk=decision_id
    )
    assert decision.evidence_file is not None
    audit.record("badges.open_issuer_evidence", actor=person, now=now_of(request), subject=decision)
    return download(decision.evidence_file)


@login_required
@require_POST
def issuers_upload(request: HttpRequest) -> HttpResponse:
    """Take an Excel file in: first what it would change, then, agreed to, the change."""
    person, now = _keeper(request), now_of(request)
    seen = request.POST.get("seen", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    if "rows" in request.POST:
        try:
            drafts = issuer_file.from_json(json.loads(request.POST["rows"]))
        except (ValueError, Invalid) as error:
            return _upload_page(request, trouble=str(error) if isinstance(error, Invalid) else "")
        wanted = issuer_file.changes(drafts, issuers.listed(now=now))
        try:
            done = issuer_list.take_in(
                drafts=[each.draft for each in wanted], seen=version, actor=person, now=now
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            return _upload_page(request, drafts=drafts, trouble=str(refusal), status=refusal.status)
        messages.success(request, _("%(count)s곳을 바꾸었습니다.") % {"count": f"{done:,}"})
        return redirect("office-issuers")
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _upload_page(request, trouble=_("엑셀이나 CSV 파일을 골라 주세요."))
    try:
        drafts, faults = issuer_file.read(file.read(issuer_file.MAX_BYTES + 1))
    except Invalid as refusal:
        return _upload_page(request, trouble=str(refusal))
    return _upload_page(request, drafts=drafts, faults=faults, status=422 if faults else 200)


def _upload_page(
    request: HttpRequest,
    *,
    drafts: list[issuer_list.Draft] | None = None,
    faults: list[issuer_file.Fault] | None = None,
    trouble: str = "",
    status: int = 422,
) -> HttpResponse:
    listed = issuers.listed(now=now_of(request))
    wanted = issuer_file.changes(drafts or [], listed)
    context = {
        "trouble": trouble,
        "faults": faults or [],
        "changes": wanted,
        "same": len(drafts or []) - len(wanted),
        "rows": json.dumps(issuer_file.as_json(drafts or []), ensure_ascii=False) if not faults else "",
        "seen": issuers.version_now(),
        "section": "issuers",
    }
    return render(request, "office/issuers_upload.html", context, status=status)


def _keeper(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    if not policies.can_keep_issuer_list(person, now=now_of(request)):
        raise NotAllowed(_("믿을 수 있는 기관 목록은 운영자와 국가평생교육진흥원 담당자만 다룹니다."))
    return person


urlpatterns = [
    path("issuers/", issuers_list, name="office-issuers"),
    path("issuers/new/", issuer_new, name="office-issuer-new"),
    path("issuers/upload/", issuers_upload, name="office-issuers-upload"),
    path("issuers/decisions/<uuid:decision_id>/", issuer_answer, name="office-issuer-answer"),
    path("issuers/decisions/<uuid:decision_id>/file/", issuer_evidence, name="office-issuer-evidence"),
    path("issuers/<uuid:listed_id>/", issuer_one, name="office-issuer"),
]
