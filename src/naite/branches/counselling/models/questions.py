"""Private questions (상담) and what is said about them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person, Region


class QuestionCategory(models.Model):
    """What a question is about. Rows, so that an operator can add one without code."""

    key = models.SlugField(primary_key=True, max_length=30)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "key"]

    def __str__(self) -> str:
        english = (get_language() or "ko").startswith("en")
        return (self.name_en if english else "") or self.name


class ReplyRule(models.Model):
    """Within how many working days an answer is due from a day on; for one category, or for all."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    category = models.ForeignKey(QuestionCategory, null=True, on_delete=models.PROTECT, related_name="rules")
    working_days = models.PositiveSmallIntegerField()
    count_first_day = models.BooleanField(help_text="whether the day of receipt counts")
    remind_days = models.PositiveSmallIntegerField(help_text="working days before the due day")
    valid_from = models.DateField()
    source = models.CharField(max_length=200, blank=True, help_text="the clause it rests on")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(working_days__gte=1), name="counselling_rule_positive"),
            models.UniqueConstraint(
                fields=["category", "valid_from"],
                condition=Q(category__isnull=False),
                name="counselling_rule_of_category_once",
            ),
            models.UniqueConstraint(
                fields=["valid_from"],
                condition=Q(category__isnull=True),
                name="counselling_rule_of_all_once",
            ),
        ]


class Question(models.Model):
    """One private question of one person, with everything said since; the thread is in ``Message``."""

    class State(models.TextChoices):
        DRAFT = "draft", _("작성 중")
        RECEIVED = "received", _("접수")
        HANDED_OVER = "handed_over", _("넘겨받음")
        ANSWERED = "answered", _("답변 완료")
        FOLLOW_UP = "follow_up", _("추가 질문")
        CLOSED = "closed", _("마침")

    # In which states the office owes an answer.
    WAITING: ClassVar = (State.RECEIVED, State.HANDED_OVER, State.FOLLOW_UP)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(QuestionCategory, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    body = models.TextField()
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    office = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True, help_text="the last day for the answer")
    remind_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    satisfaction_text = models.CharField(max_length=500, blank=True)
    rated_at = models.DateTimeField(null=True)
    edition = models.PositiveIntegerField(default=1, help_text="counts changes, so that none is lost unseen")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__gte=1, satisfaction__lte=5),
                name="counselling_satisfaction_of_five",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(received_at__isnull=False, due_on__isnull=False),
                name="counselling_question_received",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-created_at"], name="counselling_of_person"),
            models.Index(fields=["office", "state", "due_on"], name="counselling_of_office"),
            models.Index(F("answered_at"), condition=Q(state="answered"), name="counselling_to_close"),
            models.Index(
                F("remind_on"),
                condition=Q(state__in=("received", "handed_over", "follow_up")),
                name="counselling_to_remind",
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.state in self.WAITING


class Message(models.Model):
    """One thing said about a question. Without ``sent_at`` it is a draft that only its author sees."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("질문")
        ANSWER = "answer", _("답변")
        NOTE = "note", _("내부 메모")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["question", "author"], condition=Q(sent_at=None), name="counselling_one_draft_each"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["question", "sent_at"], name="counselling_thread")]


class Handover(models.Model):
    """A question went from one office to another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="handovers")
    from_office = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    to_office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class AnswerTemplate(models.Model):
    """Words that an office answers with often."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(QuestionCategory, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    body = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["office", "name"],
                condition=Q(retired_at=None),
                name="counselling_template_name_once",
            )
        ]
