"""Completions of an institution, the worker killed for good while reading, applying and taking back.

In real processes on a real database: what was killed is gone on with, the counts are exact, nothing is double.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from tests import factories as make
from tests.completion_rows import as_csv, learner, row
from tests.flows.test_award_killed import ROOT, database_url
from tests.soak import seeds

from naite.flows import upload_completions as flow
from naite.roots.audit.models import AuditEvent
from naite.roots.notices.models import Message
from naite.trunk.records.models import CompletionUpload, Entry, LearningAccount, UploadRow
from naite.trunk.records.uploads import applying, reading, undoing

SCRIPT = Path(__file__).with_name("completion_upload_worker.py")
State = CompletionUpload.State


def _start(step: str, upload: CompletionUpload, chunk: int) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "NAITE_DATABASE_URL": database_url(),
        "NAITE_DATA_DIR": str(Path(settings.STORAGES["default"]["OPTIONS"]["location"]).parent),
        "NAITE_ISSUER_KEY_SECRET": settings.ISSUER_KEY_SECRET,
        "DJANGO_SETTINGS_MODULE": "naite.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    worker = subprocess.Popen(
        [sys.executable, str(SCRIPT), step, str(upload.pk), str(chunk)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"ready\n"
    return worker


def _kill(step: str, upload: CompletionUpload, chunk: int, chance: random.Random) -> None:
    """Let a worker do a few chunks and kill it somewhere in the next; its task stays to be repeated.

    It is given leave for each chunk, so that no machine is fast enough to finish before it is killed.
    """
    worker = _start(step, upload, chunk)
    assert worker.stdout is not None and worker.stdin is not None
    for _line in range(chance.randint(1, 3)):
        worker.stdout.readline()
        with suppress(BrokenPipeError):  # it had nothing left to do
            worker.stdin.write(b"\n")
            worker.stdin.flush()
    time.sleep(chance.uniform(0.0, 0.08))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    with suppress(BrokenPipeError):
        worker.stdin.close()
    upload.refresh_from_db()


def _is_exact(upload: CompletionUpload) -> None:
    """What the upload counts, what its rows say and what the accounts hold is the same at any moment."""
    rows = UploadRow.objects.filter(upload=upload)
    entries = Entry.objects.filter(source="upload", voided_at=None)
    added = rows.filter(outcome="added").count()
    assert added == entries.count() == entries.values("account_id", "source_key").distinct().count()
    if upload.state in (State.APPLYING, State.APPLIED):
        assert rows.filter(outcome="added").count() <= upload.new_count


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path / "private"}}
    }


def run(*, people: int, each: int, kills: int, chunk: int, seed: int) -> set[int]:
    """Read, apply and take back a file with kills at random points; return at how many rows applying stood."""
    home = make.organisation()
    for number in range(each):
        make.version(home, title=f"과정 {number}")
    known = [learner(f"학습자{n}", email=f"k{n}@example.kr") for n in range(people)]
    for person in known[: people * 4 // 5]:
        make.account(person)
    lines = [
        row(person, TITLE=f"과정 {number}", HOURS="90" if at % 40 == 7 and number == 0 else "4")
        for at, person in enumerate(known)
        for number in range(each)
    ]
    total, rejected = len(lines), sum(line["이수시간"] == "90" for line in lines)
    waiting = sum(line["이수시간"] == "4" for line in lines[people * 4 // 5 * each :])
    upload = reading.receive(
        organisation=home, content=as_csv(*lines).encode(), file_name="k.csv", actor=None, now=make.NOW
    )
    connection.close()
    chance = random.Random(seed)
    read_at, applied_at, undone_at = set(), set(), set()
    for _round in range(kills):
        _kill("read", upload, chunk, chance)
        read_at.add(UploadRow.objects.filter(upload=upload).count())
        assert UploadRow.objects.filter(upload=upload).count() == upload.row_count
    for _upload in reading.read_next(upload_id=upload.pk, now=make.NOW):
        pass
    upload.refresh_from_db()
    assert (upload.state, upload.row_count) == (State.PREVIEW, total)
    assert (upload.new_count, upload.waiting_count, upload.rejected_count) == (
        total - rejected - waiting,
        waiting,
        rejected,
    )
    applying.start(upload_id=upload.pk, actor=None, now=make.NOW)
    for _round in range(kills):
        _kill("apply", upload, chunk, chance)
        applied_at.add(upload.done_rows)
        _is_exact(upload)
    for _upload in flow.finish(upload_id=upload.pk, now=make.NOW):
        pass
    upload.refresh_from_db()
    added = total - rejected - waiting
    assert upload.state == State.APPLIED
    assert (upload.new_count, upload.waiting_count, upload.already_count, upload.rejected_count) == (
        added,
        waiting,
        0,
        rejected,
    )
    _is_exact(upload)
    assert Entry.objects.count() == added
    assert AuditEvent.objects.filter(action="records.add_entry").count() == added
    holders = LearningAccount.objects.count()
    assert Message.objects.filter(dedupe_key__startswith=f"completions:{upload.pk}:added").count() == holders
    undoing.undo(upload_id=upload.pk, reason="다른 달의 파일입니다", actor=None, now=make.NOW)
    for _round in range(kills):
        _kill("undo", upload, chunk, chance)
        undone_at.add(upload.undone_count)
        gone = Entry.objects.filter(voided_at__isnull=False).count()
        assert (
            gone == UploadRow.objects.filter(upload=upload, outcome="undone", entry_id__isnull=False).count()
        )
    for _upload in flow.finish_undo(upload_id=upload.pk, now=make.NOW):
        pass
    upload.refresh_from_db()
    assert (upload.state, upload.undone_count) == (State.UNDONE, added + waiting)
    assert not Entry.objects.filter(voided_at=None).exists()
    assert AuditEvent.objects.filter(action="records.void_entry").count() == added
    assert Message.objects.filter(dedupe_key__startswith=f"completions:{upload.pk}:undone").count() == holders
    for stood in (read_at, applied_at, undone_at):
        assert any(0 < at < total - chunk for at in stood), f"never killed halfway: {stood}"
    return applied_at


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("A19", "rule")
def test_an_upload_killed_while_reading_applying_and_taking_back_is_exact() -> None:
    run(people=80, each=3, kills=2, chunk=20, seed=7)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.req("A19", "rule")
@pytest.mark.parametrize("seed", seeds())
def test_an_upload_killed_a_hundred_times_is_exact(seed: int) -> None:
    stood = run(people=1500, each=4, kills=12, chunk=100, seed=seed)
    assert len(stood) > 4
