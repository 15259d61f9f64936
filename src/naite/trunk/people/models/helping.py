"""Helper mode: a short session on somebody else's device."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from naite.roots.ids import new_id
from naite.trunk.people.models.persons import Person


class HelpSession(models.Model):
    """For half an hour somebody helps a learner on their own device, within narrow bounds.

    It begins with the learner's card and PIN, or with a code that the learner made and that works once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="help_sessions")
    helper = models.CharField(max_length=60, help_text="who helps, in their own words")
    code_digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique or absent
    code_ends_at = models.DateTimeField(null=True, help_text="exclusive")
    began_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True, help_text="exclusive")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "began_at"])]

    def is_on(self, now: datetime) -> bool:
        return self.began_at is not None and self.ends_at is not None and now < self.ends_at
