"""``naite worker``: work the task queue."""

import argparse
import logging

from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from naite.config.housekeeping import Housekeeper
from naite.config.process import end_with_parent
from naite.roots.queue import services as queue

HELP = "작업 대기열을 처리합니다. 여러 개를 함께 띄워도 됩니다"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="기다리는 작업을 모두 끝내고 마칩니다")


def run(options: argparse.Namespace) -> int:
    end_with_parent()
    logging.getLogger("django_tasks").setLevel(logging.WARNING)
    worker_id = get_random_string(24)
    worker = Worker(
        queue_names=["*"],
        interval=0.5,
        batch=options.once,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )
    worker.configure_signals()
    queue.beat(worker_id, now=timezone.now())
    queue.sweep(now=timezone.now())
    keeper = Housekeeper(worker_id)
    keeper.start()
    try:
        worker.run()
    finally:
        keeper.stopping.set()
        keeper.join(timeout=10)
        queue.leave(worker_id)
    return 0
