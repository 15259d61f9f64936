"""Reading help: questions asked often and guidance pages."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from re import findall

from django.db.models import QuerySet

from naite.branches.counselling import finding
from naite.branches.counselling.models import Article, ArticleVersion
from naite.roots.markdown import plain


def published(kind: str, *, category: str = "") -> QuerySet[Article]:
    """Return the published articles of a kind in their order."""
    rows = Article.objects.filter(kind=kind, retired_at=None, current__isnull=False)
    if category:
        rows = rows.filter(category_id=category)
    return rows.select_related("current", "category").order_by("category__position", "position", "id")


def article(slug: str) -> Article | None:
    """Return a published article by its address name."""
    return (
        Article.objects.filter(slug=slug, retired_at=None, current__isnull=False)
        .select_related("current", "category")
        .first()
    )


def _text(row: Article) -> finding.Text:
    assert row.current is not None
    return finding.Text(row.current.pk, row.current.shown_title, plain(row.current.shown_body))


def search_faq(words: str, *, category: str = "") -> list[Article]:
    """Return the questions asked often in which every word is found, best first."""
    rows = list(published(Article.Kind.FAQ, category=category))
    by_key = {row.current_id: row for row in rows}
    return [by_key[text.key] for text in finding.search([_text(row) for row in rows], words)]


def offer_faq(title: str, body: str) -> list[Article]:
    """Return up to three questions asked often that may answer what somebody is about to ask."""
    rows = list(published(Article.Kind.FAQ))
    by_key = {row.current_id: row for row in rows}
    return [by_key[text.key] for text in finding.offers([_text(row) for row in rows], title, body)]


def all_articles(kind: str) -> QuerySet[Article]:
    """Return the articles of a kind for their editors, retired ones last."""
    return (
        Article.objects.filter(kind=kind)
        .select_related("current", "category")
        .prefetch_related("versions")
        .order_by("retired_at", "category__position", "position", "id")
    )


def draft_of(row: Article) -> ArticleVersion | None:
    return row.versions.filter(published_at=None).first()


def history(row: Article) -> list[ArticleVersion]:
    """Return the published versions, newest first."""
    return list(row.versions.filter(published_at__isnull=False).select_related("changed_by"))


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a comparison: ``mark`` is "same", "new" or "gone"."""

    mark: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Return what became of a text, word by word, with blanks and line ends kept."""
    old, new = findall(r"\s+|[^\s]+", before), findall(r"\s+|[^\s]+", after)
    pieces: list[Piece] = []
    for act, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if act == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if a < b:
            pieces.append(Piece("gone", "".join(old[a:b])))
        if c < d:
            pieces.append(Piece("new", "".join(new[c:d])))
    return pieces
