"""Files that belong to what is said about a question."""

from django.db import models

from naite.branches.counselling.models.questions import Message, Question
from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.people.models import Person


class Attachment(models.Model):
    """A file of a question, or of one message about it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
