"""Help for everybody: questions asked often with search, guidance pages, and whom to ask."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from naite.branches.counselling import help_queries, queries
from naite.branches.counselling.models import Article
from naite.branches.counselling.services import articles
from naite.roots.dates import day_of
from naite.roots.markdown import render as as_html
from naite.trunk.people.models import Person, Region
from naite.trunk.people.queries import regions_on
from naite.web.fields import RegionField
from naite.web.middleware import now_of

VOTED = "naite_help_votes"
FIRST = 3


def _region(request: HttpRequest) -> Region | None:
    """Return the region asked for, else that of the signed-in person."""
    code = request.GET.get("region", "")
    if code:
        today = day_of(now_of(request))
        return regions_on(today, level=Region.Level.SIGUNGU).filter(pk=code).first()
    return request.user.region if isinstance(request.user, Person) else None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Gather what helps: search, what is asked most, guidance, and the office in charge with its telephone."""
    now = now_of(request)
    region = _region(request)
    groups: dict[str, tuple[Any, list[Article]]] = {}
    for row in help_queries.published(Article.Kind.FAQ):
        assert row.category is not None
        groups.setdefault(row.category.key, (row.category, []))[1].append(row)
    field = RegionField(on=day_of(now), required=False)
    context = {
        "section": "help",
        "groups": [
            {"category": category, "rows": rows[:FIRST], "more": len(rows) - FIRST}
            for category, rows in groups.values()
        ],
        "guides": list(help_queries.published(Article.Kind.GUIDE)),
        "region": region,
        "region_field": field.widget.render(
            "region", region.pk if region else "", {"id": "region", "class": "krds-form-select"}
        ),
        "office": queries.office_in_charge(region, now=now) if region else None,
    }
    return render(request, "counselling/help.html", context)


@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    """List the questions asked often, by words and category."""
    words = " ".join(request.GET.get("q", "").split())[:100]
    category = request.GET.get("category", "")
    context = {
        "section": "help",
        "rows": help_queries.search_faq(words, category=category),
        "categories": list(queries.categories()),
        "category": category,
        "q": words,
    }
    return render(request, "counselling/faq.html", context)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one question asked often, or one guidance page."""
    row = help_queries.article(slug)
    if row is None or row.current is None:
        raise Http404
    context = {
        "section": "help",
        "article": row,
        "version": row.current,
        "body": as_html(row.current.shown_body),
        "in_english": bool(row.current.body_en),
        "voted": slug in request.session.get(VOTED, []),
        "guides": list(help_queries.published(Article.Kind.GUIDE)) if row.kind == Article.Kind.GUIDE else [],
    }
    return render(request, "counselling/article.html", context)


@require_POST
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """Count whether an article helped, once a session."""
    row = help_queries.article(slug)
    if row is None or request.POST.get("helpful") not in {"0", "1"}:
        raise Http404
    voted = request.session.get(VOTED, [])
    if slug not in voted:
        articles.vote(article=row, helpful=request.POST["helpful"] == "1")
        request.session[VOTED] = [*voted, slug][-200:]
    messages.success(request, _("알려 주셔서 고맙습니다."))
    return redirect("help-article", slug)


urlpatterns = [
    path("help/", home, name="help"),
    path("help/faq/", faq, name="help-faq"),
    path("help/<slug:slug>/", article, name="help-article"),
    path("help/<slug:slug>/vote/", vote, name="help-vote"),
]
