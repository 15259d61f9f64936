"""What is refused before anything is signed or believed."""

from __future__ import annotations

import time
from typing import Any

import pytest

from credcore import contexts, proofs, rdf
from credcore.errors import UnknownContext, UnsafeDocument
from credcore.keys import Ed25519Key
from tests.credcore.samples import CONTEXTS, NOW, credential

SUBJECT = {"id": "urn:uuid:1", "type": ["VerifiableCredential"]}


def refused(**content: Any) -> str:
    with pytest.raises(UnsafeDocument) as caught:
        rdf.canonical_nquads({"@context": CONTEXTS, **SUBJECT, **content})
    return caught.value.code


def test_canonical_form_is_sorted_and_complete() -> None:
    lines = rdf.canonical_lines({"@context": CONTEXTS, **SUBJECT, "name": '따옴표 " 와 \\ 와\n줄'})
    assert lines == sorted(lines)
    expected = '<urn:uuid:1> <https://schema.org/name> "따옴표 \\" 와 \\\\ 와\\n줄" .'
    assert expected.encode() in lines


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"grade": "A"}, "undefined_term"),
        ({"name": "x", "https://schema.org/name": "y"}, "undefined_term"),
        ({"type": ["VerifiableCredential", "Medal"]}, "undefined_term"),
        ({"@graph": []}, "keyword"),
        ({"@id": "urn:uuid:2"}, "keyword"),
        ({"evidence": {"id": "not-absolute", "name": "x"}}, "iri"),
        ({"evidence": {"id": "https://a b/", "name": "x"}}, "iri"),
        ({"evidence": {"id": "_:b0", "name": "x"}}, "unsigned_value"),
        ({"evidence": "https://a/\nb"}, "iri"),
        ({"credentialStatus": {"id": "https://a/\tb", "type": "BitstringStatusListEntry"}}, "iri"),
        ({"name": "bell\a"}, "control_character"),
        ({"name": "\ufffe"}, "control_character"),
        ({"name": {"@value": "x", "@direction": "rtl"}}, "direction"),
        (
            {"credentialStatus": {"id": "urn:x:1", "type": "BitstringStatusListEntry", "statusSize": 2**60}},
            "number",
        ),
        (
            {
                "credentialStatus": {
                    "id": "urn:x:1",
                    "type": "BitstringStatusListEntry",
                    "statusSize": 0.1 + 0.2,
                }
            },
            "number",
        ),
    ],
)
def test_ambiguous_or_unsigned_content(content: dict, code: str) -> None:
    assert refused(**content) == code


def test_contexts_are_pinned_and_never_define_terms_inline() -> None:
    with pytest.raises(UnknownContext):
        rdf.canonical_nquads({"@context": [*CONTEXTS, "https://example.com/ctx"], **SUBJECT})
    with pytest.raises(UnsafeDocument, match="define terms"):
        rdf.canonical_nquads({"@context": [*CONTEXTS, {"grade": "https://e.com/g"}], **SUBJECT})
    with pytest.raises(UnsafeDocument):
        rdf.canonical_nquads(dict(SUBJECT))
    for url in contexts.known():
        assert "@context" in contexts.document(url)


def test_a_context_file_that_changed_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "credentials-v2.json").write_text('{"@context": {}}')
    monkeypatch.setattr(contexts, "_openbadgeslib", lambda: tmp_path)
    contexts.document.cache_clear()
    try:
        with pytest.raises(UnknownContext, match="digest"):
            contexts.document(contexts.VC_V2)
    finally:
        contexts.document.cache_clear()


def twins(children: int) -> list[dict[str, Any]]:
    """Two nodes without ids that cannot be told apart, each with such children."""
    child = {"type": ["VerifiableCredential"], "name": "같음"}
    return [{"type": ["VerifiableCredential"], "evidence": [dict(child) for _ in range(children)]}] * 2


def test_linked_look_alike_nodes_are_refused_quickly() -> None:
    """RDFC-1.0 tries the permutations of these: five take milliseconds, twelve take hours."""
    assert rdf.canonical_lines({"@context": CONTEXTS, **SUBJECT, "evidence": twins(5)})
    started = time.process_time()
    for children in (8, 12, 1000):
        assert refused(evidence=twins(children)) == "blank_nodes"
    assert time.process_time() - started < 1


def test_look_alike_nodes_that_are_not_linked_are_fine() -> None:
    twins = [{"type": ["Evidence"], "name": "같음"} for _ in range(40)]
    assert len(rdf.canonical_lines({"@context": CONTEXTS, **SUBJECT, "evidence": twins})) == 1 + 3 * 40


def test_text_that_another_processor_would_sort_differently_is_not_signed() -> None:
    document = credential()
    document["credentialSubject"]["achievement"]["tag"] = ["\U0001f333", "\uf8ff"]
    with pytest.raises(UnsafeDocument) as caught:
        proofs.sign(document, Ed25519Key.from_seed(bytes(32)).signer(), created=NOW)
    assert caught.value.code == "sort_order"
    document["credentialSubject"]["achievement"]["tag"] = ["\U0001f333", "나무"]
    proofs.sign(document, Ed25519Key.from_seed(bytes(32)).signer(), created=NOW)


def test_an_empty_value_is_not_signed() -> None:
    with pytest.raises(UnsafeDocument) as caught:
        proofs.sign({**credential(), "name": None}, Ed25519Key.from_seed(bytes(32)).signer(), created=NOW)
    assert caught.value.code == "null"


def test_limits_on_size() -> None:
    assert refused(evidence=[{"id": f"urn:x:{i}"} for i in range(rdf.VALUES)]) == "too_large"
    nested = [{"@context": CONTEXTS, "id": f"urn:x:{i}", "name": "x"} for i in range(rdf.CONTEXTS + 1)]
    assert refused(evidence=nested) == "too_large"
