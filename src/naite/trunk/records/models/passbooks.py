"""The learning passbook (학습통장) on paper: which lines stand in it."""

from django.db import models

from naite.trunk.records.models.accounts import LearningAccount


class Passbook(models.Model):
    """The paper in somebody's hands, line by line as it was printed, so that only new lines are printed after."""

    account = models.OneToOneField(
        LearningAccount, primary_key=True, on_delete=models.CASCADE, related_name="passbook"
    )
    lines = models.JSONField(default=list, help_text="the printed lines, in their order")
    last_seen = models.CharField(max_length=64, blank=True, help_text="digest of the lines printed last")
    begun_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)
