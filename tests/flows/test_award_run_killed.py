"""A list of people, its worker killed for good again and again: nothing lost, nothing double, the sum holds."""

import os
import random
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests import badge_rows as rows
from tests import factories as make
from tests.flows.test_award_killed import ROOT, database_url

from naite.flows import award_run as flow
from naite.roots.audit.models import AuditEvent
from naite.roots.notices.models import Message
from naite.trunk.badges.award_file import as_csv
from naite.trunk.badges.models import Award, AwardRow, AwardRun, BadgeNumber, StatusList
from naite.trunk.badges.rules import AwardRule
from naite.trunk.badges.services import award_runs
from naite.trunk.wallet.models import Holding

SCRIPT = Path(__file__).with_name("award_run_worker.py")
PEOPLE, KILLS = 400, 4


def _start(run: AwardRun) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "NAITE_DATABASE_URL": database_url(),
        "NAITE_DATA_DIR": str(settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "naite.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    worker = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(run.pk)], stdout=subprocess.PIPE, env=environment
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"ready\n"
    return worker


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("B4", "rule")
def test_a_run_killed_at_any_moment_goes_on_without_loss_or_duplicate() -> None:
    badge = rows.published(badge_type="activity", rule=AwardRule(activity_hours=Decimal(8)))
    staff = make.staff(badge.organisation)
    people = [make.person(f"학습자 {n}", email=f"k{n}@example.kr") for n in range(PEOPLE)]
    for person in people:
        make.account(person)
    cells = [[f"k{n}@example.kr", "", "", "", "", "", 3 if n % 50 == 0 else 9] for n in range(PEOPLE)]
    run = award_runs.prepare_file(
        achievement=badge, content=as_csv(cells), file_name="k.csv", actor=staff, now=make.NOW
    )
    award_runs.submit(run=run, due_at=None, actor=staff, now=make.NOW)
    connection.close()
    chance = random.Random(11)
    stopped_at = set()
    for _ in range(KILLS):
        worker = _start(run)
        assert worker.stdout is not None
        for _line in range(chance.randint(1, 3)):
            worker.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.05))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        run.refresh_from_db()
        stopped_at.add(run.awarded_count)
        given = Award.objects.count()
        assert given == run.awarded_count == Holding.objects.count() == BadgeNumber.objects.count()
        assert AwardRow.objects.filter(run=run, outcome="awarded").count() == given
    assert any(0 < at < PEOPLE - 8 for at in stopped_at), "it was never killed halfway"
    for _step in flow.give(run_id=run.pk, clock=lambda: make.NOW):
        pass
    run.refresh_from_db()
    assert (run.state, run.awarded_count, run.rejected_count, run.left) == ("done", PEOPLE - 8, 8, 0)
    awards = list(Award.objects.all())
    assert len(awards) == len({award.account_id for award in awards}) == PEOPLE - 8
    assert Holding.objects.count() == BadgeNumber.objects.count() == PEOPLE - 8
    assert AuditEvent.objects.filter(action="badges.issue").count() == PEOPLE - 8
    assert Message.objects.filter(dedupe_key__startswith="badge:").count() == PEOPLE - 8
    assert set(StatusList.objects.values_list("allocated", flat=True)) == {PEOPLE - 8}
    assert len({(award.revocation_list_id, award.revocation_index) for award in awards}) == PEOPLE - 8
    assert all(rows.check(bytes(award.credential)).verdict == "valid" for award in awards[::40])
