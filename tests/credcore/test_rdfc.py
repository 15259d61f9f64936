"""RDF Dataset Canonicalization 1.0: the specification's worked examples, and an implementation not by us."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest

from credcore import rdf
from credcore.errors import UnsafeDocument
from tests.credcore.peers import Node, node_is_missing


def canonical(text: str) -> str:
    quads = list(ox.parse(text, ox.RdfFormat.N_QUADS))
    return "".join(line.decode() + "\n" for line in rdf.canonical_quads(quads, blank="_:" in text))


def full(text: str) -> str:
    """The examples' short names written out: ``:p`` is ``<http://example.com/#p>``."""
    words = [f"<http://example.com/#{word[1:]}>" if word[0] == ":" else word for word in text.split(" ")]
    return " ".join(words)


def lines(*statements: str) -> str:
    return "".join(f"{full(statement)} .\n" for statement in statements)


# Sections 4.4.2 (examples 2 and 3), 9.1 and 9.3 of the Recommendation: dataset, and its canonical form.
EXAMPLES = {
    "unique hashes": (
        lines(":p :q _:e0", ":p :r _:e1", "_:e0 :s :u", "_:e1 :t :u"),
        lines(":p :q _:c14n0", ":p :r _:c14n1", "_:c14n0 :s :u", "_:c14n1 :t :u"),
    ),
    "shared hashes": (
        lines(":p :q _:e0", ":p :q _:e1", "_:e0 :p _:e2", "_:e1 :p _:e3", "_:e2 :r _:e3"),
        lines(
            ":p :q _:c14n2", ":p :q _:c14n3", "_:c14n0 :r _:c14n1", "_:c14n2 :p _:c14n1", "_:c14n3 :p _:c14n0"
        ),
    ),
    "duplicate paths": (
        lines("_:e0 :p1 _:e1", '_:e1 :p2 "Foo"', "_:e2 :p1 _:e3", '_:e3 :p2 "Foo"'),
        lines("_:c14n0 :p1 _:c14n1", '_:c14n1 :p2 "Foo"', "_:c14n2 :p1 _:c14n3", '_:c14n3 :p2 "Foo"'),
    ),
    "a graph named by a blank node": (
        lines(
            "_:e0 :p1 _:e1",
            '_:e1 :p2 "Foo"',
            "_:e1 :p3 _:g0",
            "_:e0 :p1 _:e1 _:g0",
            '_:e1 :p2 "Bar" _:g0',
        ),
        lines(
            "_:c14n0 :p1 _:c14n1",
            "_:c14n0 :p1 _:c14n1 _:c14n2",
            '_:c14n1 :p2 "Bar" _:c14n2',
            '_:c14n1 :p2 "Foo"',
            "_:c14n1 :p3 _:c14n2",
        ),
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_examples_of_the_recommendation(name: str) -> None:
    given, wanted = EXAMPLES[name]
    assert canonical(given) == "".join(sorted(wanted.splitlines(keepends=True)))


def test_names_and_order_of_what_comes_in_do_not_matter() -> None:
    for given, _ in EXAMPLES.values():
        turned = "".join(reversed(given.splitlines(keepends=True)))
        for old, new in (("e0", "zz"), ("e1", "a1"), ("e2", "m"), ("g0", "b")):
            turned = turned.replace(f"_:{old} ", f"_:{new} ")
        assert canonical(turned) == canonical(given)


TEXTS = [
    '"x"',
    '"따옴표 \\" 역빗금 \\\\ 줄\\n바꿈\\r탭\\t"',
    '"말"@ko',
    '"7"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"🌳"',
]


def any_dataset(chance: random.Random) -> str:
    """A small tangle of nodes with and without names, in graphs with and without names."""
    nodes = [f"_:b{number}" for number in range(chance.randint(1, 5))]
    names = [":a", ":b", *nodes, *nodes]
    predicates = [":p", ":q"]
    statements = []
    for _ in range(chance.randint(1, 9)):
        thing = chance.choice([*names, chance.choice(TEXTS)])
        statement = f"{full(chance.choice(names))} {full(chance.choice(predicates))} {full(thing) if thing[0] == ':' else thing}"
        if chance.random() < 0.3:
            statement += f" {full(chance.choice(names))}"
        statements.append(statement + " .\n")
    return "".join(statements)


@pytest.mark.node
def test_tangles_come_out_as_rdf_canonize_has_them() -> None:
    if node_is_missing("rdf-canonize"):
        pytest.skip(node_is_missing("rdf-canonize"))
    chance, compared = random.Random(1), 0
    with Node() as node:
        for given, _ in EXAMPLES.values():
            assert node.ask("canonize", dataset=given)["dataset"] == canonical(given)
        for _ in range(400):
            given = any_dataset(chance)
            try:
                ours = canonical(given)
            except UnsafeDocument:
                continue
            assert node.ask("canonize", dataset=given)["dataset"] == ours, given
            compared += 1
    assert compared > 350
