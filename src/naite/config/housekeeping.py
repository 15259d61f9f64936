"""What a worker does between tasks, every few seconds."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import close_old_connections, connection
from django.utils import timezone

from naite.branches.counselling.services import answers, questions, sessions
from naite.branches.design import services as design
from naite.branches.oversight.services import complaint_work
from naite.flows import badge_import, badge_life, closing, recognised_later
from naite.roots.audit import services as audit
from naite.roots.files import services as files
from naite.roots.ledger import anchoring
from naite.roots.ledger import services as ledger
from naite.roots.ledger.chain import configured
from naite.roots.notices import services as notices
from naite.roots.queue import services as queue
from naite.trunk.delivery import services as delivery
from naite.trunk.people import api_tokens, connections
from naite.trunk.people.registry import documents as institution_documents
from naite.trunk.people.registry import proposals as institution_proposals
from naite.trunk.recognition import renewals
from naite.trunk.recognition.letters import reminders as late_notices
from naite.trunk.recognition.panels import reminders
from naite.trunk.recognition.results import supplements
from naite.trunk.records.applications import services as applications
from naite.trunk.records.confirmations import services as confirmations
from naite.trunk.records.uploads import claims
from naite.trunk.wallet.packages import requests as evidence

log = logging.getLogger("naite.housekeeping")
PERIOD = 5.0


def jobs(now: datetime) -> list[tuple[str, Callable[[], Any]]]:
    """List the recurring jobs; each is safe to run in several workers at once."""
    return [
        ("sweep", lambda: queue.sweep(now=now)),
        ("unpaid", lambda: delivery.release_unpaid(now=now)),
        ("interest", lambda: delivery.tell_registration_open(now=now)),
        ("scan", lambda: files.rescan(now=now)),
        ("erase", lambda: files.erase_due(now=now)),
        ("orphans", lambda: files.sweep_orphans(now=now)),
        ("answers due", lambda: answers.remind(now=now)),
        ("answered", lambda: questions.close_answered(now=now)),
        ("applications", lambda: applications.remind(now=now)),
        ("confirmations", lambda: confirmations.remind(now=now)),
        ("plans", lambda: design.tell_opening(now=now)),
        ("evidence", lambda: evidence.erase_due(now=now)),
        ("complainants", lambda: complaint_work.erase_due(now=now)),
        ("sessions", lambda: sessions.remind(now=now)),
        ("provisional", lambda: supplements.lapse_due(now=now)),
        ("late notices", lambda: late_notices.remind_late(now=now)),
        ("reviews due", lambda: reminders.remind_due(now=now)),
        ("ending badges", lambda: badge_life.remind(now=now)),
        ("notices", lambda: notices.deliver_due(now=now)),
        ("institutions", lambda: institution_proposals.apply_due(now=now)),
        ("documents", lambda: institution_documents.remind(now=now)),
        ("renewals", lambda: renewals.remind(now=now)),
        ("recognised", lambda: recognised_later.catch_up(now=now)),
        ("unused services", lambda: connections.forget_unused(now=now)),
        ("forget_answers", lambda: api_tokens.forget_answers(now=now)),
        ("forget_rows", lambda: claims.forget(now=now)),
        ("closed accounts", lambda: closing.erase_due(now=now)),
        ("seal", lambda: audit.seal(now=now)),
        ("log", lambda: ledger.append_waiting(now=now)),
        ("imported", lambda: badge_import.recheck_due(now=now)),
        ("chain", lambda: _to_the_chain(now)),
    ]


def _to_the_chain(now: datetime) -> None:
    chain = configured()
    if chain is not None:
        anchoring.advance(chain, now=now)


def run_once(now: datetime) -> None:
    """Run every job; one that fails is logged and does not keep the others from running."""
    for name, job in jobs(now):
        try:
            job()
        except Exception:
            log.exception("job %s failed", name)


class Housekeeper(threading.Thread):
    """Beats for its worker and runs the jobs until told to stop."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(name="housekeeper", daemon=True)
        self.worker_id = worker_id
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            close_old_connections()
            try:
                queue.beat(self.worker_id, now=timezone.now())
                run_once(timezone.now())
            except Exception:
                log.exception("housekeeping failed")
            self.stopping.wait(PERIOD)
        connection.close()
