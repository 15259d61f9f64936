"""How fast badges are issued and verified, against the signature itself and against other libraries.

Everything is measured in turn within one run on one core, in processor time: each round gives every subject a
short slice. Other programs on the machine empty the caches, which slows whatever moves bytes more than bare
arithmetic; so a rate is that of the upper quarter of its slices, the least disturbed ones, for all subjects alike.
"""

from __future__ import annotations

import copy
import os
import random
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any

import nacl.bindings
import orjson
from nacl._sodium import ffi, lib
from tests.credcore.peers import Node, node_is_missing, node_key, published
from tests.credcore.samples import ISSUER, NOW, World, with_status

from credcore.contexts import CLR_V2, OB_V3, VC_V2
from credcore.issue import issue
from credcore.keys import Ed25519Key
from credcore.parallel import Workers
from credcore.proofs import sign
from credcore.shapes import read
from credcore.signature import check_signature
from credcore.status import Bitstring
from credcore.templates import FastIssuer, Template
from credcore.verify import MatcherCache, verify

ROUNDS = 40
SLICE = 0.02
BADGES = 64
LOT = 4_000
TURNS = 5


def run() -> dict[str, Any]:
    """Figures are per second; ratios are to the raw signature (or verification) measured beside them."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        measured = _run()
    finally:
        os.sched_setaffinity(0, cores)
    return {**measured, "ratios": {**measured["ratios"], **_parallel()}}


def _parallel() -> dict[str, float]:
    """How much more two processes do than one, in real time: anything else that runs takes from both."""
    world = World(key=Ed25519Key.from_seed(bytes(32)))
    world.publish_list(Bitstring())
    template = Template(with_status(1), world.signer)
    values = [read(template.prototype, path) for path in template.holes]
    rows = [[f"urn:uuid:{uuid.UUID(int=number)}", *values[1:]] for number in range(LOT)]
    items = [issued.data for issued in template.issue_many(rows, created=NOW)]
    seconds: dict[str, list[float]] = {}

    def timed(name: str, call: Callable[[], object]) -> None:
        started = time.perf_counter()
        call()
        seconds.setdefault(name, []).append(time.perf_counter() - started)

    with Workers(2) as two, Workers(1) as one:
        for _ in range(TURNS):
            for name, workers in (("two", two), ("one", one)):
                timed(f"issue_{name}", lambda w=workers: list(w.issue_many(template, rows, created=NOW)))
                timed(
                    f"verify_{name}",
                    lambda w=workers: w.verify_many(items, resolvers=world.resolvers, now=NOW),
                )
    return {
        f"{what}_two_processes_to_one": round(min(seconds[f"{what}_one"]) / min(seconds[f"{what}_two"]), 2)
        for what in ("issue", "verify")
    }


def _run() -> dict[str, Any]:
    world = World(key=Ed25519Key.from_seed(bytes(32)))
    world.publish_list(Bitstring())
    documents = [with_status(index) for index in range(BADGES)]
    chance = random.Random(3)
    for number, document in enumerate(documents):
        # As in life, an id may sort before or behind those of other nodes.
        _name(document, uuid.UUID(int=chance.getrandbits(128), version=4))
        document["credentialSubject"]["id"] = Ed25519Key.from_seed(bytes([number]) * 32).did_key
    subjects = {**_issuing(world, documents), **_verifying(world, documents)}
    with _Peer(world, documents[0]) as peer:
        rates = {name: [] for name in subjects} | {name: [] for name in peer.names}
        for call in subjects.values():
            call()
        for _ in range(ROUNDS):
            for name, call in subjects.items():
                rates[name].append(_rate(call))
            for name, rate in peer.measure().items():
                rates[name].append(rate)
    best = {name: statistics.quantiles(values, n=4)[2] for name, values in rates.items()}
    figures = {f"{name}_per_s": round(value, 1) for name, value in best.items()}
    pairs = [
        ("issue_batch", "raw_sign"),
        ("issue_template", "raw_sign"),
        ("issue_document", "raw_sign"),
        ("issue_general", "raw_sign"),
        ("verify_signature", "raw_verify"),
        ("verify_report", "raw_verify"),
        ("verify_general", "raw_verify"),
        ("issue_batch", "node_issue"),
        ("verify_report", "node_verify"),
    ]
    ratios = {
        f"{ours}_to_{theirs}": round(best[ours] / best[theirs], 3)
        for ours, theirs in pairs
        if theirs in rates
    }
    return {"figures": {**figures, **_record(world, documents)}, "ratios": ratios}


def _name(document: dict[str, Any], identifier: uuid.UUID) -> None:
    document["id"] = f"urn:uuid:{identifier}"
    document["evidence"][0]["id"] = document["id"] + "#evidence-1"
    document["credentialSubject"]["result"][0]["id"] = document["id"] + "#result-1"


def _record(world: World, documents: list[dict[str, Any]]) -> dict[str, float]:
    """A learner's record of 500 signed badges (CLR 2.0), in milliseconds of processor time.

    ``signature`` is the record's own; ``verify`` the whole report with each badge in it verified by its own
    signature and status.
    """
    badges = []
    for number in range(500):
        document = copy.deepcopy(documents[number % BADGES])
        _name(document, uuid.UUID(int=number + 1))
        badges.append(issue(document, world.signer, created=NOW))
    record = {
        "@context": [VC_V2, OB_V3, CLR_V2],
        "id": "urn:uuid:00000000-0000-4000-a000-000000000000",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "기록",
        "issuer": documents[0]["issuer"],
        "validFrom": documents[0]["validFrom"],
        "credentialSubject": {
            "id": documents[0]["credentialSubject"]["id"],
            "type": ["ClrSubject"],
            "verifiableCredential": badges,
        },
    }
    signed = sign(record, world.signer, created=NOW)
    data, resolver = orjson.dumps(signed), world.resolvers.did
    if verify(data, resolvers=world.resolvers, now=NOW).outcome != "valid":
        raise RuntimeError("the record does not verify")
    return {
        "record_500_sign_ms": _milliseconds(lambda: sign(record, world.signer, created=NOW)),
        "record_500_signature_ms": _milliseconds(lambda: check_signature(signed, ISSUER, resolver, NOW)),
        "record_500_verify_ms": _milliseconds(lambda: verify(data, resolvers=world.resolvers, now=NOW)),
    }


def _milliseconds(call: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.thread_time()
        call()
        times.append(time.thread_time() - started)
    return round(statistics.quantiles(times, n=4)[0] * 1000, 1)


def _rate(call: Callable[[], int]) -> float:
    done, started = 0, time.thread_time()
    while (passed := time.thread_time() - started) < SLICE:
        done += call()
    return done / passed


def _issuing(world: World, documents: list[dict[str, Any]]) -> dict[str, Callable[[], int]]:
    message, secret = bytes(64), world.key._secret
    room, null = ffi.new("unsigned char[]", 128), ffi.NULL
    template = Template(documents[0], world.signer)
    values = [[read(document, path) for path in template.holes] for document in documents]
    issuer = FastIssuer(world.signer)

    def raw_sign() -> int:
        # Nothing but the library's own call, which is faster than PyNaCl's function around it.
        for _ in range(BADGES):
            lib.crypto_sign(room, null, message, 64, secret)
        return BADGES

    def issue_template() -> int:
        for item in values:
            template.issue(item, created=NOW)
        return BADGES

    def issue_batch() -> int:
        return sum(1 for _ in template.issue_many(values, created=NOW))

    def issue_document() -> int:
        for document in documents:
            issuer.issue(document, created=NOW)
        return BADGES

    def issue_general() -> int:
        issue(documents[0], world.signer, created=NOW)
        return 1

    return {
        "raw_sign": raw_sign,
        "issue_template": issue_template,
        "issue_batch": issue_batch,
        "issue_document": issue_document,
        "issue_general": issue_general,
    }


def _verifying(world: World, documents: list[dict[str, Any]]) -> dict[str, Callable[[], int]]:
    badges = [orjson.dumps(world.issue(document)) for document in documents]
    signed, public = nacl.bindings.crypto_sign(bytes(64), world.key._secret), world.key.public_key
    cache, resolvers = MatcherCache(), world.resolvers

    def raw_verify() -> int:
        for _ in range(BADGES):
            lib.crypto_sign_open(ffi.NULL, ffi.NULL, signed, 128, public)
        return BADGES

    def verify_signature() -> int:
        return sum(cache.match(badge, resolvers.did) is not None for badge in badges)

    def verify_report() -> int:
        return sum(verify(b, resolvers=resolvers, now=NOW, cache=cache).outcome == "valid" for b in badges)

    def verify_general() -> int:
        return int(verify(badges[0], resolvers=resolvers, now=NOW, cache=None).outcome == "valid")

    verify_report()
    if cache.counters.fast != BADGES - 2:
        raise RuntimeError("the fast path was not taken")
    return {
        "raw_verify": raw_verify,
        "verify_signature": verify_signature,
        "verify_report": verify_report,
        "verify_general": verify_general,
    }


class _Peer:
    """The reference implementation in Node, where its packages are installed."""

    def __init__(self, world: World, document: dict[str, Any]) -> None:
        self._node: Node | None = None
        if not node_is_missing():
            self._node = Node(published(dict(world.resolvers.did.resolve(ISSUER))))  # type: ignore[union-attr]
            self._request = {
                "credential": document,
                "key": node_key(world.key, f"{ISSUER}#key-1"),
                "created": "2026-11-24T03:00:00Z",
                "now": "2026-11-24T03:00:00Z",
            }

    @property
    def names(self) -> tuple[str, ...]:
        return ("node_issue", "node_verify") if self._node else ()

    def measure(self) -> dict[str, float]:
        if self._node is None:
            return {}
        answer = self._node.ask("bench", count=20, **self._request)
        return {"node_issue": answer["issue"], "node_verify": answer["verify"]}

    def __enter__(self) -> _Peer:
        self.measure()
        return self

    def __exit__(self, *error: object) -> None:
        if self._node is not None:
            self._node.__exit__(None, None, None)
