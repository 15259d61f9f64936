"""What a person asks to have done with their data, and the answer."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Person


class DataRequest(models.Model):
    """One request for access, correction, erasure or suspension (개인정보 보호법 제35조~제37조)."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("내 정보를 보여 주세요 (열람)")
        CORRECTION = "correction", _("틀린 것을 고쳐 주세요 (정정)")
        ERASURE = "erasure", _("지워 주세요 (삭제)")
        SUSPENSION = "suspension", _("쓰지 말아 주세요 (처리정지)")

    class State(models.TextChoices):
        OPEN = "open", _("기다림")
        POSTPONED = "postponed", _("미룸")
        DONE = "done", _("해 드림")
        PARTLY = "partly", _("일부만 해 드림")
        DECLINED = "declined", _("할 수 없음")
        WITHDRAWN = "withdrawn", _("거두어들임")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField(help_text="the last day for the answer")
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    postponed_because = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["person", "asked_at"]),
        ]
