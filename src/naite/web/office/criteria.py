"""Criteria of recognition: versions, the editor, out to Excel and back with what changes shown first."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots import markdown
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.catalogue.standard_file.container import Unreadable, open_lines
from naite.trunk.people.models import Person
from naite.trunk.recognition import policies
from naite.trunk.recognition.criteria import drafts, queries, sample, services, sheet
from naite.trunk.recognition.criteria.drafts import ItemDraft
from naite.trunk.recognition.models import CriteriaItem, CriteriaVersion
from naite.web.excel import excel
from naite.web.middleware import now_of
from naite.web.office.case_list import officer_of

State = CriteriaVersion.State
PREFIX = "item"


class ItemForm(forms.Form):
    """One item; an empty one is passed over."""

    heading = forms.ChoiceField(label=gettext_lazy("영역"), choices=CriteriaItem.Heading.choices)
    title = forms.CharField(label=gettext_lazy("평가항목"), required=False)
    points = forms.CharField(
        label=gettext_lazy("배점"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    indicators = forms.CharField(
        label=gettext_lazy("세부지표"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("한 줄에 하나. 배점을 나누려면 모든 줄 끝에 적습니다. 예: 접근성 확보 | 3"),
    )
    manual = forms.CharField(
        label=gettext_lazy("평가편람"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("마크다운으로 씁니다. 평가위원이 항목 옆에서 봅니다."),
    )
    evidence_demanded = forms.CharField(label=gettext_lazy("증빙으로 낼 것"), required=False)
    evidence_required = forms.BooleanField(label=gettext_lazy("증빙이 꼭 있어야 함"), required=False)
    drop = forms.BooleanField(label=gettext_lazy("이 항목 빼기"), required=False)

    def draft(self) -> ItemDraft | None:
        data = self.cleaned_data
        if data["drop"] or not any(data[name] for name in ("title", "points", "indicators", "manual")):
            return None
        return ItemDraft(
            heading=data["heading"],
            title=data["title"],
            points=drafts.read_points(data["points"]),
            manual=data["manual"],
            evidence_demanded=data["evidence_demanded"],
            evidence_required=data["evidence_required"],
            indicators=tuple(drafts.read_indicators(data["indicators"])),
        )


ItemFormSet = forms.formset_factory(ItemForm, extra=0, max_num=70, absolute_max=80)


def _writer(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    if policies.granting_institute(person, now=now_of(request)) is None:
        raise NotAllowed(_("평가인정 기준은 국가평생교육진흥원 담당자만 다룹니다."))
    return person


def _version(version_id: UUID) -> CriteriaVersion:
    row = queries.version_of(version_id)
    if row is None:
        raise Http404
    return row


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: HttpRequest) -> HttpResponse:
    """List all versions; a POST begins a new one, empty or from the sample."""
    person = officer_of(request)[0]
    writes = policies.granting_institute(person, now=now_of(request)) is not None
    wrong = ""
    if request.method == "POST":
        _writer(request)
        try:
            made = services.start(
                name=request.POST.get("name", ""),
                items=sample.ITEMS if request.POST.get("from") == "sample" else (),
                is_sample=request.POST.get("from") == "sample",
                actor=person,
                now=now_of(request),
            )
        except Refused as refusal:
            wrong = str(refusal)
        else:
            return redirect("office-criteria-edit", made.pk)
    return render(
        request,
        "office/criteria_list.html",
        {"versions": queries.versions(), "writes": writes, "wrong": wrong, "section": "rounds"},
        status=422 if wrong else 200,
    )


@login_required
@require_safe
def version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Show one version with its manual; as Excel on demand."""
    person = officer_of(request)[0]
    row = _version(version_id)
    if request.GET.get("format") == "xlsx":
        return excel(
            name=str(row),
            title=_("평가인정 기준"),
            heads=sheet.COLUMNS,
            rows=sheet.rows_of(drafts.of_version(row)),
        )
    groups = queries.groups(row)
    before = drafts.of_version(row.based_on) if row.based_on else None
    return render(
        request,
        "office/criteria.html",
        {
            "version": row,
            "groups": groups,
            "total": queries.total_points(row),
            "manuals": [
                (item, markdown.render(item.manual))
                for group in groups
                for item in group.items
                if item.manual
            ],
            "changes": drafts.changes(before, drafts.of_version(row)) if before is not None else [],
            "writes": policies.granting_institute(person, now=now_of(request)) is not None,
            "section": "rounds",
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Write a draft; one more item on demand; two tabs are told."""
    person = _writer(request)
    row = _version(version_id)
    if row.state != State.DRAFT:
        raise Refused(
            _("공개한 기준은 바꿀 수 없습니다. 새 판을 만들어 고쳐 주세요(시행령 제14조의2제3항)."),
            code="published",
        )
    if request.method != "POST":
        return _editor(request, row, _filled(row))
    forms_ = ItemFormSet(request.POST, prefix=PREFIX)
    if request.POST.get("act") == "add":
        typed = [{name: form[name].value() for name in form.fields} for form in forms_.forms]
        return _editor(
            request,
            row,
            ItemFormSet(prefix=PREFIX, initial=[*typed, {}]),
            revision=request.POST.get("revision"),
        )
    trouble = ""
    if forms_.is_valid():
        kept = [(form, item) for form in forms_.forms if (item := form.draft()) is not None]
        given = request.POST.get("revision", "")
        # In the order of the headings, as they are kept, so that faults find their forms.
        order = {heading.value: place for place, heading in enumerate(drafts.HEADINGS)}
        kept.sort(key=lambda pair: order[pair[1].heading])
        try:
            services.save(
                version=row,
                items=[item for _form, item in kept],
                note=request.POST.get("note", ""),
                is_sample="is_sample" in request.POST,
                revision=int(given) if given.isdecimal() and len(given) < 9 else 0,
                actor=person,
                now=now_of(request),
            )
        except services.Faulty as faulty:
            trouble = str(faulty)
            for fault in faulty.faults:
                if fault.row:
                    kept[fault.row - 1][0].add_error(fault.field or None, fault.message)
        except Refused as refusal:
            trouble = str(refusal)
        else:
            messages.success(request, _("저장했습니다."))
            return redirect("office-criteria", row.pk)
    return _editor(
        request,
        row,
        forms_,
        trouble=trouble or _("고칠 것이 있습니다. 적으신 것은 그대로 있습니다."),
        revision=request.POST.get("revision"),
        status=422,
    )


def _filled(row: CriteriaVersion) -> Any:
    first = [
        {
            "heading": item.heading,
            "title": item.title,
            "points": drafts.points_text(item.points),
            "indicators": drafts.indicators_text(item.indicators),
            "manual": item.manual,
            "evidence_demanded": item.evidence_demanded,
            "evidence_required": item.evidence_required,
        }
        for item in drafts.of_version(row)
    ]
    return ItemFormSet(prefix=PREFIX, initial=first or [{} for _row in range(5)])


def _editor(
    request: HttpRequest,
    row: CriteriaVersion,
    items: Any,
    *,
    trouble: str = "",
    revision: str | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "office/criteria_edit.html",
        {
            "version": row,
            "items": items,
            "trouble": trouble,
            "revision": revision or row.revision,
            "note": request.POST.get("note", row.note),
            "section": "rounds",
        },
        status=status,
    )


@login_required
@require_POST
def act(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Publish, retire, copy to a new version, or throw a draft away."""
    person, now = _writer(request), now_of(request)
    row, wanted = _version(version_id), request.POST.get("act", "")
    try:
        if wanted == "publish":
            services.publish(version=row, actor=person, now=now)
            messages.success(request, _("공개했습니다. 이제 이 판은 바뀌지 않습니다."))
        elif wanted == "retire":
            services.retire(version=row, actor=person, now=now)
            messages.success(request, _("새 차수에서 쓰지 않게 했습니다."))
        elif wanted == "copy":
            made = services.start(name=row.name, based_on=row, actor=person, now=now)
            return redirect("office-criteria-edit", made.pk)
        elif wanted == "discard":
            services.discard(version=row, actor=person, now=now)
            messages.success(request, _("지웠습니다."))
            return redirect("office-criteria-list")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("office-criteria", row.pk)


@login_required
@require_http_methods(["POST"])
def upload(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Read an edited Excel file, show what it would change, and change it once confirmed."""
    person, row = _writer(request), _version(version_id)
    wrong: list[drafts.Fault] = []
    items: list[ItemDraft] = []
    trouble = ""
    kept = request.POST.get("rows", "")
    file = request.FILES.get("file")
    try:
        if kept:
            table = json.loads(kept)
            items, wrong = sheet.read(
                sheet.COLUMNS, [(n, [str(c) for c in r]) for n, r in enumerate(table, 2)]
            )
        elif file is not None and not isinstance(file, list):
            lines, _encoding = open_lines(file.read(), max_bytes=settings.UPLOAD_MAX_BYTES, max_rows=500)
            read = [(number, [str(cell) for cell in cells]) for number, cells in lines]
            if not read:
                raise Invalid(_("빈 파일입니다. 내려받은 엑셀을 고쳐서 올려 주세요."))
            items, wrong = sheet.read(read[0][1], read[1:])
        else:
            trouble = _("올릴 엑셀 파일을 골라 주세요.")
        if request.POST.get("sure") == "1" and not wrong:
            services.save(
                version=row,
                items=items,
                note=row.note,
                revision=int(request.POST.get("revision", "0")),
                actor=person,
                now=now_of(request),
            )
            messages.success(request, _("엑셀의 내용으로 바꾸었습니다."))
            return redirect("office-criteria", row.pk)
    except (Refused, Unreadable) as refusal:
        trouble = str(refusal)
    except (ValueError, TypeError):
        trouble = _("읽을 수 없는 내용입니다. 파일을 다시 올려 주세요.")
    return render(
        request,
        "office/criteria_upload.html",
        {
            "version": row,
            "trouble": trouble,
            "wrong": wrong,
            "changes": drafts.changes(drafts.of_version(row), items) if items and not wrong else [],
            "rows": json.dumps(sheet.rows_of(items), ensure_ascii=False),
            "section": "rounds",
        },
        status=422 if trouble or wrong else 200,
    )


urlpatterns = [
    path("criteria/", versions, name="office-criteria-list"),
    path("criteria/<uuid:version_id>/", version, name="office-criteria"),
    path("criteria/<uuid:version_id>/edit/", edit, name="office-criteria-edit"),
    path("criteria/<uuid:version_id>/act/", act, name="office-criteria-act"),
    path("criteria/<uuid:version_id>/upload/", upload, name="office-criteria-upload"),
]
