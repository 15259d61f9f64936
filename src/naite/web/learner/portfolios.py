"""Composing portfolios: what goes in, in which order, how it looks; nothing is public before a link is made."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import portfolios as flow
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.records import queries as records
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet.models import Portfolio
from naite.trunk.wallet.portfolios import composing, contents, queries, rules
from naite.trunk.wallet.portfolios.rules import Face
from naite.web.fields import show_refusal
from naite.web.learner.entries import account_or_404
from naite.web.learner.home import person_of
from naite.web.learner.packages import choices_for, ids_in
from naite.web.middleware import now_of
from naite.web.portfolio_page import portfolio_context

DOES = ("up", "down", "hide", "show", "remove")


class FaceForm(forms.Form):
    """What a portfolio says of itself and its owner."""

    title = forms.CharField(
        label=gettext_lazy("제목"),
        max_length=rules.TITLE_LENGTH,
        help_text=gettext_lazy("보는 사람에게 보입니다. 예: 고객 상담·교육 담당 지원"),
    )
    purpose = forms.ChoiceField(label=gettext_lazy("쓰는 곳"), choices=Portfolio.Purpose.choices)
    intro = forms.CharField(
        label=gettext_lazy("내 소개"),
        max_length=rules.INTRO_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("두세 문장이면 됩니다. 사는 곳이나 생년월일은 적지 않아도 됩니다."),
    )
    layout = forms.ChoiceField(
        label=gettext_lazy("모양"), choices=Portfolio.Layout.choices, widget=forms.RadioSelect
    )
    shows_name = forms.BooleanField(label=gettext_lazy("내 이름 보여 주기"), required=False)
    shows_email = forms.BooleanField(label=gettext_lazy("내 전자우편 주소 보여 주기"), required=False)
    shows_tree = forms.BooleanField(label=gettext_lazy("고른 기록으로 나이테 그리기"), required=False)

    def face(self) -> Face:
        return Face(**self.cleaned_data)


class WordsForm(forms.Form):
    """A piece of own words."""

    heading = forms.CharField(label=gettext_lazy("소제목"), max_length=rules.HEADING_LENGTH, required=False)
    text = forms.CharField(
        label=gettext_lazy("글"),
        max_length=rules.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class BlockForm(forms.Form):
    """How a badge, record or document is shown."""

    text = forms.CharField(
        label=gettext_lazy("덧붙이는 말"),
        max_length=rules.NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("예: 이 과정에서 배운 것으로 상담 봉사를 시작했습니다."),
    )
    details = forms.BooleanField(label=gettext_lazy("자세히 보여 주기"), required=False)


_DETAILS = {
    "badge": gettext_lazy("무엇을 해냈는지와 이어진 능력도 보여 줍니다."),
    "entry": gettext_lazy("배운 시간도 보여 줍니다."),
    "certificate": gettext_lazy("문서번호를 보여 주고 PDF를 내려받을 수 있게 합니다."),
}


@login_required
@never_cache
@require_safe
def portfolios(request: HttpRequest) -> HttpResponse:
    """Everything that was composed; the number of queries does not depend on how much."""
    account = records.account_of(person_of(request))
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    rows = list(queries.portfolios_of(account, now=now_of(request)))
    context = {"rows": rows, "most": rules.MOST_PORTFOLIOS, "section": "wallet"}
    return render(request, "learner/portfolios.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_portfolio(request: HttpRequest) -> HttpResponse:
    """The face first; what goes in comes next."""
    account = account_or_404(request)
    account.person = person_of(request)
    form = FaceForm(
        request.POST or None,
        initial={"layout": "cards", "purpose": "job", "shows_name": True, "shows_tree": True},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = composing.make(
                account=account, face=form.face(), actor=account.person, now=now_of(request)
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("my-portfolio-choose", args=[made.id]))
    context = {"form": form, "section": "wallet"}
    return render(request, "learner/portfolio_new.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def portfolio(request: HttpRequest, portfolio_id: UUID) -> HttpResponse:
    """The workbench: the blocks in order, and the face beside them."""
    _account, found = mine(request, portfolio_id)
    if request.method != "POST":
        return _workbench(request, found)
    form = FaceForm(request.POST)
    if form.is_valid():
        try:
            composing.change_face(
                portfolio=found,
                face=form.face(),
                version=version_in(request),
                actor=person_of(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("소개와 모양을 바꾸었습니다."))
            return HttpResponseRedirect(reverse("my-portfolio", args=[found.id]))
    return _workbench(request, found, form)


@login_required
@require_POST
def arrange(request: HttpRequest, portfolio_id: UUID) -> HttpResponse:
    """Move, hide, show or take out one block; the focus stays where it was."""
    _account, found = mine(request, portfolio_id)
    do, block_id = request.POST.get("do", ""), request.POST.get("block", "")
    if do not in DOES:
        raise Http404
    try:
        composing.arrange(
            portfolio=found,
            block_id=block_id,
            do=do,  # type: ignore[arg-type]
            version=version_in(request),
            actor=person_of(request),
            now=now_of(request),
        )
    except composing.Stale as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("my-portfolio", args=[found.id]))
    # No fragment: a browser that is sent to one passes over the button that asks for the focus.
    there = "" if do == "remove" else f"?at={block_id}&do={do}"
    return HttpResponseRedirect(reverse("my-portfolio", args=[found.id]) + there)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, portfolio_id: UUID) -> HttpResponse:
    """Choose badges, records and documents one by one."""
    account, found = mine(request, portfolio_id)
    refusal: Refused | None = None
    picked = {UUID(block.source) for block in rules.blocks_in(found.blocks) if block.source}
    if request.method == "POST":
        given = {
            "holding_ids": ids_in(request.POST, "badge"),
            "entry_ids": ids_in(request.POST, "entry"),
            "certificate_ids": ids_in(request.POST, "certificate"),
        }
        picked = {each for ids in given.values() for each in ids}
        try:
            composing.choose(
                portfolio=found,
                **given,
                version=version_in(request),
                actor=person_of(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as error:
            refusal = error
        else:
            messages.success(request, _("담을 것을 바꾸었습니다."))
            return HttpResponseRedirect(reverse("my-portfolio", args=[found.id]))
    documents, badges, sections = choices_for(account, picked, lambda _thing: "")
    context = {
        "portfolio": found,
        "documents": documents,
        "badges": badges,
        "sections": sections,
        "nothing": not (documents or badges or sections),
        "refusal": refusal,
        "section": "wallet",
    }
    return render(
        request, "learner/portfolio_choose.html", context, status=refusal.status if refusal else 200
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, portfolio_id: UUID) -> HttpResponse:
    """Add a piece of own words."""
    _account, found = mine(request, portfolio_id)
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            composing.write_text(
                portfolio=found,
                heading=form.cleaned_data["heading"],
                text=form.cleaned_data["text"],
                version=version_in(request),
                actor=person_of(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return HttpResponseRedirect(_at(found, found.blocks[-1]["id"]))
    return _block_page(request, found, form, _("글 넣기"))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def block(request: HttpRequest, portfolio_id: UUID, block_id: str) -> HttpResponse:
    """Change how one block is shown."""
    _account, found = mine(request, portfolio_id)
    this = next((each for each in contents.listed(found) if each.block.id == block_id), None)
    if this is None:
        raise Http404
    own = this.block.kind == "text"
    kind = WordsForm if own else BlockForm
    form = kind(
        request.POST or None,
        initial={
            "heading": this.block.heading,
            "text": this.block.text,
            "details": this.block.details,
        },
    )
    if not own:
        form.fields["details"].help_text = _DETAILS[this.block.kind]
    if request.method == "POST" and form.is_valid():
        try:
            composing.change_block(
                portfolio=found,
                block_id=block_id,
                heading=form.cleaned_data.get("heading", ""),
                text=form.cleaned_data["text"],
                shown=this.block.shown,
                details=form.cleaned_data.get("details", True),
                version=version_in(request),
                actor=person_of(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return HttpResponseRedirect(_at(found, block_id))
    return _block_page(request, found, form, this.title or _("글 고치기"))


@login_required
@never_cache
@require_safe
def look(request: HttpRequest, portfolio_id: UUID) -> HttpResponse:
    """The page as whoever gets a link would see it now."""
    account, found = mine(request, portfolio_id)
    content = contents.content_of(found, account)
    context = {
        **portfolio_context(flow.look(content, account=account, now=now_of(request))),
        "portfolio": found,
        "preview": True,
        "section": "wallet",
    }
    return render(request, "learner/portfolio_look.html", context)


@login_required
@require_POST
def remove(request: HttpRequest, portfolio_id: UUID) -> HttpResponse:
    _account, found = mine(request, portfolio_id)
    composing.remove(portfolio=found, actor=person_of(request), now=now_of(request))
    messages.success(request, _("포트폴리오를 지우고 링크를 모두 닫았습니다. 배지와 기록은 그대로 있습니다."))
    return HttpResponseRedirect(reverse("my-portfolios"))


def mine(request: HttpRequest, portfolio_id: UUID) -> tuple[LearningAccount, Portfolio]:
    """The learner's own portfolio; anybody else's is not found, so that nobody learns that it exists."""
    account = account_or_404(request)
    account.person = person_of(request)
    found = queries.portfolio_of(account, portfolio_id)
    if found is None:
        raise Http404
    return account, found


def version_in(request: HttpRequest) -> int:
    """The version that the form was made on; none fits what is no number."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _at(found: Portfolio, block_id: str) -> str:
    return reverse("my-portfolio", args=[found.id]) + f"#b-{block_id}"


def _workbench(request: HttpRequest, found: Portfolio, form: FaceForm | None = None) -> HttpResponse:
    initial: dict[str, Any] = {name: getattr(found, name) for name in FaceForm.base_fields}
    rows = contents.listed(found)
    context = {
        "portfolio": found,
        "form": form or FaceForm(initial=initial),
        "rows": rows,
        "hidden": sum(not row.block.shown for row in rows),
        "at": request.GET.get("at", ""),
        "did": request.GET.get("do", ""),
        "section": "wallet",
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "learner/portfolio.html", context, status=status)


def _block_page(request: HttpRequest, found: Portfolio, form: forms.Form, title: str) -> HttpResponse:
    # Whoever was told that another window was first decides with what was typed still there.
    context = {"portfolio": found, "form": form, "title": title, "section": "wallet"}
    return render(request, "learner/portfolio_block.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("portfolios/", portfolios, name="my-portfolios"),
    path("portfolios/new/", new_portfolio, name="my-portfolio-new"),
    path("portfolios/<uuid:portfolio_id>/", portfolio, name="my-portfolio"),
    path("portfolios/<uuid:portfolio_id>/arrange/", arrange, name="my-portfolio-arrange"),
    path("portfolios/<uuid:portfolio_id>/choose/", choose, name="my-portfolio-choose"),
    path("portfolios/<uuid:portfolio_id>/write/", write, name="my-portfolio-write"),
    path("portfolios/<uuid:portfolio_id>/block/<slug:block_id>/", block, name="my-portfolio-block"),
    path("portfolios/<uuid:portfolio_id>/look/", look, name="my-portfolio-look"),
    path("portfolios/<uuid:portfolio_id>/remove/", remove, name="my-portfolio-remove"),
]
