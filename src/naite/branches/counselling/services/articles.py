"""Writing help: drafts, publishing, restoring, order, and what readers thought of it."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from naite.branches.counselling import policies
from naite.branches.counselling.models import Article, ArticleVersion, QuestionCategory
from naite.branches.counselling.words import need, within
from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person

MAX_BODY = 20_000
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class ArticleText:
    title: str
    body: str
    title_en: str = ""
    body_en: str = ""
    change: str = ""


def _require(actor: Person | None, *, now: datetime) -> None:
    if not policies.can_edit_help(actor, now=now):
        raise NotAllowed(_("도움말은 국가평생교육진흥원 담당자와 운영자가 씁니다."))


def _checked(text: ArticleText) -> dict[str, str]:
    return {
        "title": need(text.title, field="title", most=150, empty=_("제목을 적어 주세요.")),
        "body": need(text.body, field="body", most=MAX_BODY, empty=_("본문을 적어 주세요.")),
        "title_en": within(text.title_en, field="title_en", most=150),
        "body_en": within(text.body_en, field="body_en", most=MAX_BODY),
        "change": within(text.change, field="change", most=200),
    }


@transaction.atomic
def create(
    *,
    kind: str,
    slug: str,
    text: ArticleText,
    category: QuestionCategory | None,
    actor: Person,
    now: datetime,
) -> Article:
    """Begin an article with a draft. Refuses an address name that is taken, and a question without category."""
    _require(actor, now=now)
    if not _SLUG.fullmatch(slug):
        told = _("영문 소문자, 숫자, 붙임표로 적어 주세요. 예: lost-badge")
        raise Invalid(told, fields={"slug": told})
    if slug == "faq" or Article.objects.filter(slug=slug).exists():
        told = _("이미 쓰는 주소 이름입니다. 다른 이름을 적어 주세요.")
        raise Invalid(told, code="slug_taken", fields={"slug": told})
    if kind == Article.Kind.FAQ and category is None:
        told = _("갈래를 골라 주세요.")
        raise Invalid(told, fields={"category": told})
    values = _checked(text)
    last = Article.objects.filter(kind=kind).aggregate(last=Max("position"))["last"] or 0
    row = Article.objects.create(
        kind=kind,
        slug=slug,
        category=category if kind == Article.Kind.FAQ else None,
        position=last + 1,
        created_at=now,
    )
    ArticleVersion.objects.create(article=row, number=1, changed_at=now, changed_by=actor, **values)
    audit.record("counselling.create_article", actor=actor, now=now, subject=row)
    return row


def _lock(article: Article) -> Article:
    return Article.objects.select_for_update(of=("self",)).select_related("current").get(pk=article.pk)


@transaction.atomic
def save_draft(
    *, article: Article, text: ArticleText, edition: int, actor: Person, now: datetime
) -> ArticleVersion:
    """Keep what the next version will say. ``edition`` is the draft's as the editor saw it, 0 when there was
    none; refuses when somebody else saved since."""
    _require(actor, now=now)
    row = _lock(article)
    values = _checked(text)
    draft = row.versions.filter(published_at=None).first()
    if (draft.edition if draft else 0) != edition:
        who = draft.changed_by.name if draft and draft.changed_by else ""
        raise Refused(
            _("%(who)s 님이 먼저 고쳤습니다. 여기 적은 것은 저장하지 않았습니다. 새로 고쳐 견주어 보세요.")
            % {"who": who}
            if who
            else _("그 사이에 바뀌었습니다. 새로 고쳐 견주어 보세요."),
            code="edited_elsewhere",
        )
    if draft is None:
        last = row.versions.aggregate(last=Max("number"))["last"] or 0
        draft = ArticleVersion(article=row, number=last + 1, edition=0)
    for name, value in values.items():
        setattr(draft, name, value)
    draft.edition += 1
    draft.changed_at, draft.changed_by = now, actor
    draft.save()
    audit.record("counselling.save_article", actor=actor, now=now, subject=row, number=draft.number)
    return draft


@transaction.atomic
def publish(*, article: Article, edition: int, actor: Person, now: datetime) -> ArticleVersion:
    """Make the draft what readers see. Refuses when there is none, or another than the editor saw."""
    _require(actor, now=now)
    row = _lock(article)
    draft = row.versions.filter(published_at=None).first()
    if draft is None:
        raise Refused(_("펴낼 초안이 없습니다. 먼저 고쳐서 저장해 주세요."), code="no_draft")
    if draft.edition != edition:
        raise Refused(_("그 사이에 초안이 바뀌었습니다. 다시 읽고 펴내 주세요."), code="edited_elsewhere")
    draft.published_at = now
    draft.save(update_fields=["published_at"])
    row.current, row.retired_at = draft, None
    row.save(update_fields=["current", "retired_at"])
    audit.record("counselling.publish_article", actor=actor, now=now, subject=row, number=draft.number)
    return draft


@transaction.atomic
def restore(*, version: ArticleVersion, actor: Person, now: datetime) -> ArticleVersion:
    """Make what an earlier version said the draft, to be looked at and published.

    Refuses while there is another draft, which would be lost.
    """
    _require(actor, now=now)
    row = _lock(version.article)
    if row.versions.filter(published_at=None).exists():
        raise Refused(_("쓰고 있는 초안이 있습니다. 펴내거나 지운 뒤에 되살려 주세요."), code="has_draft")
    last = row.versions.aggregate(last=Max("number"))["last"] or 0
    made = ArticleVersion.objects.create(
        article=row,
        number=last + 1,
        title=version.title,
        body=version.body,
        title_en=version.title_en,
        body_en=version.body_en,
        change=_("%(number)d판을 되살림") % {"number": version.number},
        changed_at=now,
        changed_by=actor,
    )
    audit.record("counselling.restore_article", actor=actor, now=now, subject=row, number=version.number)
    return made


@transaction.atomic
def discard_draft(*, article: Article, actor: Person, now: datetime) -> None:
    """Throw the draft away; an article that was never published goes with it. Repeating is safe."""
    _require(actor, now=now)
    row = _lock(article)
    row.versions.filter(published_at=None).delete()
    audit.record("counselling.discard_article_draft", actor=actor, now=now, subject=row)
    if row.current_id is None:
        row.delete()


@transaction.atomic
def retire(*, article: Article, actor: Person, now: datetime) -> None:
    """Take an article from the readers; its versions stay, and publishing brings it back. Repeating is safe."""
    _require(actor, now=now)
    if Article.objects.filter(pk=article.pk, retired_at=None).update(retired_at=now):
        audit.record("counselling.retire_article", actor=actor, now=now, subject=article)


@transaction.atomic
def move(*, article: Article, up: bool, actor: Person, now: datetime) -> None:
    """Change an article's place with its neighbour's, of the same kind and category; at the end nothing moves."""
    _require(actor, now=now)
    row = _lock(article)
    rows = list(
        Article.objects.filter(kind=row.kind, category=row.category, retired_at=None)
        .select_for_update()
        .order_by("position", "id")
    )
    at = next((i for i, item in enumerate(rows) if item.pk == row.pk), -1)
    to = at - 1 if up else at + 1
    if at < 0 or not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    places = sorted(item.position for item in rows)
    for place, item in zip(range(places[0], places[0] + len(rows)), rows, strict=True):
        if item.position != place:
            Article.objects.filter(pk=item.pk).update(position=place)
    audit.record("counselling.move_article", actor=actor, now=now, subject=row, up=up)


def vote(*, article: Article, helpful: bool) -> None:
    """Count whether an entry helped a reader; who it was is not kept. The page asks once a session."""
    field = "helpful" if helpful else "unhelpful"
    Article.objects.filter(pk=article.pk).update(**{field: F(field) + 1})
