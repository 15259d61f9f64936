"""Killed at any moment and repeated, an award loses nothing and gives nothing twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from tests import badge_rows as rows
from tests import factories as make

from naite.flows import award as flow
from naite.roots.audit.models import AuditEvent
from naite.trunk.badges.models import Award, BadgeNumber, StatusList
from naite.trunk.records.models import Entry
from naite.trunk.wallet.models import Holding

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("award_worker.py")
KILLS = 3


def database_url() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    host = quote(str(known["HOST"]), safe="")
    password = quote(str(known["PASSWORD"]), safe="")
    port = known["PORT"] or 5432
    return f"postgresql://{known['USER']}:{password}@localhost:{port}/{known['NAME']}?host={host}"


def _start(entries: list[Entry]) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "NAITE_DATABASE_URL": database_url(),
        "NAITE_DATA_DIR": str(settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "naite.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    worker = subprocess.Popen(
        [sys.executable, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"ready\n"
    worker.stdin.write("".join(f"{item.account_id} {item.id}\n" for item in entries).encode())
    worker.stdin.flush()
    return worker


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("B5", "rule")
def test_an_award_that_is_killed_and_repeated_is_whole() -> None:
    badge = rows.published()
    entries = [rows.completed(badge.course_version, make.person(f"학습자 {n}")) for n in range(20)]
    connection.close()
    chance = random.Random(7)
    for _ in range(KILLS):
        given = set(Award.objects.values_list("entry_id", flat=True))
        left = sorted(entries, key=lambda entry: entry.id in given)
        worker = _start(left)
        assert worker.stdout is not None
        for _line in range(chance.randint(1, 3)):
            assert worker.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.05))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        done = Award.objects.count()
        assert len(given) < done <= 20
        assert done == BadgeNumber.objects.count() == Holding.objects.count()
    for entry in entries:
        flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    awards = list(Award.objects.all())
    assert len(awards) == len({award.entry_id for award in awards}) == 20
    assert Holding.objects.count() == BadgeNumber.objects.count() == 20
    assert AuditEvent.objects.filter(action="badges.issue").count() == 20
    assert set(StatusList.objects.values_list("allocated", flat=True)) == {20}
    assert len({(award.revocation_list_id, award.revocation_index) for award in awards}) == 20
    assert all(rows.check(bytes(award.credential)).verdict == "valid" for award in awards)
