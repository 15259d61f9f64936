"""Heartbeats of workers and the sweep."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from naite.roots.queue.models import WorkerBeat

SILENCE = timedelta(seconds=90)
MAX_ATTEMPTS = 6
FIRST_WAIT = timedelta(seconds=15)


@dataclass(frozen=True)
class Swept:
    """How many tasks a sweep gave back to the queue."""

    returned: int
    retried: int


def beat(worker_id: str, *, now: datetime) -> None:
    """Say that this process, under this name, is alive."""
    WorkerBeat.objects.update_or_create(
        worker_id=worker_id,
        defaults={"host": socket.gethostname(), "pid": os.getpid(), "seen_at": now},
    )


def leave(worker_id: str) -> None:
    """Say that a worker ended in good order."""
    WorkerBeat.objects.filter(worker_id=worker_id).delete()


def _process_lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_dead(row: WorkerBeat, *, now: datetime) -> bool:
    """A silent worker is dead; one of this host is also dead when its process is gone."""
    if row.seen_at < now - SILENCE:
        return True
    return row.host == socket.gethostname() and not _process_lives(row.pid)


def sweep(*, now: datetime) -> Swept:
    """Return dead workers' tasks to the queue and retry failed ones with growing waits.

    A task is tried at most ``MAX_ATTEMPTS`` times. Tasks are written to be safe to repeat, so a worker that
    was only slow does no harm. Safe to run in several processes at once: each move is one conditional update.
    """
    dead = [row.worker_id for row in WorkerBeat.objects.all() if _is_dead(row, now=now)]
    WorkerBeat.objects.filter(worker_id__in=dead).delete()
    alive = set(WorkerBeat.objects.values_list("worker_id", flat=True))
    returned = retried = 0
    for task in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        holder = task.worker_ids[-1] if task.worker_ids else None
        if holder not in alive:
            returned += _requeue(task, TaskResultStatus.RUNNING, now)
    failed = DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, finished_at__gte=now - timedelta(days=2)
    )
    for task in failed:
        if len(task.worker_ids) < MAX_ATTEMPTS:
            wait = FIRST_WAIT * 4 ** max(len(task.worker_ids) - 1, 0)
            retried += _requeue(task, TaskResultStatus.FAILED, now + wait)
    return Swept(returned, retried)


def _requeue(task: DBTaskResult[..., object], expected: str, run_after: datetime) -> int:
    with transaction.atomic():
        return DBTaskResult.objects.filter(pk=task.pk, status=expected, worker_ids=task.worker_ids).update(
            status=TaskResultStatus.READY,
            run_after=run_after,
            started_at=None,
            finished_at=None,
            exception_class_path="",
            traceback="",
        )
