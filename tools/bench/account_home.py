"""The learner's home with 10, 200 and 2,000 entries: time in the server, queries, size of the page.

Requests go through the whole stack of middleware in this process, signed in, one after another.
"""

import gzip
import random
import statistics
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from naite.trunk.people.models import Person
from naite.trunk.records.models import Entry, LearningAccount

DATABASE = True
ROUNDS = 40
COUNTS = (10, 200, 2000)
PAGES = {
    "home": "/my/",
    "year near": "/my/?year=2024&zoom=1",
    "timeline": "/my/?view=time",
    "table": "/my/?view=table",
}
_AREAS = ("self_growth", "career", "civic", "practical_literacy")


def run() -> dict[str, Any]:
    """Time each page; milliseconds by the clock. Fails when the number of queries grows with the entries."""
    figures: dict[str, Any] = {}
    queries: dict[str, set[int]] = {name: set() for name in PAGES}
    with override_settings(ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False):
        for count in COUNTS:
            client = _client(count)
            for name, address in PAGES.items():
                times, asked, size = _measured(client, address)
                queries[name].add(asked)
                figures[f"{count} entries, {name}: p50 ms"] = round(statistics.median(times), 1)
                figures[f"{count} entries, {name}: p95 ms"] = round(statistics.quantiles(times, n=20)[18], 1)
                figures[f"{count} entries, {name}: gzip kB"] = round(size / 1000, 1)
    for name, found in queries.items():
        if len(found) != 1:
            raise AssertionError(f"{name}: the number of queries changes with the entries: {sorted(found)}")
        figures[f"{name}: queries"] = found.pop()
    return {"figures": figures, "ratios": {}}


def _client(count: int) -> Client:
    now = datetime.now(UTC)
    person = Person.objects.create(
        name="재는 사람",
        email=f"home{count}@bench.example",
        password="!",
        joined_at=now,
    )
    account = LearningAccount.objects.create(person=person, opened_at=now, ring_seed="bench")
    chance = random.Random(count)
    years = 25 if count > 10 else 4
    Entry.objects.bulk_create(
        Entry(
            account=account,
            section=Entry.Section.OTHER,
            title=f"동네에서 배운 것 {number}",
            provider_name="가온시평생학습관",
            area=chance.choice(_AREAS),
            hours=Decimal(chance.randint(2, 60)),
            completed_on=date(now.year - number % years, chance.randint(1, 10), chance.randint(1, 28)),
            provenance=Entry.Provenance.SYSTEM,
            source=Entry.Source.UPLOAD,
            source_key=f"bench:{number}",
            added_at=now,
        )
        for number in range(count)
    )
    client = Client(raise_request_exception=True)
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def _measured(client: Client, address: str) -> tuple[list[float], int, int]:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    count = len(asked)
    if response.status_code != 200:
        raise AssertionError(f"{address}: {response.status_code} {response.headers.get('Location', '')}")
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    return times, count, len(gzip.compress(response.content))
