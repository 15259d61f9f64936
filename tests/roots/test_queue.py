import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from tests.factories import NOW

from naite.roots.queue import services as queue
from naite.roots.queue.models import WorkerBeat

CALLS: list[str] = []


@task
def remember(*, word: str) -> None:
    CALLS.append(word)


def _running(worker_id: str) -> DBTaskResult:
    result = remember.enqueue(word="나이테")
    row = DBTaskResult.objects.get(pk=result.id)
    row.claim(worker_id)
    return row


@pytest.mark.req("X10", "rule")
@pytest.mark.django_db
def test_a_silent_workers_task_returns_and_then_runs(run_tasks: Callable[[], int]) -> None:
    CALLS.clear()
    now = timezone.now()  # the library reads the clock when it looks for tasks that are due
    row = _running("gone")
    WorkerBeat.objects.create(
        worker_id="gone", host="elsewhere", pid=1, seen_at=now - queue.SILENCE - timedelta(seconds=1)
    )
    assert queue.sweep(now=now).returned == 1
    assert queue.sweep(now=now).returned == 0
    assert run_tasks() == 1
    row.refresh_from_db()
    assert (row.status, CALLS) == (TaskResultStatus.SUCCESSFUL, ["나이테"])


@pytest.mark.django_db
def test_a_living_workers_task_stays() -> None:
    row = _running("alive")
    WorkerBeat.objects.create(worker_id="alive", host=socket.gethostname(), pid=os.getpid(), seen_at=NOW)
    assert queue.sweep(now=NOW).returned == 0
    row.refresh_from_db()
    assert row.status == TaskResultStatus.RUNNING


@pytest.mark.req("X10", "rule")
@pytest.mark.django_db
def test_a_killed_process_of_this_host_is_dead_at_once() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    _running("killed")
    WorkerBeat.objects.create(worker_id="killed", host=socket.gethostname(), pid=child.pid, seen_at=NOW)
    assert queue.sweep(now=NOW).returned == 1


@pytest.mark.django_db
def test_failures_are_retried_with_growing_waits_and_then_left() -> None:
    row = _running("w")
    waits = []
    for attempt in range(1, queue.MAX_ATTEMPTS + 1):
        DBTaskResult.objects.filter(pk=row.pk).update(
            status=TaskResultStatus.FAILED, finished_at=NOW, worker_ids=["w"] * attempt
        )
        if queue.sweep(now=NOW).retried:
            row.refresh_from_db()
            waits.append(row.run_after - NOW)
    assert len(waits) == queue.MAX_ATTEMPTS - 1
    assert waits == sorted(waits)
    assert waits[0] == queue.FIRST_WAIT
