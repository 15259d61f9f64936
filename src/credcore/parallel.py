"""Many badges at once on several cores, by processes; the results are those of one process, in the same order.

The world outside is asked in the calling process only: the others send their questions there, so resolvers may be
anything (closures, clients, database connections) and each thing is asked once for all. The processes are started
anew (``spawn``), not copied, so nothing of the caller's threads, locks or connections gets into them. Should one of
them die, its share is done by the caller.

Starting them takes some tenths of a second; :class:`Workers` keeps them for several calls.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Final, NamedTuple

from credcore.contexts import PINNED
from credcore.keys import Ed25519Signer
from credcore.remembering import RememberingResolver, remember
from credcore.report import Report
from credcore.templates import Issued, Template
from credcore.trust import Trust
from credcore.verify import Resolvers, verify
from credcore.verify import verify_many as verify_in_turn

_SHARE: Final = 1_024


class _Work(NamedTuple):
    """What a process needs to know for one call."""

    kind: str
    told: Any


class Workers:
    """Processes that verify and issue; use it in a ``with`` statement.

    A script that makes one needs the usual ``if __name__ == "__main__":`` around what it does.
    """

    def __init__(self, processes: int | None = None, *, method: str = "spawn") -> None:
        """``processes`` is the number of cores unless given. ``method`` is multiprocessing's way to start them."""
        self._count = processes or os.cpu_count() or 1
        self._context = multiprocessing.get_context(method)
        self._lines: list[Connection] = []
        self._processes: list[Any] = []

    def __enter__(self) -> Workers:
        inside = multiprocessing.parent_process() is not None
        for _ in range(self._count if self._count > 1 and not inside else 0):
            ours, theirs = self._context.Pipe()
            process = self._context.Process(target=_serve, args=(theirs,), daemon=True)  # type: ignore[attr-defined]
            process.start()
            theirs.close()
            self._lines.append(ours)
            self._processes.append(process)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in self._lines:
            line.close()
        for process in self._processes:
            process.join(timeout=2)
            if process.is_alive():
                process.terminate()
                process.join()
        self._lines, self._processes = [], []

    def verify_many(self, items: Iterable[bytes], *, resolvers: Resolvers, now: datetime) -> list[Report]:
        """As :func:`credcore.verify.verify_many`."""
        given = list(items)
        if not self._lines:
            return verify_in_turn(given, resolvers=resolvers, now=now)
        world = _World(resolvers)
        contexts = None if resolvers.contexts is PINNED else resolvers.contexts
        work = _Work("verify", (world.knows, contexts, now))

        def myself(share: Sequence[bytes]) -> list[Report]:
            return verify_in_turn(share, resolvers=world.resolvers, now=now)

        def whole(share: Sequence[bytes], found: list[Report]) -> list[Report]:
            return [
                report._replace(source=item) if report.source is None else report
                for item, report in zip(share, found, strict=True)
            ]

        return [
            report
            for share, found in self._shares(given, work, world.answer, myself)
            for report in whole(share, found)
        ]

    def issue_many(
        self, template: Template, rows: Iterable[Sequence[str]], *, created: datetime
    ) -> Iterator[Issued]:
        """As :meth:`credcore.templates.Template.issue_many`; a signer that is no key in memory signs here.

        A row that is refused raises when its turn comes; those before it were yielded.
        """
        signer = template.signer
        if not self._lines or not isinstance(signer, Ed25519Signer):
            yield from template.issue_many(rows, created=created)
            return
        given = [list(row) for row in rows]
        work = _Work("issue", (template.prototype, signer, template.holes, created))

        def myself(share: Sequence[Sequence[str]]) -> tuple[list[Issued], Exception | None, Any]:
            return (*_issued(template, share, created), None)

        failure: Exception | None = None
        results = list(self._shares(given, work, lambda question: None, myself))
        for _, (issued, failed, counted) in results:
            if failure is None:
                yield from issued
                failure = failed
            if counted is not None:
                template.counters.fast += counted.fast
                template.counters.general += counted.general
        if failure is not None:
            raise failure

    def _shares(
        self,
        given: Sequence[Any],
        work: _Work,
        answer: Callable[[Any], Any],
        myself: Callable[[Sequence[Any]], Any],
    ) -> list[tuple[Sequence[Any], Any]]:
        """Hands out shares of the work; each with its result, in order."""
        size = max(1, min(_SHARE, -(-len(given) // (4 * len(self._lines)))))
        shares = [given[start : start + size] for start in range(0, len(given), size)]
        results: dict[int, Any] = {}
        upcoming = iter(range(len(shares)))
        busy: dict[Connection, int] = {}
        for line in list(self._lines):
            if self._send(line, work):
                self._next(line, shares, upcoming, busy)
        while busy:
            for ready in wait(list(busy)):
                line = next(each for each in busy if each is ready)
                try:
                    kind, value = line.recv()
                    if kind == "ask":
                        line.send(_asked(answer, value))
                        continue
                    results[busy.pop(line)] = value
                except (EOFError, OSError):
                    self._lines.remove(line)  # it died; its share is done below
                    del busy[line]
                    continue
                self._next(line, shares, upcoming, busy)
        return [
            (share, results[number] if number in results else myself(share))
            for number, share in enumerate(shares)
        ]

    def _send(self, line: Connection, value: Any) -> bool:
        try:
            line.send(value)
        except OSError:
            self._lines.remove(line)
            return False
        return True

    def _next(
        self,
        line: Connection,
        shares: Sequence[Sequence[Any]],
        upcoming: Iterator[int],
        busy: dict[Connection, int],
    ) -> None:
        number = next(upcoming, None)
        if number is not None and self._send(line, shares[number]):
            busy[line] = number


def verify_many(
    items: Iterable[bytes], *, resolvers: Resolvers, now: datetime, processes: int | None = None
) -> list[Report]:
    """As :func:`credcore.verify.verify_many`, on several cores."""
    with Workers(processes) as workers:
        return workers.verify_many(items, resolvers=resolvers, now=now)


def issue_many(
    template: Template, rows: Iterable[Sequence[str]], *, created: datetime, processes: int | None = None
) -> Iterator[Issued]:
    """As :meth:`credcore.templates.Template.issue_many`, on several cores."""
    with Workers(processes) as workers:
        yield from workers.issue_many(template, rows, created=created)


# -- the caller's side -------------------------------------------------------------------------------------


class _World:
    """The caller's resolvers, asked for each thing once, and by name."""

    def __init__(self, resolvers: Resolvers) -> None:
        self.resolvers = Resolvers(
            did=RememberingResolver(resolvers.did) if resolvers.did else None,
            status_list=remember(resolvers.status_list) if resolvers.status_list else None,
            document=remember(resolvers.document) if resolvers.document else None,
            trust=resolvers.trust,
            contexts=resolvers.contexts,
            anchor=resolvers.anchor,
        )

    @property
    def knows(self) -> frozenset[str]:
        names = ("did", "status_list", "document", "trust", "anchor")
        return frozenset(name for name in names if getattr(self.resolvers, name) is not None)

    def answer(self, question: tuple[Any, ...]) -> Any:
        name, *arguments = question
        asked = getattr(self.resolvers, name)
        return dict(asked.resolve(*arguments)) if name == "did" else asked(*arguments)


def _asked(answer: Callable[[Any], Any], question: Any) -> tuple[str, Any]:
    try:
        return "ok", answer(question)
    except Exception as error:  # whatever it is, it happened in the caller's resolver and is passed on
        return "error", _passable(error)


def _passable(error: Exception) -> Exception | tuple[str, str]:
    """The error itself, or its name and text where it cannot be sent."""
    try:
        if type(pickle.loads(pickle.dumps(error))) is type(error):  # noqa: S301 - our own bytes
            return error
    except Exception:  # errors of other libraries often cannot be sent
        return type(error).__name__, str(error)
    return type(error).__name__, str(error)


# -- the processes' side -----------------------------------------------------------------------------------


def _serve(line: Connection) -> None:
    """Works until the caller hangs up."""
    shared: Callable[[Sequence[Any]], Any] | None = None
    while True:
        try:
            told = line.recv()
            if isinstance(told, _Work):
                shared = _verifier(line, *told.told) if told.kind == "verify" else _issuer(*told.told)
            elif shared is not None:
                line.send(("done", shared(told)))
        except (EOFError, OSError):
            return


def _verifier(
    line: Connection, knows: frozenset[str], contexts: Any, now: datetime
) -> Callable[[Sequence[bytes]], list[Any]]:
    def ask(*question: Any) -> Any:
        line.send(("ask", question))
        kind, value = line.recv()
        if kind == "ok":
            return value
        raise value if isinstance(value, Exception) else type(value[0], (Exception,), {})(value[1])

    class Resolver:
        def resolve(self, name: str, /) -> Mapping[str, Any]:
            found: Mapping[str, Any] = ask("did", name)
            return found

    def trust(issuer: str) -> Trust:
        known: Trust = ask("trust", issuer)
        return known

    resolvers = Resolvers(
        did=RememberingResolver(Resolver()) if "did" in knows else None,
        status_list=remember(lambda url: ask("status_list", url)) if "status_list" in knows else None,
        document=remember(lambda url: ask("document", url)) if "document" in knows else None,
        trust=trust if "trust" in knows else None,
        contexts=PINNED if contexts is None else contexts,
        anchor=(lambda link, root: ask("anchor", link, root)) if "anchor" in knows else None,
    )

    def work(items: Sequence[bytes]) -> list[Any]:
        reports = [verify(item, resolvers=resolvers, now=now) for item in items]
        # The caller has the bytes already.
        return [
            report._replace(source=None) if report.source == item else report  # type: ignore[arg-type]
            for item, report in zip(items, reports, strict=True)
        ]

    return work


def _issuer(
    prototype: dict[str, Any], signer: Ed25519Signer, holes: Any, created: datetime
) -> Callable[[Sequence[Sequence[str]]], Any]:
    template = Template(prototype, signer, holes)

    def work(rows: Sequence[Sequence[str]]) -> Any:
        template.counters.fast = template.counters.general = 0
        issued, failure = _issued(template, rows, created)
        if failure is not None and not isinstance(_passable(failure), Exception):
            raise EOFError  # the caller shall find out by itself
        return issued, failure, template.counters

    return work


def _issued(
    template: Template, rows: Sequence[Sequence[str]], created: datetime
) -> tuple[list[Issued], Exception | None]:
    issued: list[Issued] = []
    try:
        issued.extend(template.issue_many(rows, created=created))
    except Exception as error:  # raised by the caller when the turn of this row comes
        return issued, error
    return issued, None
