"""Help that staff write: questions asked often, and guidance pages. Published versions never change."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from naite.branches.counselling.models.questions import QuestionCategory
from naite.roots.ids import new_id
from naite.trunk.people.models import Person


class Article(models.Model):
    """One page of help; what it says is in its versions."""

    class Kind(models.TextChoices):
        FAQ = "faq", _("자주 묻는 질문")
        GUIDE = "guide", _("안내 글")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    slug = models.SlugField(max_length=60, unique=True)
    category = models.ForeignKey(QuestionCategory, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)
    current = models.ForeignKey("ArticleVersion", null=True, on_delete=models.PROTECT, related_name="+")
    helpful = models.PositiveIntegerField(default=0)
    unhelpful = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="guide") | Q(category__isnull=False), name="counselling_faq_has_category"
            )
        ]


class ArticleVersion(models.Model):
    """What an article says, in Korean and English. Without ``published_at`` it is the draft."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=150)
    body = models.TextField()
    title_en = models.CharField(max_length=150, blank=True)
    body_en = models.TextField(blank=True)
    change = models.CharField(max_length=200, blank=True, help_text="what is new, in the editor's words")
    edition = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "number"], name="counselling_version_number"),
            models.UniqueConstraint(
                fields=["article"], condition=Q(published_at=None), name="counselling_one_draft_of_article"
            ),
        ]

    def _english(self) -> bool:
        return (get_language() or "ko").startswith("en")

    @property
    def shown_title(self) -> str:
        """Return the title in the page's language; Korean where there is no other."""
        return (self.title_en if self._english() else "") or self.title

    @property
    def shown_body(self) -> str:
        return (self.body_en if self._english() else "") or self.body
