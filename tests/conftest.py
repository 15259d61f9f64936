"""Fixtures for all tests."""

import tempfile
from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.conf import settings
from django.utils import translation

from tests import migrated


def pytest_configure() -> None:
    migrated.keep_results()
    # A busy machine is no reason to fail.
    hypothesis.settings.register_profile("naite", deadline=None)
    hypothesis.settings.load_profile("naite")
    # Real password hashing would take most of the suite's time.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["default"]["OPTIONS"]["location"] = tempfile.mkdtemp(prefix="naite-tests-")
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What touches no database is proven once, on SQLite, and not again on PostgreSQL."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    database = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}
    again, once = [], []
    for item in items:
        touches = item.get_closest_marker("django_db") or database & set(getattr(item, "fixturenames", ()))
        (again if touches else once).append(item)
    items[:] = again
    config.hook.pytest_deselected(items=once)


@pytest.fixture(autouse=True)
def korean_afterwards() -> Iterator[None]:
    """A page asked for in English leaves its language active in this thread; the next test starts afresh."""
    yield
    translation.deactivate()


@pytest.fixture
def run_tasks(db: None) -> Callable[[], int]:
    """Return a function that works the task queue until it is empty and says how many tasks it ran.

    A task that fails fails the test, with its traceback.
    """
    from django_tasks.base import TaskResultStatus
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    def run() -> int:
        done = 0
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="test-worker",
            excluded_queue_names=[],
        )
        while task := DBTaskResult.objects.ready().first():
            task.claim("test-worker")
            worker.run_task(task)
            task.refresh_from_db()
            assert task.status == TaskResultStatus.SUCCESSFUL, task.traceback
            done += 1
        return done

    return run
