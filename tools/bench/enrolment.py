"""Five hundred people apply at the same instant for thirty seats: by HTTP at a running server, and by service.

Exactly thirty are confirmed, the rest wait in the order of application; anything else ends the benchmark.
"""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier, BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string

from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.delivery import services
from naite.trunk.delivery.drafts import RunDraft, SessionDraft
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment

DATABASE = True
PEOPLE, SEATS = 500, 30
# PostgreSQL takes 100 connections unless told otherwise; a server's pool of threads is smaller still.
CONNECTIONS = 40


def run() -> dict[str, Any]:
    """Measure both ways; milliseconds, each from sending to the answer with all others under way."""
    now = datetime.now(UTC)
    organisation = Organisation.objects.create(
        slug="bench", name="재는 학습관", kind=Organisation.Kind.LOCAL_GOVERNMENT, created_at=now
    )
    staff = _people(1, "staff", now)[0]
    RoleAssignment.objects.create(
        person=staff, organisation=organisation, role=Role.INSTITUTION_STAFF, valid_from=now
    )
    version = _version(organisation, now)
    people = _people(PEOPLE, "person", now)
    figures: dict[str, Any] = {}
    by_service = _open(version, staff, now)
    figures |= _told("service", *_by_service(by_service, people, now))
    _check(by_service)
    by_http = _open(version, staff, now)
    figures |= _told("http", *_by_http(by_http, people))
    figures |= {f"http {key}": value for key, value in _check(by_http).items()}
    return {"figures": figures, "ratios": {}}


def _people(count: int, name: str, now: datetime) -> list[Person]:
    return Person.objects.bulk_create(
        Person(name=f"{name}{n}", email=f"{name}{n}@bench.example", password="!", joined_at=now)
        for n in range(count)
    )


def _version(organisation: Organisation, now: datetime) -> CourseVersion:
    course = Course.objects.create(organisation=organisation, created_at=now)
    version = CourseVersion.objects.create(
        course=course, number=1, title="몰리는 강좌", total_hours=Decimal(2), published_at=now
    )
    course.current = version
    course.save()
    return version


def _open(version: CourseVersion, staff: Person, now: datetime) -> CourseRun:
    starts = now + timedelta(days=10)
    return services.open_run(
        draft=RunDraft(
            version=version,
            capacity=SEATS,
            waitlist_capacity=PEOPLE,
            sessions=(SessionDraft(starts_at=starts, ends_at=starts + timedelta(hours=2)),),
            registration_opens_at=now - timedelta(days=1),
            registration_closes_at=now + timedelta(days=1),
        ),
        actor=staff,
        now=now,
    )


def _all_at_once(acts: list[Callable[[], float]], setup: Callable[[], None]) -> tuple[list[float], float]:
    """Start all acts at one instant; return the milliseconds of each and the seconds until the last."""
    barrier = Barrier(len(acts) + 1)

    def one(act: Callable[[], float]) -> float:
        setup()
        barrier.wait(timeout=120)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        waiting = [pool.submit(one, act) for act in acts]
        barrier.wait(timeout=120)
        started = time.perf_counter()
        times = [each.result(timeout=300) for each in waiting]
        return times, time.perf_counter() - started


def _by_service(run: CourseRun, people: list[Person], now: datetime) -> tuple[list[float], float]:
    gate = BoundedSemaphore(CONNECTIONS)

    def applying(person: Person) -> Callable[[], float]:
        def act() -> float:
            started = time.perf_counter()
            with gate:
                try:
                    services.enrol(run_id=run.pk, person=person, now=now)
                finally:
                    connection.close()
            return (time.perf_counter() - started) * 1000

        return act

    return _all_at_once([applying(person) for person in people], lambda: None)


def _by_http(run: CourseRun, people: list[Person]) -> tuple[list[float], float]:
    cookies = [_signed_in(person) for person in people]
    connection.close()
    with _server() as port:

        def applying(cookie: dict[str, str]) -> Callable[[], float]:
            def act() -> float:
                started = time.perf_counter()
                link = http.client.HTTPConnection("127.0.0.1", port, timeout=240)
                link.request("POST", f"/my/enrol/{run.pk}/", body="", headers=cookie)
                answer = link.getresponse()
                answer.read()
                link.close()
                if answer.status != 302 or "/my/courses/" not in (answer.getheader("Location") or ""):
                    raise AssertionError(f"answered {answer.status} {answer.getheader('Location')}")
                return (time.perf_counter() - started) * 1000

            return act

        return _all_at_once([applying(cookie) for cookie in cookies], lambda: None)


def _signed_in(person: Person) -> dict[str, str]:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    token = _get_new_csrf_string()
    return {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}; "
        f"{settings.CSRF_COOKIE_NAME}={token}",
        "X-CSRFToken": token,
        "Content-Type": "application/x-www-form-urlencoded",
    }


@contextmanager
def _server() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "naite.config.cli", "serve", "--port", str(port)],
        env={**os.environ, "NAITE_LOG_LEVEL": "WARNING"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 90
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                    break
            except OSError:
                if time.monotonic() > end or process.poll() is not None:
                    raise
                time.sleep(0.3)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def _check(run: CourseRun) -> dict[str, int]:
    """End the benchmark unless thirty are confirmed and the rest stand in line in order."""
    rows = list(run.enrolments.order_by("number").values_list("number", "state", "id"))
    wanted = [
        (n, Enrolment.State.CONFIRMED if n <= SEATS else Enrolment.State.WAITING)
        for n in range(1, PEOPLE + 1)
    ]
    assert [(number, state) for number, state, _ in rows] == wanted, "seats or line are wrong"
    run.refresh_from_db()
    assert (run.seats_taken, run.waiting) == (SEATS, PEOPLE - SEATS), "the run's numbers are wrong"
    return {"confirmed": run.seats_taken, "waiting": run.waiting}


def _told(name: str, times: list[float], seconds: float) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {
        f"{name} p50 ms": round(statistics.median(times), 1),
        f"{name} p95 ms": round(cuts[94], 1),
        f"{name} worst ms": round(max(times), 1),
        f"{name} applications a second": round(len(times) / seconds, 1),
    }
