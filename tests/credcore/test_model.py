"""Building badges and naming what is wrong with one."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credcore import model
from credcore.errors import InvalidDocument, MalformedInput
from credcore.issue import issue
from credcore.validation import validate
from tests.credcore.samples import NOW, World, achievement, credential


def nodes(value: Any) -> list[dict]:
    if isinstance(value, dict):
        return [value, *(n for v in value.values() for n in nodes(v))]
    return [n for v in value for n in nodes(v)] if isinstance(value, list) else []


def test_every_node_has_an_id_of_its_own_and_building_repeats() -> None:
    document = credential()
    ids = [node.get("id") for node in nodes(document)]
    assert None not in ids
    assert len(set(ids)) == len(ids)
    assert credential() == document
    assert validate(document) == []


def test_text_is_normalised() -> None:
    decomposed = unicodedata.normalize("NFD", "평생학습")
    document = credential(name=decomposed)
    assert document["name"] == "평생학습"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "no iri"}, "id"),
        ({"name": "bell\a"}, "name"),
        ({"valid_until": NOW - timedelta(days=900)}, "validUntil"),
        ({"issuer": model.Profile(id="서울", name="x")}, "issuer"),
        (
            {"subject": model.AchievementSubject(id="mailto:a@b.kr", achievement=achievement())},
            "credentialSubject.id",
        ),
        (
            {
                "subject": model.AchievementSubject(
                    id="did:x:1", achievement=achievement(criteria=model.Criteria())
                )
            },
            "",
        ),
        (
            {
                "subject": model.AchievementSubject(
                    id="did:x:1", achievement=achievement(in_language="Korean")
                )
            },
            "credentialSubject.achievement.inLanguage",
        ),
    ],
)
def test_a_broken_badge_is_not_built(changes: dict, field: str) -> None:
    if not field:
        credential(**changes)  # criteria without narrative still get an address of their own
        return
    with pytest.raises(InvalidDocument, match=field.replace(".", r"\.")):
        credential(**changes)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("issuer",), "issuer"),
        (("credentialSubject",), "credentialSubject"),
        (("validFrom",), "validFrom"),
        (("id",), "id"),
        (("credentialSubject", "achievement", "criteria"), "credentialSubject.achievement.criteria"),
        (("credentialSubject", "achievement", "description"), "credentialSubject.achievement.description"),
        (("credentialSubject", "achievement", "type"), "credentialSubject.achievement.type"),
    ],
)
def test_a_missing_field_is_named_with_its_clause(path: tuple[str, ...], field: str) -> None:
    document = credential()
    node = document
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    problems = {problem.field: problem for problem in validate(document)}
    assert field in problems
    assert problems[field].clause.startswith(("VCDM", "OB 3.0"))
    with pytest.raises(InvalidDocument):
        issue(document, World().signer, created=NOW)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(MalformedInput):
        credential(valid_from=NOW.replace(tzinfo=None))


def test_what_is_not_known_is_kept() -> None:
    document = credential()
    document["termsOfUse"] = [{"id": "https://naite.example/terms", "type": "IssuerPolicy"}]
    assert model.normalize(document)["termsOfUse"] == document["termsOfUse"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_validate_never_raises(data: st.DataObject) -> None:
    document: Any = credential()
    node: Any = document
    for _ in range(data.draw(st.integers(1, 4))):
        if not isinstance(node, dict) or not node:
            break
        key = data.draw(st.sampled_from(sorted(node)))
        if data.draw(st.booleans()):
            node[key] = data.draw(json_values)
            break
        node = node[key]
    validate(document)
    validate(data.draw(json_values))
