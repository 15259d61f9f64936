"""Mutation test: credcore with one condition of a fast path removed fails the check that watches over it."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

import credcore
from tests.credcore import conditions

SOURCE = Path(credcore.__file__).parent

# (module, what is removed, what stands there instead, who has to notice)
MUTANTS = [
    # 1. contexts, keys, types, numbers are constants
    ("shapes", " or _NOT_HOLES.intersection(map(str, path)):", ":", "names_are_no_holes"),
    ("shapes", "or not _terms(url).isdisjoint(_SCHEMES)", "", "schemes_are_no_terms"),
    ("canonical", "if contexts is PINNED:", "if True:", "other_contexts_do_not_take_the_fast_path"),
    (
        "verify",
        "if resolvers.contexts is not PINNED:",
        "if False:",
        "other_contexts_do_not_take_the_fast_path",
    ),
    # 2. a hole is one whole string
    (
        "statements",
        'if around not in ((b"<", b">"), (b\'"\', b\'"\')):',
        "if False:",
        "holes_are_whole_terms",
    ),
    ("shapes", "elif not pattern.fullmatch(value):", "elif False:", "odd_iris_are_refused"),
    ("shapes", "if column.translate(None, _ALLOWED[kind]):", "if False:", "odd_iris_are_refused"),
    ("shapes", "if min(lengths) < 10:", "if False:", "columns_are_asked_what_single_values_are"),
    (
        "shapes",
        "        missing -= lines.count(beginning)\n",
        "        missing = 0\n",
        "columns_are_asked_what_single_values_are",
    ),
    ("shapes", "if rdf.FORBIDDEN.search(value):", "if False:", "odd_texts_go_the_general_way"),
    (
        "shapes",
        "len(column.translate(None, _NOT_TEXT)) == len(column) and",
        "",
        "odd_texts_go_the_general_way",
    ),
    ("shapes", "len(column) and clean(column)", "len(column)", "odd_texts_go_the_general_way"),
    ("shapes", "if len(values) != (1 if alike else len(rows)) or", "if", "odd_texts_go_the_general_way"),
    (
        "shapes",
        'if not text.isascii() and not is_normalized("NFC", text):',
        "if False:",
        "odd_texts_go_the_general_way",
    ),
    ("templates", 'if not is_normalized("NFC", text):', "if False:", "odd_texts_go_the_general_way"),
    (
        "templates",
        'if not text.isascii() and not is_normalized("NFC", text.decode("utf-8")):',
        "if False:",
        "odd_texts_go_the_general_way",
    ),
    ("templates", "if self.shape.accepts(joined, plain):", "if True:", "odd_texts_go_the_general_way"),
    (
        "templates",
        "return template.fill(values, created) if template.shape.accepts(text, values) else None",
        "return template.fill(values, created)",
        "odd_texts_go_the_general_way",
    ),
    (
        "shapes",
        "and clean(text) and self.keeps_model(values)",
        "and self.keeps_model(values)",
        "odd_texts_go_the_general_way",
    ),
    ("shapes", "clean(text) and self.keeps_model(values)", "clean(text)", "restricted_values_keep_the_model"),
    (
        "shapes",
        "return min(lengths) >= shortest and max(lengths) <= longest",
        "return True",
        "restricted_values_keep_the_model",
    ),
    ("shapes", "if not self._known.issuperset(restricted):", "if False:", "restricted_values_keep_the_model"),
    (
        "shapes",
        "if any(instant(values[number]) is None for number in self._dates):",
        "if False:",
        "restricted_values_keep_the_model",
    ),
    ("shapes", "if start(values) > end(values):", "if False:", "restricted_values_keep_the_model"),
    (
        "shapes",
        "if validate(filled(self.document, paths, texts), issuing=self._issuing):",
        "if False:",
        "restricted_values_keep_the_model",
    ),
    # 3. every leaf reaches the statements
    ("statements", "if len(kinds) != self.count:", "if False:", "every_hole_reaches_the_statements"),
    # 4. order and merging
    (
        "statements",
        "if program is None or not _ascending(program.chain(keys)):\n            program = self._program(keys)",
        "if program is None:\n            program = self._program(keys)",
        "subjects_are_in_order",
    ),
    ("statements", 'values[number] + b">" for number', "values[number] for number", "subjects_are_in_order"),
    (
        "statements",
        'keys = [(b">\\n".join(columns[number]) + b">").split(b"\\n")',
        "keys = [columns[number]",
        "subjects_are_in_order",
    ),
    ("statements", "if False in ascending:", "if False:", "subjects_are_in_order"),
    (
        "statements",
        "            return None  # two subjects are equal\n",
        "            pass\n",
        "subjects_that_merge_are_merged",
    ),
    ("statements", "if len(group) > 1 and variable:", "if False:", "values_of_one_property_are_a_sorted_set"),
    (
        "statements",
        "any(max(line) >= _RARE for line in done)",
        "False",
        "values_of_one_property_are_a_sorted_set",
    ),
    (
        "statements",
        "done = {line % pick(values) for line, pick in segment}",
        "done = [line % pick(values) for line, pick in segment]",
        "values_of_one_property_are_a_sorted_set",
    ),
    # 5. nodes without an id
    (
        "statements",
        "if not lone and _BLANK_NODE.search(line):",
        "if False:",
        "nodes_without_an_id_have_no_holes",
    ),
    ("shapes", 'if b"c14n1" in lines or ', "if ", "options_have_one_node"),
    # 6. matchers compare raw bytes
    ("shapes", "if parts[::2] == self._pieces:", "if True:", "changed_bytes_do_not_match"),
    ("shapes", "if not startswith(piece, end):", "if False:", "changed_bytes_do_not_match"),
    (
        "shapes",
        "return tuple(values) if position == len(data) else None",
        "return tuple(values)",
        "changed_bytes_do_not_match",
    ),
    (
        "matchers",
        "if self._plain(text) is None or not clean(text):",
        "if not clean(text):",
        "hidden_keys_do_not_match",
    ),
    (
        "matchers",
        "if self._plain(text) is None or not clean(text):",
        "if self._plain(text) is None:",
        "hidden_keys_do_not_match",
    ),
    ("matchers", "or not self.shape.keeps_model(values)", "", "matched_badges_keep_the_model"),
    ("matchers", "key.require_usable(signed)", "pass", "keys_count_when_they_do"),
    ("matchers", "and known[0] is now else", "else", "dates_are_looked_at_for_every_moment"),
    (
        "matchers",
        "DateMemo(self.starts + self.ends)",
        "DateMemo(self.starts)",
        "dates_are_looked_at_for_every_moment",
    ),
    ("matchers", "known[0] == resolver.resolve(self.issuer)", "True", "keys_count_when_they_do"),
    (
        "matchers",
        "or not ed25519_verify(key.public_key, signature, digest)",
        "",
        "changed_bytes_do_not_match",
    ),
    (
        "shapes",
        'and path[0] not in ("issuer", "image",',
        'and path[0] not in ("image",',
        "the_issuer_is_a_constant",
    ),
    ("matchers", "proof.keys() != _PROOF_KEYS", "False", "only_plain_proofs_are_learned"),
    ("matchers", 'proof["cryptosuite"] != proofs.EDDSA_RDFC_2022', "False", "only_plain_proofs_are_learned"),
    ("matchers", "or orjson.dumps(document) != data", "", "only_plain_proofs_are_learned"),
    ("matchers", 'or next(reversed(document)) != "proof"', "", "only_plain_proofs_are_learned"),
    ("verify", "and _may_learn(report)", "", "only_what_is_good_is_learned"),
    (
        "matchers",
        'for name in ("credentialStatus", "termsOfUse"):',
        'for name in ("credentialStatus",):',
        "terms_of_use_count_in_matched_badges",
    ),
    # records and JSON
    (
        "records",
        "not all(isinstance(url, str) and url in contexts for url in own)",
        "False",
        "records_equal_the_general_path",
    ),
    (
        "records",
        'any(b"_:" in TOKEN.sub(b"", line) for line in body.lines)',
        "False",
        "records_equal_the_general_path",
    ),
    (
        "records",
        "if known is None and not block.loose and",
        "if known is None and",
        "records_equal_the_general_path",
    ),
    ("records", "elif known != filled:", "elif False:", "records_equal_the_general_path"),
    (
        "jsonio",
        "return value if orjson.dumps(value) == raw else None",
        "return value",
        "names_that_occur_twice_are_seen",
    ),
    ("jsonio", "if depth(value) > DEEPEST:", "if False:", "names_that_occur_twice_are_seen"),
]
CHECKS = [
    name
    for name, function in inspect.getmembers(conditions, inspect.isfunction)
    if function.__module__ == conditions.__name__
    and not inspect.signature(function).parameters
    and "_" in name
]


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module of credcore in another wording."""

    def __init__(self, name: str, source: str) -> None:
        self._name, self._source = name, source

    def find_spec(self, fullname: str, path: object, target: object = None):  # type: ignore[no-untyped-def]
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, f"<mutated {self._name}>", "exec"), module.__dict__)


@contextmanager
def mutated(module: str, before: str, after: str) -> Iterator[ModuleType]:
    """``conditions`` over a copy of credcore in which one text of one module is another."""
    source = (SOURCE / f"{module}.py").read_text(encoding="utf-8")
    assert source.count(before) >= 1, f"{module} no longer says {before!r}"
    prefixes = ("credcore", "tests.credcore.samples", "tests.credcore.conditions")
    kept = {name: held for name, held in sys.modules.items() if name.startswith(prefixes)}
    finder = _Mutated(f"credcore.{module}", source.replace(before, after))
    for name in kept:
        del sys.modules[name]
    sys.meta_path.insert(0, finder)
    try:
        yield importlib.import_module("tests.credcore.conditions")
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.startswith(prefixes)]:
            del sys.modules[name]
        sys.modules.update(kept)


@pytest.mark.parametrize("name", CHECKS)
def test_credcore_keeps_the_condition(name: str) -> None:
    getattr(conditions, name)()


@pytest.mark.parametrize(("module", "before", "after", "check"), MUTANTS, ids=lambda value: str(value)[:48])
def test_a_removed_condition_is_noticed(module: str, before: str, after: str, check: str) -> None:
    assert check in CHECKS
    with mutated(module, before, after) as copy, pytest.raises(Exception):  # noqa: B017
        getattr(copy, check)()
