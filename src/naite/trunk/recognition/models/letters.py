"""Telling institutions the results: the round's results at each local government, and every letter."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models.applications import Application
from naite.trunk.recognition.models.rounds import Round


class MailboxConsent(models.Model):
    """An institution wants its notices electronically (행정절차법 제14조제3항): they arrive in its mailbox here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mailbox_consents")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(ended_at=None),
                name="recognition_mailbox_consent_open_once",
            )
        ]


class NoticeBatch(models.Model):
    """The results of a round that the national institute sends out together, worked off in the background."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="notice_batches")
    number = models.CharField(max_length=60)
    total = models.PositiveIntegerField()
    sent = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(done_at=None), name="recognition_notice_batch_running_once"
            )
        ]


class LocalNotice(models.Model):
    """What one local government has received of a batch, and by when its institutions must know (row A11).

    ``arrived_on`` is the day on which the results reached the office, ``due_on`` the last of its seven days.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(NoticeBatch, on_delete=models.PROTECT, related_name="locals")
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    arrived_on = models.DateField()
    due_on = models.DateField()
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True, help_text="told to the provincial institute")
    done_on = models.DateField(null=True, help_text="when the last letter had gone out")

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "office"], name="recognition_local_notice_once")
        ]
        indexes: ClassVar = [models.Index(fields=["office", "done_on"])]


class ResultNotice(models.Model):
    """The letter that tells one institution the result of one case, and when it was received.

    ``paper`` holds the words as they were sent; PDF and HWPX are set from them and never from the case.
    """

    class Kind(models.TextChoices):
        RECOGNISED = "recognised", _("인정")
        REFUSED = "refused", _("불인정")
        PROVISIONAL = "provisional", _("예비인정")

    class Channel(models.TextChoices):
        MAILBOX = "mailbox", _("전자우편함")
        PAPER = "paper", _("우편·직접 전달")

    class State(models.TextChoices):
        WAITING = "waiting", _("통보 전")
        QUEUED = "queued", _("보내는 중")
        SENT = "sent", _("보냄")
        RECEIVED = "received", _("받음")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    local = models.ForeignKey(LocalNotice, on_delete=models.PROTECT, related_name="letters")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notices")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    number = models.CharField(max_length=80, blank=True)
    paper = models.JSONField(default=dict)
    sent_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    received_on = models.DateField(null=True)
    receipt_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, help_text="first looked at by the institution")
    fault = models.CharField(max_length=300, blank=True, help_text="why it could not take effect")
    superseded_at = models.DateTimeField(
        null=True, help_text="an objection was upheld; another letter follows"
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(superseded_at=None),
                name="recognition_result_told_once",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="recognition_letter_number_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["local", "state"]),
            models.Index(fields=["organisation", "-sent_at"]),
        ]
