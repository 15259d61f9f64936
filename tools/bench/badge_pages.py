"""The wallet with 10 and with 1,000 badges, and the pages that verify one: time in the server, queries, size.

Requests go through the whole stack of middleware in this process, one after another; badges are signed as
always, and every verification is of another badge. Checking a badge names no row of ours but the issuer's
published documents, so it costs the same however many badges there are.
"""

import gzip
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import count, cycle
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from naite.roots.ids import new_id
from naite.roots.ledger import services as ledger
from naite.trunk.badges.credentials import Facts
from naite.trunk.badges.models import Achievement
from naite.trunk.badges.services.many import Grant, ManyIssuer
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet import many as wallets
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import Holding
from tools.bench.award import NOW, make_badge, make_institution

DATABASE = True
ROUNDS = 60
KINDS = 20
COUNTS = (10, 1000)
WALLET = {
    "wallet": "/my/wallet/",
    "wallet, searched": "/my/wallet/?q=걸음 1&area=career",
    "wallet, ended": "/my/wallet/?view=ended",
}
Visit = Callable[[], HttpResponse]


def run() -> dict[str, Any]:
    """Time each page; milliseconds by the clock. Fails when the number of queries grows with the badges."""
    organisation, staff = make_institution()
    kinds = [make_badge(organisation, staff, f"걸음 {n}") for n in range(KINDS)]
    figures: dict[str, Any] = {}
    queries: dict[str, set[int]] = {}
    with override_settings(ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False):
        accounts = {size: _wallet(kinds, size) for size in COUNTS}
        # One log for all: a proof asks for as many tiles as the log is deep, whosever badge it is of.
        ledger.append_waiting(now=NOW)
        for size, account in accounts.items():
            for name, visit in _visits(account).items():
                found, asked = _measured(visit)
                queries.setdefault(name, set()).add(asked)
                figures |= {f"{size:,} badges, {name}: {key}": value for key, value in found.items()}
    for name, asked_for in queries.items():
        if len(asked_for) != 1:
            raise AssertionError(f"{name}: queries change with the badges: {sorted(asked_for)}")
        figures[f"{name}: queries"] = asked_for.pop()
    return {"figures": figures, "ratios": {}}


def _wallet(kinds: Sequence[Achievement], size: int) -> LearningAccount:
    person = Person.objects.create(
        name="재는 사람", email=f"w{size}@bench.example", password="!", joined_at=NOW
    )
    account = LearningAccount.objects.create(person=person, opened_at=NOW)
    did = wallets.holder_dids(account_ids=[account.pk], now=NOW)[account.pk]
    for start in range(0, size, size // KINDS or 1):
        achievement = kinds[start * KINDS // size % KINDS]
        grants = [
            Grant(
                award_id=new_id(),
                account_id=account.pk,
                person_id=person.pk,
                did=did,
                entry_id=uuid4(),
                facts=Facts(completed_on=NOW.date(), narrative=f"{start + at}번째로 이웃을 도왔습니다."),
            )
            for at in range(size // KINDS or 1)
        ]
        with transaction.atomic():
            given, _refused = ManyIssuer(achievement, now=NOW).give(grants, actor=None, now=NOW)
            wallets.hold_awards(
                awards=[(account.pk, item.grant.award_id, item.credential) for item in given], now=NOW
            )
    if Holding.objects.filter(account_id=account.pk).count() != size:
        raise AssertionError("the wallet has not what it should")
    return account


def _visits(account: LearningAccount) -> dict[str, Visit]:
    """What is visited: the wallet's pages by its owner, one badge, a link and the verification by anybody."""
    owner = Client(raise_request_exception=True)
    owner.force_login(account.person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    anybody, callers = Client(raise_request_exception=True), count(1)
    holdings = list(Holding.objects.filter(account_id=account.pk)[:ROUNDS])
    ids, files = cycle([item.id for item in holdings]), cycle([bytes(item.credential) for item in holdings])
    links = cycle([_link(account, item) for item in holdings])

    def caller() -> str:
        # Everybody may ask so often a minute: each time it is somebody else.
        number = next(callers)
        return f"10.{number // 62_500}.{number // 250 % 250}.{number % 250}"

    def verifying() -> HttpResponse:
        file = SimpleUploadedFile("badge.json", next(files), "application/json")
        return anybody.post("/verify/", {"file": file}, REMOTE_ADDR=caller())

    return {
        **{name: lambda address=address: owner.get(address) for name, address in WALLET.items()},  # type: ignore[misc]
        "one badge, verified": lambda: owner.get(f"/my/wallet/{next(ids)}/"),
        "shared link, verified": lambda: anybody.get(f"/s/{next(links)}/", REMOTE_ADDR=caller()),
        "verification of a file": verifying,
    }


def _link(account: LearningAccount, holding: Holding) -> str:
    _share, token = wallet.share(
        account=account,
        holding_id=holding.id,
        purpose="",
        days=None,
        shows_name=False,
        actor=account.person,
        now=NOW,
    )
    return token


def _measured(visit: Visit) -> tuple[dict[str, float], int]:
    first = visit()
    if first.status_code != 200:
        raise AssertionError(f"{first.status_code} {first.headers.get('Location', '')}")
    visit()
    with CaptureQueriesContext(connection) as asked:
        response = visit()
    queries = len(asked)
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        visit()
        times.append((time.perf_counter() - started) * 1000)
    return {
        "p50 ms": round(statistics.median(times), 1),
        "p95 ms": round(statistics.quantiles(times, n=20)[18], 1),
        "gzip kB": round(len(gzip.compress(response.content)) / 1000, 1),
    }, queries
