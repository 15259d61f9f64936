"""Writing help: questions asked often and guidance pages, with preview, history and restoring."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.branches.counselling import help_queries, policies, queries
from naite.branches.counselling.models import Article, ArticleVersion
from naite.branches.counselling.services import articles
from naite.roots.errors import NotAllowed, Refused
from naite.roots.markdown import render as as_html
from naite.trunk.people.models import Person
from naite.web.excel import excel
from naite.web.fields import show_refusal
from naite.web.middleware import now_of


def _editor(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    if not policies.can_edit_help(person, now=now_of(request)):
        raise NotAllowed(_("도움말은 국가평생교육진흥원 담당자와 운영자가 씁니다."))
    return person


class ArticleForm(forms.Form):
    """What an article says; whether it can be kept is decided by ``counselling``."""

    title = forms.CharField(label=gettext_lazy("제목"), required=False)
    body = forms.CharField(
        label=gettext_lazy("본문"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy("## 작은 제목, - 목록, **굵게**, [글](주소). 그림과 HTML은 쓸 수 없습니다."),
    )
    title_en = forms.CharField(label=gettext_lazy("영문 제목"), required=False)
    body_en = forms.CharField(
        label=gettext_lazy("영문 본문"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("비워 두면 영어 화면에도 한국어로 나옵니다."),
    )
    change = forms.CharField(label=gettext_lazy("무엇을 바꾸었나요"), required=False)
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def text(self) -> articles.ArticleText:
        return articles.ArticleText(
            **{name: value for name, value in self.cleaned_data.items() if name in _TEXT}
        )


_TEXT = ("title", "body", "title_en", "body_en", "change")


class NewForm(ArticleForm):
    slug = forms.CharField(
        label=gettext_lazy("주소 이름"),
        required=False,
        help_text=gettext_lazy("영문 소문자, 숫자, 붙임표. 나중에 바꿀 수 없습니다. 예: lost-badge"),
    )
    category = forms.ModelChoiceField(
        queries.categories(), label=gettext_lazy("갈래"), required=False, empty_label=gettext_lazy("고르세요")
    )

    field_order = ("category", "slug", *_TEXT, "edition")

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == Article.Kind.GUIDE:
            del self.fields["category"]


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", Article.Kind.FAQ)
    return kind if kind in Article.Kind.values else Article.Kind.FAQ


@login_required
@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """List the articles of a kind with what readers thought of them; as Excel where asked."""
    _editor(request)
    kind = _kind(request)
    rows = []
    for row in help_queries.all_articles(kind):
        draft = next((v for v in row.versions.all() if v.published_at is None), None)
        rows.append((row, draft, row.current or draft))
    if request.GET.get("format") == "xlsx":
        header = [
            _("갈래"),
            _("제목"),
            _("본문"),
            _("영문 제목"),
            _("판"),
            _("펴낸 때"),
            _("도움 됨"),
            _("도움 안 됨"),
        ]
        table = [
            [
                row.category,
                shown.title if shown else "",
                shown.body if shown else "",
                shown.title_en if shown else "",
                row.current.number if row.current else "",
                row.current.published_at if row.current else "",
                row.helpful,
                row.unhelpful,
            ]
            for row, _draft, shown in rows
        ]
        return excel(str(Article.Kind(kind).label), header, table)
    context = {"section": "help-edit", "kind": kind, "kinds": Article.Kind.choices, "rows": rows}
    return render(request, "counselling/articles.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin an article."""
    person, kind = _editor(request), _kind(request)
    form = NewForm(request.POST or None, kind=kind)
    preview = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("act") == "preview":
            preview = as_html(form.cleaned_data["body"])
        else:
            try:
                row = articles.create(
                    kind=kind,
                    slug=form.cleaned_data["slug"].strip(),
                    text=form.text(),
                    category=form.cleaned_data.get("category"),
                    actor=person,
                    now=now_of(request),
                )
            except NotAllowed:
                raise
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("초안을 저장했습니다. 아직 펴내지 않았습니다."))
                return redirect("office-article", row.pk)
    context = {
        "section": "help-edit",
        "kind": kind,
        "kind_label": Article.Kind(kind).label,
        "form": form,
        "preview": preview,
        "preview_title": form["title"].value() or "",
    }
    return render(request, "counselling/article_edit.html", context, status=422 if form.errors else 200)


def _article(article_id: UUID) -> Article:
    return get_object_or_404(Article.objects.select_related("current", "category"), pk=article_id)


def _initial(version: ArticleVersion | None) -> dict[str, Any]:
    if version is None:
        return {"edition": 0}
    draft = version.published_at is None
    return {
        **{name: getattr(version, name) for name in _TEXT if name != "change" or draft},
        "edition": version.edition if draft else 0,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Edit an article's draft: look at it (``act=preview``), keep it, or publish it."""
    person, row, now = _editor(request), _article(article_id), now_of(request)
    draft = help_queries.draft_of(row)
    form = ArticleForm(request.POST or None, initial=_initial(draft or row.current))
    preview = as_html(draft.body) if draft else None
    if request.method == "POST" and form.is_valid():
        act = request.POST.get("act")
        preview = as_html(form.cleaned_data["body"])
        if act != "preview":
            try:
                kept = articles.save_draft(
                    article=row,
                    text=form.text(),
                    edition=form.cleaned_data["edition"] or 0,
                    actor=person,
                    now=now,
                )
                if act == "publish":
                    articles.publish(article=row, edition=kept.edition, actor=person, now=now)
                    messages.success(request, _("펴냈습니다. 이제 누구나 이 글을 봅니다."))
                else:
                    messages.success(request, _("초안을 저장했습니다. 아직 펴내지 않았습니다."))
            except NotAllowed:
                raise
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                return redirect("office-article", row.pk)
    context = {
        "section": "help-edit",
        "article": row,
        "kind": row.kind,
        "kind_label": row.get_kind_display(),
        "draft": draft,
        "form": form,
        "preview": preview,
        "preview_title": form["title"].value() or "",
        "history": help_queries.history(row),
    }
    return render(request, "counselling/article_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def version(request: HttpRequest, article_id: UUID, number: int) -> HttpResponse:
    """Show what one version says and what it changed."""
    _editor(request)
    row = _article(article_id)
    found = get_object_or_404(row.versions.select_related("changed_by"), number=number)
    before = row.versions.filter(number__lt=number, published_at__isnull=False).first()
    pieces = (
        help_queries.difference(f"{before.title}\n\n{before.body}", f"{found.title}\n\n{found.body}")
        if before
        else []
    )
    context = {
        "section": "help-edit",
        "article": row,
        "version": found,
        "before": before,
        "pieces": pieces,
        "body": as_html(found.body),
        "has_draft": help_queries.draft_of(row) is not None,
    }
    return render(request, "counselling/article_version.html", context)


@login_required
@require_POST
def restore(request: HttpRequest, article_id: UUID, number: int) -> HttpResponse:
    """Make an earlier version the draft."""
    person, row = _editor(request), _article(article_id)
    found = get_object_or_404(row.versions, number=number)
    try:
        articles.restore(version=found, actor=person, now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("되살려 초안으로 만들었습니다. 읽어 보고 펴내세요."))
    return redirect("office-article", row.pk)


@login_required
@require_POST
def act(request: HttpRequest, article_id: UUID, what: str) -> HttpResponse:
    """Move an article up or down, take it from the readers, or throw its draft away."""
    person, row, now = _editor(request), _article(article_id), now_of(request)
    if what in {"up", "down"}:
        articles.move(article=row, up=what == "up", actor=person, now=now)
    elif what == "retire":
        articles.retire(article=row, actor=person, now=now)
        messages.success(request, _("내렸습니다. 다시 펴내면 돌아옵니다."))
    elif what == "discard":
        articles.discard_draft(article=row, actor=person, now=now)
        messages.success(request, _("초안을 지웠습니다."))
        if row.current_id is not None:
            return redirect("office-article", row.pk)
    else:
        raise Http404
    response = redirect("office-articles")
    response["Location"] += f"?kind={row.kind}"
    return response


urlpatterns = [
    path("help/", article_list, name="office-articles"),
    path("help/new/", new, name="office-article-new"),
    path("help/<uuid:article_id>/", edit, name="office-article"),
    path("help/<uuid:article_id>/versions/<int:number>/", version, name="office-article-version"),
    path("help/<uuid:article_id>/versions/<int:number>/restore/", restore, name="office-article-restore"),
    path("help/<uuid:article_id>/<slug:what>/", act, name="office-article-act"),
]
