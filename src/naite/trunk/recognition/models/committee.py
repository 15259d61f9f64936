"""The committee (평가인정심의위원회): who sits on it, its meetings, and what it decided on each case."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models.applications import Application
from naite.trunk.recognition.models.rounds import Round


class CommitteeMember(models.Model):
    """A member for a term. ``affiliation`` is the institution on whose cases the member may not sit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institute = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="committee_terms")
    affiliation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(_("분야"), max_length=60, blank=True)
    is_chair = models.BooleanField(_("위원장"), default=False)
    term_from = models.DateField(_("임기 시작"))
    term_until = models.DateField(_("임기 끝"), help_text="exclusive")
    appointed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-is_chair", "person__name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(term_until__gte=F("term_from")), name="recognition_member_term_forward"
            )
        ]

    def __str__(self) -> str:
        return self.person.name

    @property
    def last_day(self) -> date:
        return self.term_until - timedelta(days=1)

    def sits_on(self, day: date) -> bool:
        return self.term_from <= day < self.term_until


class Meeting(models.Model):
    """A meeting, from its preparation to the minutes. What it decided takes effect when it is closed."""

    class State(models.TextChoices):
        PREPARING = "preparing", _("준비 중")
        OPEN = "open", _("회의 중")
        CLOSED = "closed", _("마침")
        CANCELLED = "cancelled", _("취소")

    class Manner(models.TextChoices):
        IN_PERSON = "in_person", _("대면")
        ONLINE = "online", _("영상")
        WRITTEN = "written", _("서면")

    class Quorum(models.TextChoices):
        MAJORITY = "majority", _("재적 과반수 출석, 출석 과반수 찬성")
        TWO_THIRDS = "two_thirds", _("재적 3분의 2 이상 출석, 출석 과반수 찬성")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institute = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="meetings")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField(_("일시"))
    place = models.CharField(_("장소"), max_length=120, blank=True)
    manner = models.CharField(_("방식"), max_length=10, choices=Manner, default=Manner.IN_PERSON)
    quorum = models.CharField(_("의결 요건"), max_length=10, choices=Quorum, default=Quorum.MAJORITY)
    state = models.CharField(max_length=10, choices=State, default=State.PREPARING)
    revision = models.PositiveIntegerField(default=1, help_text="for the second of two tabs")
    remarks = models.TextField(_("그 밖의 논의"), blank=True)
    minutes = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-starts_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institute", "year", "number"], name="recognition_meeting_number_once"
            )
        ]

    def __str__(self) -> str:
        return gettext("%(year)s년 제%(number)s차 심의위원회") % {"year": self.year, "number": self.number}


class MeetingSeat(models.Model):
    """A member who was in office on the day of a meeting, and whether they came."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey(CommitteeMember, on_delete=models.PROTECT, related_name="seats")
    is_present = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-member__is_chair", "member__person__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "member"], name="recognition_seat_once")
        ]


class AgendaItem(models.Model):
    """A case before a meeting: what the panel found, and what the committee made of it.

    A postponed case may come before a later meeting, one that the ministry sent back too; before one meeting
    it stands once, and it waits on one agenda at a time.
    """

    class Outcome(models.TextChoices):
        RECOGNISE = "recognise", _("인정")
        REFUSE = "refuse", _("불인정")
        POSTPONED = "postponed", _("계속 심의")

    class How(models.TextChoices):
        CONSENSUS = "consensus", _("전원 합의")
        VOTE = "vote", _("표결")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField()
    found = models.CharField(
        max_length=12, choices=Application.Verdict, blank=True, help_text="the panel's verdict"
    )
    is_waiting = models.BooleanField(default=True, help_text="until its meeting is closed or cancelled")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    how = models.CharField(max_length=10, choices=How, blank=True)
    votes_for = models.PositiveSmallIntegerField(default=0)
    votes_against = models.PositiveSmallIntegerField(default=0)
    votes_abstained = models.PositiveSmallIntegerField(default=0)
    voters = models.PositiveSmallIntegerField(default=0, help_text="present and not recused when decided")
    grounds = models.TextField(_("까닭"), blank=True)
    revision = models.PositiveIntegerField(default=1)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "application"], name="recognition_agenda_case_once_a_meeting"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(is_waiting=True),
                name="recognition_agenda_waits_once",
            ),
        ]


class Recusal(models.Model):
    """A member who takes no part in one case, and why (제척·기피·회피)."""

    class Ground(models.TextChoices):
        AFFILIATED = "affiliated", _("제척: 신청 기관 소속")
        CHALLENGED = "challenged", _("기피: 기관의 신청")
        WITHDREW = "withdrew", _("회피: 본인의 뜻")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="recusals")
    member = models.ForeignKey(CommitteeMember, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=10, choices=Ground)
    reason = models.CharField(max_length=300, blank=True)
    noted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "member"], name="recognition_recusal_once")
        ]
