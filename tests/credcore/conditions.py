"""What must hold so that the fast paths are safe, each as a function that fails where it does not.

``test_conditions`` runs them on credcore as it is, where all pass, and on copies of it with one condition removed,
where the one that watches over it has to fail.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson

from credcore import canonical, contexts, jsonio, proofs, rdf, shapes, statements
from credcore.clr import build_clr_credential
from credcore.contexts import PINNED, ContextSet
from credcore.did import KeyWindow
from credcore.errors import CredentialError
from credcore.issue import issue
from credcore.keys import Ed25519Key
from credcore.matchers import Matcher
from credcore.model import Profile
from credcore.records import record_nquads
from credcore.shapes import Shape, filled, read
from credcore.status import Bitstring, status_entry
from credcore.templates import FastIssuer, Template
from credcore.verify import MatcherCache, Resolvers, verify
from tests.credcore.samples import ISSUER, LEARNER, NOW, World, credential, with_status

WORLD = World()


def result(call: Callable[[], Any]) -> Any:
    """What comes out, or that it was refused."""
    try:
        return call()
    except (CredentialError, ValueError):
        return "refused"


def general(document: dict[str, Any]) -> Any:
    """What the general processor makes of it, without what was learned from documents of the same structure."""
    kept = canonical._known
    canonical._known = lambda document: None  # type: ignore[assignment]
    try:
        return result(lambda: orjson.dumps(issue(document, WORLD.signer, created=NOW)))
    finally:
        canonical._known = kept


def same_at_issue(**changes: str) -> None:
    """Single, in a batch and as a document: what comes out is what the general path gives."""
    prototype = with_status()
    template = Template(prototype, WORLD.signer)
    paths = {".".join(map(str, path)): path for path in template.holes}
    row = [changes.get(".".join(map(str, path)), read(prototype, path)) for path in template.holes]
    assert set(changes) <= set(paths)
    document = filled(prototype, template.holes, row)
    expected = general(document)
    good = [read(prototype, path) for path in template.holes]
    list(template.issue_many([good, good], created=NOW))
    rows = result(lambda: [item.data for item in template.issue_many([good, row, good], created=NOW)])
    assert rows == (
        "refused" if expected == "refused" else [general(prototype), expected, general(prototype)]
    )
    assert result(lambda: template.issue(row, created=NOW).data) == expected
    issuer = FastIssuer(WORLD.signer)
    for _ in range(3):
        issuer.issue(prototype, created=NOW)
    assert result(lambda: issuer.issue(document, created=NOW).data) == expected


def refused(document: dict[str, Any], holes: list[tuple[Any, ...]]) -> None:
    try:
        Shape(document, holes, issuing=True)
    except CredentialError:
        return
    raise AssertionError("compiled")


# -- 1. contexts, keys, types, numbers are constants -----------------------------------------------------------


def names_are_no_holes() -> None:
    for path in (("type", 0), ("@context", 0)):
        try:
            Shape(credential(), [path], issuing=True)
        except CredentialError as error:
            assert "cannot be a hole" in str(error)
        else:
            raise AssertionError(path)


def schemes_are_no_terms() -> None:
    kept = shapes._terms
    shapes._terms = lambda url: frozenset({"urn"})  # type: ignore[assignment]
    try:
        refused(credential(), [("id",)])
    finally:
        shapes._terms = kept


def other_contexts_do_not_take_the_fast_path() -> None:
    altered = copy.deepcopy(contexts.document(contexts.OB_V3))
    altered["@context"]["Evidence"]["@context"]["genre"]["@id"] = "https://elsewhere.example/genre"
    other = ContextSet(extra={contexts.OB_V3: altered})
    document = credential()
    document["evidence"][0]["genre"] = "x"
    for _ in range(3):
        canonical.canonical_nquads(document)
    assert canonical.canonical_nquads(document, other) == rdf.canonical_nquads(document, other)
    cache, data = learned(document)
    resolvers = Resolvers(did=WORLD.resolvers.did, contexts=other)
    assert verify(data, resolvers=resolvers, now=NOW, cache=cache).verdict == "altered"
    assert verify(data, resolvers=WORLD.resolvers, now=NOW, cache=cache).verdict == "valid"
    assert PINNED is not other


# -- 2. a hole is one whole string -----------------------------------------------------------------------------


def holes_are_whole_terms() -> None:
    document = {
        "@context": [contexts.VC_V2],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential", "JsonSchemaCredential"],
        "issuer": "did:web:a.example",
        "credentialSubject": {"id": "urn:uuid:2", "type": "JsonSchema", "jsonSchema": {"title": "x"}},
    }
    refused(document, [("credentialSubject", "jsonSchema", "title")])


def odd_iris_are_refused() -> None:
    for value in ("https://a.example/a b", "name:x", "relative", "", "urn:uuid:", "https://a.example/>"):
        same_at_issue(id=value)
        same_at_issue(id=value, name='say "x"')


def columns_are_asked_what_single_values_are() -> None:
    values = [
        "urn:uuid:",
        "urn:uuid:1",
        "name:xxxxxxxxx",
        "https://a.example/ ",
        "7",
        "",
        "x",
        "1" * 12,
        "x" * 50,
    ]
    for kind in ("iri", "text", "digits", "date", "checked"):
        pattern = re.compile(shapes.BYTE_PATTERNS[kind].encode())
        for value in map(str.encode, values):
            alone, beside = [value], [b"urn:uuid:12", value]
            for column in (alone, beside) if kind == "iri" else (alone,):
                if shapes.column_is_plain(b"\n".join(column), column, kind):
                    assert pattern.fullmatch(value), (kind, value)


def odd_texts_go_the_general_way() -> None:
    for value in ('"', "\\", "a\nb", "\x00", "\x7f", "\x85", "\ufffe", "\ud800", "\u1100\u1161", "\u0301"):
        same_at_issue(name=value)
        same_at_issue(**{"name": value, "evidence.0.narrative": '"'})


def restricted_values_keep_the_model() -> None:
    for value in ("x", "", "२", "1" * 12, "-1"):
        same_at_issue(**{"credentialStatus.statusListIndex": value})
    for value in ("2026-11-24", "2026-13-01T00:00:00Z", "2026-11-24T03:00:00" + "0" * 30, "1"):
        same_at_issue(validFrom=value)
    same_at_issue(**{"credentialSubject.activityStartDate": "2027-01-01T00:00:00Z"})
    same_at_issue(**{"credentialSubject.result.0.status": "Sleeping"})


# -- 3. every leaf reaches the statements ----------------------------------------------------------------------


def every_hole_reaches_the_statements() -> None:
    kept = rdf.canonical_lines
    rdf.canonical_lines = lambda document, *rest: [  # type: ignore[assignment]
        line for line in kept(document, *rest) if b"hole:0001:" not in line
    ]
    try:
        refused(credential(), [("id",), ("name",)])
    finally:
        rdf.canonical_lines = kept


# -- 4. order and merging --------------------------------------------------------------------------------------


def subjects_are_in_order() -> None:
    for first in ("did:a:1234567", "did:web:zz", "https://a.example/", "urn:uuid:00", "urn:uuid:zz"):
        same_at_issue(id=first)
    same_at_issue(**{"id": "urn:uuid:aa", "evidence.0.id": "urn:uuid:aa#x"})
    template = Template(with_status(), WORLD.signer)
    at = {path: number for number, path in enumerate(template.holes)}
    rows = [[read(with_status(), path) for path in template.holes] for _ in range(2)]
    for row, evidence in zip(rows, ("urn:uuid:bb", "urn:uuid:aa#x"), strict=True):
        row[at["id",]], row[at["evidence", 0, "id"]] = "urn:uuid:aa", evidence
    issued = [item.data for item in template.issue_many(rows, created=NOW)]
    assert issued == [general(filled(with_status(), template.holes, row)) for row in rows]
    same_at_issue(**{"id": "urn:uuid:aab", "evidence.0.id": "urn:uuid:aa#x"})


def subjects_that_merge_are_merged() -> None:
    same_at_issue(**{"id": "urn:uuid:aa", "evidence.0.id": "urn:uuid:aa"})
    same_at_issue(**{"credentialSubject.id": ISSUER})


def values_of_one_property_are_a_sorted_set() -> None:
    def tagged(*tags: str) -> dict[str, Any]:
        document = credential()
        document["credentialSubject"]["achievement"]["tag"] = list(tags)
        return document

    paths = [("credentialSubject", "achievement", "tag", place) for place in (0, 1)]
    template = Template(tagged("가", "다", "나"), WORLD.signer, paths)
    for pair in (
        ["다", "가"],
        ["나", "나"],
        ["가", "가"],
        ["\U0001f333", "\uf8ff"],
        ["\uf8ff", "\U0001f333"],
    ):
        expected = general(tagged(*pair, "나"))
        assert result(lambda pair=pair: template.issue(pair, created=NOW).data) == expected


# -- 5. nodes without an id ------------------------------------------------------------------------------------


def nodes_without_an_id_have_no_holes() -> None:
    blank = credential()
    del blank["evidence"][0]["id"], blank["credentialSubject"]["result"][0]["id"]
    refused(blank, [("evidence", 0, "narrative")])


def options_have_one_node() -> None:
    options = proofs.options(WORLD.signer, created=NOW)
    kept = rdf.canonical_lines
    rdf.canonical_lines = lambda *a: [*kept(*a), b'_:c14n1 <urn:x:p> "x" .']  # type: ignore[assignment]
    try:
        assert result(lambda: shapes.OptionsShape(options, credential()["@context"])) == "refused"
    finally:
        rdf.canonical_lines = kept


# -- 6. matchers compare raw bytes -----------------------------------------------------------------------------


def learned(document: dict[str, Any] | None = None) -> tuple[MatcherCache, bytes]:
    cache = MatcherCache()
    data = orjson.dumps(WORLD.issue(document or credential()))
    for _ in range(3):
        verify(data, resolvers=WORLD.resolvers, now=NOW, cache=cache)
    assert cache.counters.fast == 1
    return cache, data


def agree(data: bytes, cache: MatcherCache, world: World = WORLD) -> str:
    fast = verify(data, resolvers=world.resolvers, now=NOW, cache=cache)
    assert fast.as_dict() == verify(data, resolvers=world.resolvers, now=NOW, cache=None).as_dict()
    return fast.verdict


def changed_bytes_do_not_match() -> None:
    cache, data = learned()
    for position in range(0, len(data), 3):
        spoiled = bytearray(data)
        spoiled[position] ^= 1
        assert cache.match(bytes(spoiled), WORLD.resolvers.did) is None, position
    longer = orjson.dumps(WORLD.issue(credential(name="다른 이름의 배지")))
    for other in (
        data + b" ",
        data + b"}",
        longer + b" ",
        longer[:-1] + b"]",
        longer[:9] + b" " + longer[9:],
    ):
        assert cache.match(other, WORLD.resolvers.did) is None


def hidden_keys_do_not_match() -> None:
    """A quote inside of a value would make room for more keys, at the very places where one stood."""
    cache, data = learned(credential(name="xxxxxxxxxxxxxxxx"))
    assert cache.match(data.replace(b"xxxxxxxxxxxxxxxx", b'x","awarded":"xx'), WORLD.resolvers.did) is None
    odd = [
        b"\xc2\x85xxxxxxxxxxxxxx",
        b"\xffxxxxxxxxxxxxxxx",
        b"\xef\xbf\xbexxxxxxxxxxxxx",
        b"\\u0041xxxxxxxxxx",
    ]
    matcher = cache._matchers.get(name_of(data))[0]
    for text in odd:
        assert agree(data.replace(b"xxxxxxxxxxxxxxxx", text), cache) != "valid"
        found = matcher._layout.match(data.replace(b"xxxxxxxxxxxxxxxx", text))
        assert found is None or not shapes_accept(matcher, found)


def shapes_accept(matcher: Matcher, found: tuple[bytes, ...]) -> bool:
    """What a matcher asks of values before it looks at the signature."""
    asked: list[bytes] = []
    kept = matcher.shape.nquads
    matcher.shape.nquads = lambda values: asked.append(b"") or None  # type: ignore[assignment, func-returns-value, method-assign]
    try:
        matcher.match(
            matcher._layout.first
            + b"".join(value + piece for value, piece in zip(found, matcher._layout.rest, strict=True)),
            WORLD.resolvers.did,
        )
    finally:
        matcher.shape.nquads = kept  # type: ignore[method-assign]
    return bool(asked)


def name_of(data: bytes) -> bytes:
    name: bytes = orjson.loads(data)["credentialSubject"]["achievement"]["id"].encode()
    return name


def matched_badges_keep_the_model() -> None:
    """Signed by the issuer, but breaking the model: only the general path says so."""
    cache, _ = learned()
    for path, value in (
        (("validFrom",), "2026-11-24T99:00:00Z"),
        (("credentialSubject", "activityStartDate"), "2027-01-01T00:00:00Z"),
        (("credentialSubject", "result", 0, "status"), "Sleeping"),
    ):
        document = filled(credential(), [path], [value])
        assert agree(orjson.dumps(proofs.sign(document, WORLD.signer, created=NOW)), cache) != "valid"


def keys_count_when_they_do() -> None:
    cache, data = learned()
    key = WORLD.key.public_key
    for window in (
        KeyWindow(fragment="key-1", public_key=key, revoked=NOW - timedelta(1)),
        KeyWindow(fragment="key-1", public_key=key, valid_from=NOW + timedelta(1)),
        KeyWindow(fragment="key-1", public_key=Ed25519Key.from_seed(bytes(32)).public_key),
    ):
        assert agree(data, cache, World(windows=[window])) == "altered"


def dates_are_looked_at_for_every_moment() -> None:
    end, cache = NOW + timedelta(days=10), MatcherCache()
    given = []
    for number in range(4):
        until = end + timedelta(days=5 * (number == 3))
        document = {**with_status(number), "id": f"urn:uuid:{number}"}
        signed = WORLD.issue({**document, "validUntil": until.strftime("%Y-%m-%dT%H:%M:%SZ")})
        given.append(orjson.dumps(signed))
    for now in (NOW, end + timedelta(days=1), NOW):
        for data in given:
            report = verify(data, resolvers=WORLD.resolvers, now=now, cache=cache)
            alone = verify(data, resolvers=WORLD.resolvers, now=now, cache=None)
            assert report.check("dates") == alone.check("dates")
    assert cache.counters.fast > 6


def the_issuer_is_a_constant() -> None:
    cache, _ = learned()
    document = credential(issuer=Profile(id="did:web:naite.example:o:other", name="서울시 평생학습관"))
    document["issuer"]["url"] = "https://naite.example/o/seoul"
    assert agree(orjson.dumps(proofs.sign(document, WORLD.signer, created=NOW)), cache) != "valid"


def only_plain_proofs_are_learned() -> None:
    more = proofs.sign(credential(), WORLD.signer, created=NOW, extra={"expires": "2027-11-25T00:00:00Z"})
    jcs = issue(credential(), WORLD.signer, created=NOW, cryptosuite=proofs.EDDSA_JCS_2022)
    del jcs["proof"]["@context"]
    plain = WORLD.issue()
    turned = {"proof": plain["proof"], **{k: v for k, v in plain.items() if k != "proof"}}
    for badge in (more, jcs, turned):
        assert result(lambda badge=badge: Matcher(badge, orjson.dumps(badge), "ob3")) == "refused"
    spaced = orjson.dumps(plain, option=orjson.OPT_INDENT_2)
    assert result(lambda: Matcher(plain, spaced, "ob3")) == "refused"


def only_what_is_good_is_learned() -> None:
    cache = MatcherCache()
    data = orjson.dumps({**WORLD.issue(), "name": "x"})
    for _ in range(3):
        verify(data, resolvers=WORLD.resolvers, now=NOW, cache=cache)
    assert len(cache._matchers) == 0


def terms_of_use_count_in_matched_badges() -> None:
    hold = "https://naite.example/status/2"
    document = credential(terms_of_use=[status_entry(hold, 7, "suspension")])
    world, bits = World(), Bitstring()
    bits.set(7)
    world.publish_list(bits, "suspension", hold)
    cache, data = learned(document)
    assert agree(data, cache, world) == "suspended"


# -- records ---------------------------------------------------------------------------------------------------


def record(*names: str) -> dict[str, Any]:
    badges = [WORLD.issue(credential(id=f"urn:uuid:{n}", name=name)) for n, name in enumerate(names)]
    return build_clr_credential(
        id="urn:uuid:record",
        issuer=Profile(id=ISSUER, name="서울시 평생학습관"),
        subject_id=LEARNER,
        credentials=badges,
        name="기록",
        valid_from=NOW,
    )


def records_equal_the_general_path() -> None:
    document = record("가", "나", "다", 'say "x"')
    for _ in range(3):
        assert record_nquads(document, canonical.canonical_nquads) == rdf.canonical_nquads(document)
    badges = document["credentialSubject"]["verifiableCredential"]
    for badge in badges:
        badge["credentialSubject"]["achievement"]["id"] = badge["id"] + "#class"
        badge["credentialSubject"]["achievement"]["tag"] = ["다", "가", "가"]
    badges[2]["evidence"][0]["id"] = badges[2]["id"]
    assert record_nquads(document, canonical.canonical_nquads) == rdf.canonical_nquads(document)
    for spoil in (
        lambda b: b[0].update({"@context": [*b[0]["@context"], contexts.OB_EXTENSIONS]}),
        lambda b: b[0]["evidence"][0].pop("id"),
        lambda b: b[0]["proof"].update(id="urn:uuid:proof"),
    ):
        spoiled = copy.deepcopy(document)
        spoil(spoiled["credentialSubject"]["verifiableCredential"])
        for _ in range(3):
            assert record_nquads(spoiled, canonical.canonical_nquads) is None


def names_that_occur_twice_are_seen() -> None:
    for text in (
        b'{"a":1,"a":1}',
        b'{"a":1,"b":{"c":1,"c":2}}',
        b'{"a":NaN}',
        b'["a"]',
        b'{"a":' + b"[" * 60 + b"]" * 60 + b"}",
    ):
        assert result(lambda text=text: jsonio.loads(text)) == "refused"
    assert statements.TOKEN.search(b"") is None
