from django.db import models


class WorkerBeat(models.Model):
    """A worker process and when it was last heard of."""

    worker_id = models.CharField(primary_key=True, max_length=64)
    host = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    seen_at = models.DateTimeField()
