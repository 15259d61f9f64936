"""The fast path gives what the general path gives, or steps aside."""

from __future__ import annotations

import copy
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from credcore import contexts, model, proofs, rdf, shapes
from credcore.cache import Bounded
from credcore.did import KeyWindow
from credcore.errors import CredentialError
from credcore.issue import issue
from credcore.keys import Ed25519Key
from credcore.shapes import Shape, filled, read, usual_holes
from credcore.statements import NotCompilable
from credcore.status import Bitstring, status_entry
from credcore.templates import FastIssuer, Template
from credcore.verify import MatcherCache, Resolvers, verify
from tests.credcore.samples import BADGE, LIST_URL, NOW, World, achievement, credential, with_status

WORLD = World()
PROTOTYPE = with_status()
TEMPLATE = Template(PROTOTYPE, WORLD.signer)
VALUES = [read(PROTOTYPE, path) for path in TEMPLATE.holes]

hostile_text = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            "한글",
            "각",
            "\u1100\u1161\u11a8",
            '따옴표 " 둘',
            "역사선 \\ n \\u0041",
            "줄\n바꿈\r\t",
            "\x00",
            "\x7f",
            "\x85",
            "\ud800",
            "\ufffe",
            "\U0001f333",
            "\ue000",
            "%s %b %%",
            "</svg>",
            "x" * 50_000,
            "urn:uuid:1",
            "https://look.example/\u0430lias",
            "\u0301앞",
            '","name":"',
            "urn:x-credcore-hole:0001:",
        ]
    ),
)
iris = st.one_of(
    st.sampled_from(
        [
            "urn:uuid:0",
            "urn:uuid:zzz",
            "did:key:z6Mk",
            "did:zzz:1",
            "http://a.example/plain",
            "https://a.example/한글",
            "https://a.example/%ED%95%9C",
            "https://a.example/a b",
            "https://a.example/>",
            "HTTPS://a.example/",
            "name:x",
            "VerifiableCredential:x",
            "_:b0",
            "relative",
            "",
            "mailto:a@b.kr",
            BADGE,
            f"{BADGE}#result-1",
            LIST_URL,
        ]
    ),
    st.uuids().map(lambda value: f"urn:uuid:{value}"),
    st.text(alphabet="abc:/#?%. ", max_size=12).map(lambda text: "https://a.example/" + text),
)
dates = st.one_of(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
        lambda moment: f"{moment.replace(microsecond=0).isoformat()}Z"
    ),
    st.sampled_from(
        ["2026-11-24", "2026-13-01T00:00:00Z", "2026-11-24T03:00:00+09:00", "x", "", "2026-11-24T03:00:00"]
    ),
)


def outcome(call: Callable[[], bytes]) -> bytes | str:
    """The bytes, or the name of the refusal."""
    try:
        return call()
    except (CredentialError, UnicodeEncodeError) as error:
        return type(error).__name__


def value_for(path: tuple, original: str) -> st.SearchStrategy[str]:
    name = path[-1]
    if name in ("validFrom", "activityStartDate", "activityEndDate"):
        return st.one_of(st.just(original), dates)
    if name == "id":
        return st.one_of(st.just(original), iris)
    if name == "statusListIndex":
        return st.sampled_from([original, "0", "131071", "007", "-1", "x", "", "१", "123456789012"])
    return st.one_of(st.just(original), hostile_text)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_template_issues_what_the_general_path_issues(data: st.DataObject) -> None:
    changed = data.draw(st.sets(st.integers(0, len(VALUES) - 1), max_size=3))
    values = [
        data.draw(value_for(path, value)) if number in changed else value
        for number, (path, value) in enumerate(zip(TEMPLATE.holes, VALUES, strict=True))
    ]
    document = filled(PROTOTYPE, TEMPLATE.holes, values)
    general = outcome(lambda: orjson.dumps(issue(document, WORLD.signer, created=NOW)))
    assert outcome(lambda: TEMPLATE.issue(values, created=NOW).data) == general


def test_the_fast_path_is_taken_and_gives_the_leaf_of_the_log() -> None:
    before = TEMPLATE.counters.fast
    issued = TEMPLATE.issue(VALUES, created=NOW)
    assert TEMPLATE.counters.fast == before + 1
    assert issued.data == orjson.dumps(WORLD.issue(PROTOTYPE))
    assert issued.digest == rdf.sha256_nquads(PROTOTYPE)
    quoted = [
        value if path[-1] != "narrative" else '그는 "예"\n라고'
        for path, value in zip(TEMPLATE.holes, VALUES, strict=True)
    ]
    assert TEMPLATE.issue(quoted, created=NOW).data == orjson.dumps(
        WORLD.issue(filled(PROTOTYPE, TEMPLATE.holes, quoted))
    )
    assert TEMPLATE.counters.fast == before + 2
    assert TEMPLATE.counters.general >= 0


def test_a_batch_issues_what_each_would() -> None:
    apart = unicodedata.normalize("NFD", "나이테")
    rows = [
        list(VALUES),
        [*VALUES[:1], 'er "sagt"', *VALUES[2:]],
        list(VALUES),
        [VALUES[0], apart, *VALUES[2:]],
    ]
    rows[2][0] = "urn:uuid:7"
    issued = list(TEMPLATE.issue_many(rows, created=NOW))
    assert [item.data for item in issued] == [TEMPLATE.issue(row, created=NOW).data for row in rows]
    assert orjson.loads(issued[3].data)["name"] == "나이테"
    with pytest.raises(CredentialError):
        list(TEMPLATE.issue_many([["bell\a"] * len(VALUES)], created=NOW))


def test_a_large_batch_with_every_order_of_subjects_takes_the_fast_path() -> None:
    template = Template(PROTOTYPE, WORLD.signer)
    at = {path: number for number, path in enumerate(template.holes)}
    rows = []
    for number in range(150):
        row = list(VALUES)
        row[at["id",]] = ("urn:uuid:0{}", "urn:uuid:f{}", "https://a.example/{}")[number % 3].format(number)
        row[at["credentialSubject", "id"]] = ("did:key:z6Mk{}", "did:web:zz{}")[number % 2].format(number)
        row[at["name",]] = f"{number}번째 배지"
        rows.append(row)
    issued = list(template.issue_many(rows, created=NOW))
    assert (template.counters.fast, template.counters.general) == (150, 0)
    for row, item in zip(rows, issued, strict=True):
        document = filled(PROTOTYPE, template.holes, row)
        assert item.data == orjson.dumps(WORLD.issue(document))
        assert item.digest == rdf.sha256_nquads(document)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_batch_issues_what_the_general_path_issues(data: st.DataObject) -> None:
    rows = []
    for _ in range(3):
        row = list(VALUES)
        number = data.draw(st.integers(0, len(row) - 1))
        row[number] = data.draw(value_for(TEMPLATE.holes[number], row[number]))
        rows.append(row)

    def general() -> bytes:
        documents = [filled(PROTOTYPE, TEMPLATE.holes, row) for row in rows]
        return b"\n".join(orjson.dumps(issue(document, WORLD.signer, created=NOW)) for document in documents)

    fast = outcome(lambda: b"\n".join(item.data for item in TEMPLATE.issue_many(rows, created=NOW)))
    assert fast == outcome(general)


def test_rows_before_an_error_of_their_source_are_issued() -> None:
    def source() -> Iterator[list[str]]:
        yield list(VALUES)
        raise KeyError("the list broke off")

    issued = []
    with pytest.raises(KeyError):
        for item in TEMPLATE.issue_many(source(), created=NOW):
            issued.append(item)
    assert len(issued) == 1


def test_a_signer_without_batches_serves_as_well() -> None:
    class Remote:
        alg = "EdDSA"
        verification_method = WORLD.signer.verification_method

        def sign(self, data: bytes, /) -> bytes:
            return WORLD.signer.sign(data)

    template = Template(PROTOTYPE, Remote())
    assert list(template.issue_many([VALUES], created=NOW)) == [TEMPLATE.issue(VALUES, created=NOW)]


def test_each_time_of_signing_is_written() -> None:
    for moment in (NOW, NOW + timedelta(seconds=1), NOW):
        assert TEMPLATE.issue(VALUES, created=moment).data == orjson.dumps(
            WORLD.issue(PROTOTYPE, created=moment)
        )


def test_every_order_of_subjects_comes_out_sorted() -> None:
    """Ids before, between and behind the constant subjects, and before and behind each other."""
    at = {path: number for number, path in enumerate(TEMPLATE.holes)}
    places = [
        "did:a:1",
        "did:web:zz",
        "https://a.example/",
        "https://zz.example/",
        "urn:uuid:0",
        "urn:uuid:f#x",
    ]
    before = TEMPLATE.counters.general
    for first in places:
        for second in places:
            values = list(VALUES)
            values[at["id",]] = first
            values[at["credentialSubject", "id"]] = second + "2"
            document = filled(PROTOTYPE, TEMPLATE.holes, values)
            assert TEMPLATE.issue(values, created=NOW).data == orjson.dumps(WORLD.issue(document))
    assert TEMPLATE.counters.general == before


def test_subjects_that_merge_take_the_general_path() -> None:
    at = {path: number for number, path in enumerate(TEMPLATE.holes)}
    for same in (PROTOTYPE["credentialSubject"]["achievement"]["id"], PROTOTYPE["issuer"]["id"], VALUES[0]):
        values = list(VALUES)
        values[at["credentialSubject", "id"]] = same
        before = TEMPLATE.counters.general
        data = TEMPLATE.issue(values, created=NOW).data
        assert TEMPLATE.counters.general == before + 1
        assert data == orjson.dumps(WORLD.issue(filled(PROTOTYPE, TEMPLATE.holes, values)))


def test_two_status_entries_are_sorted_and_counted_once() -> None:
    document = credential(
        terms_of_use=[
            status_entry(LIST_URL, 5),
            status_entry("https://naite.example/status/2", 6, "suspension"),
        ]
    )
    template = Template(document, WORLD.signer)
    at = {path: number for number, path in enumerate(template.holes)}
    values = [read(document, path) for path in template.holes]
    for first, second in (
        ("urn:uuid:a", "urn:uuid:b"),
        ("urn:uuid:b", "urn:uuid:a"),
        ("urn:uuid:a", "urn:uuid:a"),
    ):
        values[at["termsOfUse", 0, "id"]] = first
        values[at["termsOfUse", 1, "id"]] = second
        assert template.issue(values, created=NOW).data == orjson.dumps(
            WORLD.issue(filled(document, template.holes, values))
        )
    assert template.counters.fast == 2


def tagged(*tags: str) -> dict[str, Any]:
    document = credential()
    document["credentialSubject"]["achievement"]["tag"] = list(tags)
    return document


TAGS = [("credentialSubject", "achievement", "tag", 0), ("credentialSubject", "achievement", "tag", 1)]


@settings(max_examples=80, deadline=None)
@given(st.tuples(hostile_text, hostile_text))
def test_variable_values_of_one_property(pair: tuple[str, str]) -> None:
    template = TAG_TEMPLATE
    general = outcome(
        lambda: orjson.dumps(issue(tagged(*pair, "나"), WORLD.signer, created=NOW)),
    )
    assert outcome(lambda: template.issue(pair, created=NOW).data) == general


TAG_TEMPLATE = Template(tagged("가", "다", "나"), WORLD.signer, TAGS)


def test_rare_characters_in_sorted_values_are_refused_as_on_the_general_path() -> None:
    with pytest.raises(CredentialError) as caught:
        TAG_TEMPLATE.issue(["\U0001f333", "\uf8ff"], created=NOW)
    assert caught.value.code == "sort_order"


def test_dates_out_of_order_are_refused_as_on_the_general_path() -> None:
    at = {path: number for number, path in enumerate(TEMPLATE.holes)}
    values = list(VALUES)
    values[at["credentialSubject", "activityStartDate"]] = "2027-01-01T00:00:00Z"
    with pytest.raises(CredentialError, match="activityEndDate"):
        TEMPLATE.issue(values, created=NOW)


def test_what_cannot_be_a_shape() -> None:
    def refuse(document: dict, holes: list) -> str:
        with pytest.raises(CredentialError) as caught:
            Shape(document, holes, issuing=True)
        return str(caught.value)

    document = credential()
    assert "cannot be a hole" in refuse(document, [("type", 0)])
    assert "cannot be a hole" in refuse(document, [("@context", 0)])
    assert "cannot be a hole" in refuse(document, [("credentialSubject", "creditsEarned")])
    assert "nothing at" in refuse(document, [("nowhere",)])
    assert "one twice" in refuse(document, [("id",), ("id",)])
    assert "document order" in refuse(document, [("name",), ("id",)])
    assert refuse({**document, "name": "urn:x-credcore-hole:0000:"}, [("id",)])
    assert refuse({**document, "grade": "A"}, [("id",)])
    blank = copy.deepcopy(document)
    del blank["evidence"][0]["id"], blank["credentialSubject"]["result"][0]["id"]
    assert "without an id" in refuse(blank, [("evidence", 0, "narrative")])


def test_a_hole_inside_json_is_refused() -> None:
    """There the string stands inside a literal, in quotes of its own."""
    document = {
        "@context": [contexts.VC_V2],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential", "JsonSchemaCredential"],
        "issuer": "did:web:a.example",
        "credentialSubject": {
            "id": "urn:uuid:2",
            "type": "JsonSchema",
            "jsonSchema": {"title": "x", "other": "y"},
        },
    }
    assert b"rdf-syntax-ns#JSON" in rdf.canonical_nquads(document)
    with pytest.raises(NotCompilable, match="whole term"):
        Shape(document, [("credentialSubject", "jsonSchema", "title")], issuing=True)


def test_a_hole_inside_a_list_is_refused_and_a_constant_list_is_fine() -> None:
    """Lists are made of nodes without ids."""
    description = model.ResultDescription(
        id="urn:uuid:1", name="등급", result_type="LetterGrade", allowed_value=("가", "나", "가")
    )
    document = credential(
        subject=model.AchievementSubject(
            id="did:key:z6Mk1", achievement=achievement(result_description=(description,))
        )
    )
    path = ("credentialSubject", "achievement", "resultDescription", 0, "allowedValue", 1)
    with pytest.raises(NotCompilable):
        Shape(document, [path], issuing=True)
    template = Template(document, WORLD.signer)
    for learner in ("did:key:z6Mk2", "urn:uuid:3"):
        values = [learner if p == ("credentialSubject", "id") else read(document, p) for p in template.holes]
        expected = WORLD.issue(filled(document, template.holes, values))
        assert template.issue(values, created=NOW).data == orjson.dumps(expected)
    assert template.counters.fast == 2


def test_a_context_whose_terms_look_like_schemes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "_terms", lambda url: frozenset({"urn"}))
    with pytest.raises(NotCompilable):
        Shape(credential(), [("id",)], issuing=True)
    assert all("urn" not in contexts.document(url)["@context"] for url in contexts.known())


def test_the_wrong_number_of_values_is_refused() -> None:
    for values in (VALUES[:-1], [*VALUES, "x"], []):
        with pytest.raises((CredentialError, ValueError)):
            TEMPLATE.issue(values, created=NOW)


def test_documents_find_their_class() -> None:
    issuer = FastIssuer(WORLD.signer)
    for number in range(6):
        document = credential(id=f"urn:uuid:{number}", name=f"이름 {number}")
        issued = issuer.issue(document, created=NOW)
        assert issued.data == orjson.dumps(WORLD.issue(document))
        assert issued.digest == rdf.sha256_nquads(document)
    assert (issuer.counters.fast, issuer.counters.general) == (4, 2)
    longer = credential(evidence=())
    assert issuer.issue(longer, created=NOW).data == orjson.dumps(WORLD.issue(longer))
    with pytest.raises(CredentialError):
        issuer.issue({**credential(), "name": "bell\a"}, created=NOW)


# -- verifying ---------------------------------------------------------------------------------------------


def learned(world: World, document: dict[str, Any] | None = None) -> tuple[MatcherCache, bytes]:
    cache = MatcherCache()
    data = orjson.dumps(world.issue(document or with_status()))
    for _ in range(2):
        verify(data, resolvers=world.resolvers, now=NOW, cache=cache)
    assert cache.counters.fast == 0
    return cache, data


def same(world: World, data: bytes, cache: MatcherCache, now: datetime = NOW, **changes: Any) -> str:
    """Verifies on both paths, compares the reports, returns the verdict."""
    resolvers = changes.get("resolvers", world.resolvers)
    fast = verify(data, resolvers=resolvers, now=now, cache=cache)
    general = verify(data, resolvers=resolvers, now=now, cache=None)
    assert fast.as_dict() == general.as_dict()
    assert fast.source == general.source
    return fast.verdict


def test_both_paths_report_alike() -> None:
    world = World()
    bits = Bitstring()
    world.publish_list(bits)
    cache, data = learned(world)
    assert same(world, data, cache) == "valid"
    other = with_status(7)
    other["id"], other["name"] = "urn:uuid:5", "다른 사람의 배지 🌳"
    assert same(world, orjson.dumps(world.issue(other)), cache) == "valid"
    assert cache.counters.fast == 2
    bits.set(94567)
    world.publish_list(bits)
    assert same(world, data, cache) == "revoked"
    assert same(world, orjson.dumps(world.issue(other)), cache) == "valid"
    world.offline = True
    assert same(world, data, cache) == "unknown"
    assert same(world, data, cache, NOW - timedelta(days=400)) == "not_yet_valid"
    for trust in ("trusted", "unknown"):
        resolvers = Resolvers(did=world.resolvers.did, trust=lambda issuer, trust=trust: trust)
        same(world, data, cache, resolvers=resolvers)
    assert cache.counters.general == 2


def test_expiry_on_both_paths() -> None:
    world = World()
    cache, data = learned(world, credential(valid_until=NOW + timedelta(days=1)))
    assert same(world, data, cache) == "valid"
    assert same(world, data, cache, NOW + timedelta(days=2)) == "expired"
    assert cache.counters.fast == 2


def test_a_key_that_is_rotated_or_revoked_counts_at_once() -> None:
    world = World()
    world.publish_list(Bitstring())
    cache, data = learned(world)
    assert same(world, data, cache) == "valid"
    world.windows = [KeyWindow(fragment="key-1", public_key=world.key.public_key, revoked=NOW - timedelta(1))]
    assert same(world, data, cache) == "altered"
    world.windows = [KeyWindow(fragment="key-1", public_key=Ed25519Key.from_seed(bytes(32)).public_key)]
    assert same(world, data, cache) == "altered"
    assert same(world, data, cache, resolvers=Resolvers()) == "unknown"


def test_no_changed_byte_passes_a_matcher() -> None:
    world = World()
    cache, data = learned(world)
    resolver = world.resolvers.did
    assert cache.match(data, resolver)
    for position in range(len(data)):
        for change in (1, 2, 0x20, 0x80):
            changed = bytearray(data)
            changed[position] ^= change
            assert cache.match(bytes(changed), resolver) is None, (position, change)
        assert cache.match(data[:position] + data[position + 1 :], resolver) is None
        assert cache.match(data[:position] + b" " + data[position:], resolver) is None


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 3000),
    st.sampled_from([b'"', b"\\", b"\\u0041", b"\n", b"\x00", b"\xff", b"\xc2\x85", b","]),
)
def test_both_paths_agree_on_damaged_badges(position: int, noise: bytes) -> None:
    assume(position < len(LEARNED[1]))
    data = LEARNED[1][:position] + noise + LEARNED[1][position:]
    same(WORLD, data, LEARNED[0])


LEARNED = learned(WORLD, credential())


def test_a_signed_document_in_another_layout_takes_the_general_path() -> None:
    world = World()
    cache, data = learned(world)
    pretty = orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2)
    turned = orjson.dumps(dict(reversed(orjson.loads(data).items())))
    world.publish_list(Bitstring())
    for other in (pretty, turned):
        assert cache.match(other, world.resolvers.did) is None
        assert same(world, other, cache) == "valid"


def test_only_plain_proofs_in_plain_layout_are_learned() -> None:
    """A proof may say more, such as when it expires; the fast path would not look at it."""
    world = World()
    options = {"expires": "2026-11-25T00:00:00Z"}
    more = proofs.sign(credential(), world.signer, created=NOW, extra=options)
    later = NOW + timedelta(days=9)
    for badge in (
        orjson.dumps(more),
        orjson.dumps(world.issue(), option=orjson.OPT_INDENT_2),
        orjson.dumps({**world.issue(), "proof": [world.issue()["proof"]]}),
    ):
        cache = MatcherCache()
        for _ in range(4):
            assert same(world, badge, cache) == "valid"
        assert cache.counters.fast == 0
        assert len(cache._matchers) == 0
    assert same(world, orjson.dumps(more), MatcherCache(), later) == "altered"


def test_values_that_merge_subjects_take_the_general_path() -> None:
    world = World()
    cache, _ = learned(world, credential())
    document = credential()
    document["evidence"][0]["id"] = document["credentialSubject"]["id"]
    data = orjson.dumps(world.issue(document))
    assert cache.match(data, world.resolvers.did) is None
    assert same(world, data, cache) == "valid"


# -- the cache ---------------------------------------------------------------------------------------------


def test_look_up_is_constant_and_memory_bounded() -> None:
    def cost(cache: Bounded[str], count: int) -> float:
        started = time.process_time()
        for number in range(2000):
            cache.get(b"urn:uuid:%d" % (number % count))
        return time.process_time() - started

    small: Bounded[str] = Bounded(1 << 30)
    large: Bounded[str] = Bounded(1 << 30)
    for number in range(10_000):
        large.add(b"urn:uuid:%d" % number, "x", 1000)
        if number < 10:
            small.add(b"urn:uuid:%d" % number, "x", 1000)
    assert min(cost(large, 10_000) for _ in range(5)) < 4 * min(cost(small, 10) for _ in range(5))
    tight: Bounded[str] = Bounded(10_000)
    for number in range(1000):
        tight.add(b"%d" % number, "x", 1000)
    assert len(tight) == 10
    assert tight.get(b"999") == ("x",)
    assert tight.get(b"1") == ()


def test_the_least_used_class_goes_first_and_few_alike_are_kept() -> None:
    cache: Bounded[int] = Bounded(3)
    for name in (b"a", b"b", b"c"):
        cache.add(name, 1, 1)
    cache.get(b"a")
    cache.add(b"d", 1, 1)
    assert (cache.get(b"a"), cache.get(b"b")) == ((1,), ())
    cache = Bounded(100)
    for number in range(9):
        cache.add(b"a", number, 1)
    assert cache.get(b"a") == (5, 6, 7, 8)


def test_what_cannot_be_compiled_is_not_tried_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    made = shapes.Shape.__init__

    def counting(self: Shape, *arguments: Any, **named: Any) -> None:
        tried.append("x")
        made(self, *arguments, **named)

    monkeypatch.setattr(shapes.Shape, "__init__", counting)
    world = World()
    document = credential()
    del document["evidence"][0]["id"], document["credentialSubject"]["result"][0]["id"]
    cache, issuer = MatcherCache(), FastIssuer(world.signer)
    for _ in range(5):
        issued = issuer.issue(document, created=NOW)
        assert verify(issued.data, resolvers=world.resolvers, now=NOW, cache=cache).verdict == "valid"
    assert len(tried) == 2


def test_the_default_holes_leave_the_class_alone() -> None:
    for path in usual_holes(with_status()):
        assert path[0] != "issuer"
        assert path[:2] != ("credentialSubject", "achievement")


def test_a_date_in_another_zone_is_a_date(world: World = WORLD) -> None:
    document = credential(valid_from=datetime(2026, 11, 21, tzinfo=UTC))
    document["validFrom"] = "2026-11-21T09:00:00+09:00"
    assert Template(document, world.signer).issue(
        [read(document, path) for path in usual_holes(document)], created=NOW
    ).data == orjson.dumps(world.issue(document))
