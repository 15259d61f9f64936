"""The table between the six official fields and a framework's areas: looked at by all, edited by its owner (B13)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.class_map_file import COLUMNS, EXAMPLES, read_map, rows_of, split_words
from naite.trunk.badges.class_map_rules import MOST_LINES, Line, from_data
from naite.trunk.badges.framework import Framework
from naite.trunk.badges.models import ClassMap
from naite.trunk.badges.services import class_maps
from naite.trunk.catalogue.classification import Category
from naite.trunk.people.models import Person
from naite.web.excel import Sheet, excel_book
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of

BLANK = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A line as its fields show it."""

    category: str
    words: str
    target: str
    fault: str = ""
    is_new: bool = False


@login_required
@require_safe
def first_class_map(request: HttpRequest) -> HttpResponse:
    """Where the menu leads: the table of the framework that comes with Naite."""
    return redirect("work-class-map", frameworks.current()[0].code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def class_map(request: HttpRequest, code: str) -> HttpResponse:
    """The table as it counts, and for its owner the draft of the next version."""
    kind, may_edit = _seen(request, code)
    if request.method != "POST":
        return _page(request, kind, may_edit)
    if not may_edit:
        raise NotAllowed(_("이 체계의 대응표를 고칠 권한이 없습니다. 체계를 만든 곳에 물어보세요."))
    act = {"publish": _publish, "upload": _upload}.get(request.POST.get("action", ""), _save)
    return act(request, kind)


@login_required
@require_safe
def class_map_file(request: HttpRequest, code: str) -> HttpResponse:
    """The table as Excel, in the shape in which it is taken in again."""
    kind, may_edit = _seen(request, code)
    draft = _draft(code) if may_edit else None
    lines = from_data(draft.lines) if draft else class_maps.lines_of(code)
    guide = Sheet(_("적는 법"), [_("열"), _("적는 법"), _("보기")], [[c, *EXAMPLES[c]] for c in COLUMNS])
    table = Sheet(_("대응표"), COLUMNS, rows_of(lines, kind))
    return excel_book(_("%(name)s 대응표") % {"name": kind.name}, [table, guide])


def _save(request: HttpRequest, kind: Framework) -> HttpResponse:
    lines = _lines(request.POST)
    try:
        class_maps.save_draft(
            kind=kind,
            lines=lines,
            note=request.POST.get("note", ""),
            draft=_draft(kind.code),
            revision=_revision(request),
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, kind, True, lines=lines, refusal=refusal)
    messages.success(request, _("저장했습니다. 공개하기 전에는 짐작이 바뀌지 않습니다."))
    return redirect("work-class-map", kind.code)


def _publish(request: HttpRequest, kind: Framework) -> HttpResponse:
    draft = _draft(kind.code)
    if draft is None:
        raise Http404
    try:
        class_maps.publish(
            draft=draft,
            kind=kind,
            revision=_revision(request),
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, kind, True, refusal=refusal)
    messages.success(request, _("대응표를 공개했습니다. 다음 짐작부터 이 표를 씁니다."))
    return redirect("work-class-map", kind.code)


def _upload(request: HttpRequest, kind: Framework) -> HttpResponse:
    file = request.FILES.get("file")
    try:
        if not isinstance(file, UploadedFile):
            raise Refused(_("파일을 골라 주세요."), code="file_missing")
        content = file.read(settings.UPLOAD_MAX_BYTES + 1)
        lines, faults = read_map(content, max_bytes=settings.UPLOAD_MAX_BYTES, kind=kind)
        if faults:
            told = " ".join(
                _("%(row)d행: %(fault)s") % {"row": row, "fault": fault} for row, fault in faults[:5]
            )
            raise Refused(
                _("고칠 행이 %(n)d개 있습니다. %(told)s") % {"n": len(faults), "told": told}, code="bad_rows"
            )
        class_maps.save_draft(
            kind=kind,
            lines=lines,
            note=_("파일에서 가져옴"),
            draft=_draft(kind.code),
            revision=_revision(request),
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, kind, True, refusal=refusal)
    messages.success(request, _("파일의 표를 초안으로 가져왔습니다. 살펴보고 공개해 주세요."))
    return redirect("work-class-map", kind.code)


def _page(
    request: HttpRequest,
    kind: Framework,
    may_edit: bool,
    *,
    lines: Sequence[Line] | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    counting = class_maps.lines_of(kind.code)
    draft = _draft(kind.code) if may_edit else None
    if lines is None:
        lines = from_data(draft.lines) if draft else counting
    faults = refusal.fields if isinstance(refusal, Invalid) else {}
    shown = [
        Row(
            line.category,
            ", ".join(line.words),
            _target_value(line),
            str(faults.get(f"line{at}", "")),
            is_new=line not in counting,
        )
        for at, line in enumerate(lines)
    ]
    if may_edit:
        shown += [Row("", "", "")] * min(BLANK, MOST_LINES - len(shown))
    context = {
        "kind": kind,
        "rows": shown,
        "gone": rows_of([line for line in counting if line not in lines], kind),
        "may_edit": may_edit,
        "draft": draft,
        "versions": [row for row in class_maps.versions_of(kind.code) if row.published_at],
        "categories": Category.choices,
        "targets": [
            (area.name, [(area.code, _("%(area)s (세부 영역 없이)") % {"area": area.name})])
            if not area.sub_areas
            else (
                area.name,
                [
                    (area.code, _("%(area)s (세부 영역 없이)") % {"area": area.name}),
                    *((f"{area.code}/{sub.code}", sub.name) for sub in area.sub_areas.values()),
                ],
            )
            for area in kind.areas.values()
        ],
        "note": request.POST.get("note", draft.note if draft else ""),
        "refusal": refusal,
        "section": "class-map" if may_edit and class_maps.owner_of(kind.code) is None else "badges",
    }
    return render(request, "institution/class_map.html", context, status=refusal.status if refusal else 200)


def _seen(request: HttpRequest, code: str) -> tuple[Framework, bool]:
    """The newest version of a framework, and whether the person edits its table.

    Whoever may make badges in it may look.
    """
    person, now = person_of(request), now_of(request)
    may_edit = class_maps.can_edit(person, code, now=now)
    offered = _known(request, person, may_edit, code)
    if offered is None:
        raise Http404
    return offered, may_edit


def _known(request: HttpRequest, person: Person, may_edit: bool, code: str) -> Framework | None:
    if may_edit:
        owner = class_maps.owner_of(code)
        offered = frameworks.offered(owner) if owner else frameworks.current()
    else:
        offered = frameworks.offered(institution_of(request))
    return next((item for item in offered if item.code == code), None)


def _draft(code: str) -> ClassMap | None:
    return ClassMap.objects.filter(framework=code, published_at=None).first()


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() else 0


def _target_value(line: Line) -> str:
    return f"{line.area}/{line.sub_area}" if line.sub_area else line.area


def _lines(data: QueryDict) -> list[Line]:
    """The rows that were typed; one without a field is left out."""
    found = []
    for category, words, target in zip(
        data.getlist("category"), data.getlist("words"), data.getlist("target"), strict=False
    ):
        if category or words.strip():
            area, _slash, sub_area = target.partition("/")
            found.append(Line(category, split_words(words), area, sub_area))
    return found


urlpatterns = [
    path("class-maps/", first_class_map, name="work-class-maps"),
    path("class-maps/<slug:code>/", class_map, name="work-class-map"),
    path("class-maps/<slug:code>/table.xlsx", class_map_file, name="work-class-map-file"),
]
