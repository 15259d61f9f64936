from typing import ClassVar

from django.db import models

from naite.roots.ids import new_id


class Seal(models.Model):
    """A link of the hash chain: covers a batch of events and the seal before it."""

    number = models.PositiveBigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    event_count = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)


class AuditEvent(models.Model):
    """One act or one look: who, when, where, on what, about whom.

    Rows are only ever appended. They are chained in batches by a sealing task and not one by one, because a
    chain through every insert would let only one person write at a time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    role = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=80, blank=True)
    data_subject_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    seal = models.ForeignKey(Seal, null=True, on_delete=models.PROTECT, related_name="events")
    position = models.PositiveIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id", "at"]),
            models.Index(fields=["data_subject_id", "at"]),
            models.Index(fields=["at"]),
        ]


class AboutPerson(models.Model):
    """One of several people whose data an event handled, as when a list was looked at.

    The log names every data subject (안전성 확보조치 기준 제2조); an event about one person names them itself.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="subjects")
    person_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person_id", "at"])]
