"""Several processes do what one does: the same reports and bytes, in the same order."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from credcore import bake
from credcore.errors import CredentialError, Unavailable
from credcore.issue import issue_token
from credcore.parallel import Workers, issue_many, verify_many
from credcore.report import Report
from credcore.shapes import read
from credcore.status import Bitstring
from credcore.templates import Template
from credcore.verify import Resolvers
from credcore.verify import verify_many as in_turn
from tests.credcore.pictures import PNG
from tests.credcore.samples import NOW, World, credential, with_status


@pytest.fixture(scope="module", params=["spawn", "fork"])
def workers(request: Any) -> Iterator[Workers]:
    with Workers(2, method=request.param) as made:
        yield made


def world() -> World:
    made, bits = World(), Bitstring()
    bits.set(7)
    made.publish_list(bits)
    return made


def badges(made: World, count: int = 40) -> list[bytes]:
    """Good, revoked, altered and odd ones in turn."""
    found: list[bytes] = []
    for number in range(count):
        signed = made.issue(with_status(7 if number % 10 == 3 else number + 100))
        data = orjson.dumps(signed)
        forms = (
            data,
            data.replace("나이테".encode(), "다른".encode()).replace(b"2026-", b"2025-"),
            bake.bake(PNG, data.decode()),
            orjson.dumps(signed, option=orjson.OPT_INDENT_2),
            issue_token(credential(), made.signer, created=NOW).encode(),
            b"no badge",
            b"",
        )
        found.append(forms[number % 7] if number % 3 == 0 else data)
    return found


def said(reports: list[Report]) -> list[Any]:
    """All that they say; whether a fast path found it out may differ."""
    return [(report.as_dict(), report.source) for report in reports]


class Odd(Exception):
    def __init__(self, one: str, other: str) -> None:  # cannot be sent as it is
        super().__init__(f"{one} {other}")


def test_the_same_reports_in_the_same_order(workers: Workers) -> None:
    made = world()
    items = badges(made, 300)
    reports = workers.verify_many(items, resolvers=made.resolvers, now=NOW)
    assert said(reports) == said(in_turn(items, resolvers=made.resolvers, now=NOW))
    assert {"valid", "revoked", "altered", "not_a_badge"} <= {report.verdict for report in reports}
    assert workers.verify_many([], resolvers=made.resolvers, now=NOW) == []
    late = NOW + timedelta(days=9000)
    found = workers.verify_many(items[:3], resolvers=Resolvers(), now=late)
    assert said(found) == said(in_turn(items[:3], resolvers=Resolvers(), now=late))


def test_the_world_is_asked_here_and_once(workers: Workers) -> None:
    made = world()
    asked: list[tuple[int, str]] = []

    class Resolver:
        def resolve(self, name: str, /) -> Any:
            asked.append((os.getpid(), name))
            return made.resolvers.did.resolve(name)  # type: ignore[union-attr]

    def fetch(url: str) -> bytes:
        asked.append((os.getpid(), url))
        return made.fetch(url)

    resolvers = replace(made.resolvers, did=Resolver(), status_list=fetch, trust=lambda issuer: "trusted")
    items = badges(made, 200)
    reports = workers.verify_many(items, resolvers=resolvers, now=NOW)
    assert {pid for pid, _ in asked} == {os.getpid()}
    assert len(asked) == len(set(asked)) == 2
    assert said(reports) == said(in_turn(items, resolvers=resolvers, now=NOW))
    assert "trusted" in {report.trust for report in reports}


@pytest.mark.parametrize("error", [Unavailable("봉사기가 쉽니다"), Odd("a", "b"), ValueError(3)])
def test_what_goes_wrong_here_is_told_as_in_one_process(workers: Workers, error: Exception) -> None:
    made = world()

    class Down:
        def resolve(self, name: str, /) -> Any:
            raise error

    for resolvers in (replace(made.resolvers, did=Down()), replace(made.resolvers, trust=Down().resolve)):
        items = badges(made, 8)
        found = workers.verify_many(items, resolvers=resolvers, now=NOW)
        assert said(found) == said(in_turn(items, resolvers=resolvers, now=NOW))


def rows_of(template: Template, count: int) -> list[list[str]]:
    at = {path: number for number, path in enumerate(template.holes)}
    rows = [[read(template.prototype, path) for path in template.holes] for _ in range(count)]
    for number, row in enumerate(rows):
        row[at["id",]] = f"urn:uuid:{number:08d}"
        row[at["name",]] = ("배지", '따옴표 " 와 \\', "줄\n바꿈")[number % 3] + str(number)
    return rows


def test_the_same_badges_in_the_same_order(workers: Workers) -> None:
    made = world()
    template, alone = Template(with_status(1), made.signer), Template(with_status(1), made.signer)
    rows = rows_of(template, 500)
    wanted = list(alone.issue_many(rows, created=NOW))
    assert list(workers.issue_many(template, iter(rows), created=NOW)) == wanted
    assert template.counters == alone.counters
    assert list(workers.issue_many(template, [], created=NOW)) == []
    rows[300] = ["bell\a"] * len(rows[300])
    given = []
    with pytest.raises(CredentialError) as refused:
        for issued in workers.issue_many(template, rows, created=NOW):
            given.append(issued)
    assert given == wanted[:300]
    assert refused.value.code


def test_a_key_that_is_not_in_memory_signs_here(workers: Workers) -> None:
    made = world()

    class Module:
        """As a hardware module: it cannot be sent anywhere."""

        verification_method, alg = made.signer.verification_method, "EdDSA"
        sign = staticmethod(made.signer.sign)

    template = Template(with_status(1), Module())
    rows = rows_of(template, 5)
    assert list(workers.issue_many(template, rows, created=NOW)) == list(
        Template(with_status(1), made.signer).issue_many(rows, created=NOW)
    )


def test_a_process_that_dies_takes_nothing_with_it() -> None:
    made = world()
    items = badges(made, 300)

    class Killer:
        """Ends one of the processes while all of them work."""

        def resolve(self, name: str, /) -> Any:
            os.kill(workers._processes[0].pid, signal.SIGKILL)
            return made.resolvers.did.resolve(name)  # type: ignore[union-attr]

    with Workers(2, method="fork") as workers:
        reports = workers.verify_many(items, resolvers=replace(made.resolvers, did=Killer()), now=NOW)
        assert said(reports) == said(in_turn(items, resolvers=made.resolvers, now=NOW))
        again = workers.verify_many(items, resolvers=made.resolvers, now=NOW)
        assert said(again) == said(reports)
        assert len(workers._lines) == 1


def test_in_one_call() -> None:
    made = world()
    template = Template(with_status(1), made.signer)
    rows = rows_of(template, 10)
    issued = list(issue_many(template, rows, created=NOW, processes=2))
    assert issued == list(template.issue_many(rows, created=NOW))
    items = [item.data for item in issued]
    for processes in (1, 2):
        found = verify_many(items, resolvers=made.resolvers, now=NOW, processes=processes)
        assert said(found) == said(in_turn(items, resolvers=made.resolvers, now=NOW))
