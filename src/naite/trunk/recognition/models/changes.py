"""What an institution reports to have changed about a recognised course (변경 보고)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Person
from naite.trunk.recognition.models.recognitions import Recognition


class ChangeReport(models.Model):
    """One reported change, accepted or refused by the national institute. The recognition itself stays as it is."""

    class Kind(models.TextChoices):
        NAME = "name", _("과정 이름")
        PLACE = "place", _("장소")
        INSTRUCTOR = "instructor", _("강사")
        OTHER = "other", _("그 밖의 것")

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("확인 중")
        ACCEPTED = "accepted", _("받아들임")
        REFUSED = "refused", _("받아들이지 않음")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recognition = models.ForeignKey(Recognition, on_delete=models.PROTECT, related_name="change_reports")
    kind = models.CharField(_("바뀌는 것"), max_length=10, choices=Kind)
    before = models.CharField(_("지금"), max_length=300)
    after = models.CharField(_("바뀐 뒤"), max_length=300)
    reason = models.CharField(_("까닭"), max_length=500)
    effective_on = models.DateField(_("바뀌는 날"))
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    submitted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-submitted_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["state", "submitted_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recognition", "kind"],
                condition=Q(state="submitted"),
                name="recognition_change_waits_once",
            )
        ]
