"""An institution's application for the recognition of a course, and all that happens to it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models.criteria import CriteriaItem
from naite.trunk.recognition.models.recognitions import Recognition
from naite.trunk.recognition.models.rounds import Round


class Application(models.Model):
    """An application (평가인정신청) of one institution for one course in one round.

    ``state`` says what was done last; ``office`` whose turn it is (the institution's own while it is a draft
    or has to supplement); ``due_on`` the last day of that turn. ``content`` holds what the form asks beyond
    the items; ``snapshot`` the course and, for a finished one, its runs with attendance and completions as
    they stood at submission. Moves are made by ``recognition.applications.workflow`` alone.
    """

    class Kind(models.TextChoices):
        FINISHED = "finished", _("완료학습과정")
        PLANNED = "planned", _("예정학습과정")

    class State(models.TextChoices):
        DRAFT = "draft", _("작성 중")
        SUBMITTED = "submitted", _("접수 대기")
        RECEIVED = "received", _("접수됨")
        SUPPLEMENT = "supplement", _("보완 요구")
        RETURNED = "returned", _("반려")
        WITHDRAWN = "withdrawn", _("취하")
        IN_REVIEW = "in_review", _("평가 중")
        PROVISIONAL = "provisional", _("예비인정")
        RE_REVIEW = "re_review", _("재평가 중")
        EVALUATED = "evaluated", _("심의 대기")
        DELIBERATED = "deliberated", _("승인 대기")
        APPROVED = "approved", _("인정 승인")
        RECOGNISED = "recognised", _("인정")
        REFUSED = "refused", _("불인정")

    class Verdict(models.TextChoices):
        RECOGNISE = "recognise", _("인정")
        PROVISIONAL = "provisional", _("예비인정")
        REFUSE = "refuse", _("불인정")

    OPEN: ClassVar = frozenset(State) - {
        State.RETURNED,
        State.WITHDRAWN,
        State.RECOGNISED,
        State.REFUSED,
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("접수번호"), max_length=30, blank=True, help_text="given at submission")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="applications")
    version = models.ForeignKey(CourseVersion, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("과정 구분"), max_length=8, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    office = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    content = models.JSONField(default=dict)
    run_ids = models.JSONField(default=list, help_text="the past runs a finished course asks to cover")
    snapshot = models.JSONField(default=dict)
    copied_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    renews = models.ForeignKey(Recognition, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1, help_text="for the second of two tabs")
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    recognition = models.ForeignKey(Recognition, null=True, on_delete=models.PROTECT, related_name="+")
    recognition_number = models.CharField(max_length=40, blank=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True, help_text="when the ministry decided")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "course"],
                condition=~Q(state__in=["returned", "withdrawn"]),
                name="recognition_application_once_a_round",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="recognition_application_number_once"
            ),
            models.UniqueConstraint(
                fields=["recognition_number"],
                condition=~Q(recognition_number=""),
                name="recognition_given_number_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["office", "state", "due_on"]),
            models.Index(fields=["round", "state"]),
            models.Index(fields=["organisation", "state"]),
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)


class ApplicationItem(models.Model):
    """What an application says to one item of the criteria, and whether the office found it complete."""

    class Check(models.TextChoices):
        UNCHECKED = "unchecked", _("확인 전")
        COMPLETE = "complete", _("갖춤")
        LACKING = "lacking", _("보완 필요")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(CriteriaItem, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    text_before = models.TextField(blank=True, help_text="before the last supplement, for the comparison")
    check_state = models.CharField(max_length=10, choices=Check, default=Check.UNCHECKED)
    check_note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "item"], name="recognition_application_item_once")
        ]


class Evidence(models.Model):
    """A file that an application rests on, under the item it proves (or none: the whole)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="evidence")
    item = models.ForeignKey(CriteriaItem, null=True, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=150)
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)


class Hop(models.Model):
    """One office on an application's route, fixed at submission: when the case came, was received and left."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="hops")
    position = models.PositiveSmallIntegerField()
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    letter_number = models.CharField(max_length=60, blank=True, help_text="of the official list it went with")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "position"], name="recognition_hop_position_once")
        ]


class CaseEvent(models.Model):
    """One line of a case's history (row A15): who did what, when, why, and what it rested on.

    ``audience`` says who may read it: everyone, the institution and the offices, or the offices alone.
    Rows are only ever added. Oversight adds its own with the recognition instead of the application.
    """

    class Audience(models.TextChoices):
        PUBLIC = "public", _("모두")
        PARTIES = "parties", _("기관과 담당 기관")
        OFFICES = "offices", _("담당 기관")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="events")
    recognition = models.ForeignKey(Recognition, null=True, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    act = models.CharField(max_length=40, help_text="the step's name, for words.py")
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, blank=True)
    actor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    evidence = models.JSONField(default=dict)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.PARTIES)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["application", "at"]),
            models.Index(fields=["recognition", "at"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(application__isnull=False) | Q(recognition__isnull=False),
                name="recognition_event_names_its_case",
            )
        ]
