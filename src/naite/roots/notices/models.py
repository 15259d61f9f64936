from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id


class Message(models.Model):
    """A message to one person, kept until it is delivered and after."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("전자우편")
        SMS = "sms", _("문자")
        LETTER = "letter", _("편지·전화")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=12, choices=Channel, default=Channel.MAIL)
    person_id = models.UUIDField(null=True)
    address = models.CharField(max_length=254, blank=True, help_text="empty for letters")
    subject = models.CharField(max_length=300)
    body = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    dedupe_key = models.CharField(max_length=160, unique=True, null=True)  # noqa: DJ001 - unique or absent

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(sent_at=None), name="notices_unsent"),
            models.Index(fields=["-created_at"]),
        ]
