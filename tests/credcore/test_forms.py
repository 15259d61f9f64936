"""The other forms of proof: JCS, tokens, proof sets, VCDM 1.1; and the published vectors."""

from __future__ import annotations

import copy
import json
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from credcore import bake, jcs, jose, multibase, proofs, rdf
from credcore.contexts import ED25519_2020_V1, OB_V3, VC_V1, ContextSet
from credcore.did import KeyWindow, StaticResolver, build_did_document
from credcore.errors import CredentialError, MalformedInput, ProofError, UnsafeDocument
from credcore.issue import issue, issue_token
from credcore.keys import Ed25519Key, Signer
from credcore.status import Bitstring
from credcore.verify import Resolvers, verify
from tests.credcore.pictures import PNG, SVG
from tests.credcore.samples import ISSUER, NOW, World, credential, with_status

# W3C Data Integrity EdDSA Cryptosuites 1.0, appendix B.1 and B.3
W3C_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
W3C_SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
W3C_DOCUMENT = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
W3C_CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
W3C_CONTEXTS = ContextSet(
    extra={
        "https://www.w3.org/ns/credentials/examples/v2": {
            "@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
        }
    }
)
W3C_PROOFS = {
    "eddsa-rdfc-2022": "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme",
    "eddsa-jcs-2022": "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
}


def w3c_key() -> Ed25519Key:
    return Ed25519Key.from_seed(multibase.multikey_decode(W3C_SECRET, multibase.ED25519_SECRET))


@pytest.mark.parametrize("suite", sorted(W3C_PROOFS))
def test_the_published_proofs_come_out(suite: str) -> None:
    key = w3c_key()
    assert key.public_multikey == W3C_KEY
    secured = proofs.sign(
        W3C_DOCUMENT, key.signer(), created=W3C_CREATED, cryptosuite=suite, contexts=W3C_CONTEXTS
    )
    assert secured["proof"]["proofValue"] == W3C_PROOFS[suite]
    proofs.verify_proof(secured, key.public_key, contexts=W3C_CONTEXTS)


def test_the_published_hashes_come_out() -> None:
    assert rdf.sha256_nquads(W3C_DOCUMENT, W3C_CONTEXTS).hex() == (
        "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
    )
    options = proofs.options(w3c_key().signer(), created=W3C_CREATED)
    assert proofs.options_digest(options, W3C_DOCUMENT["@context"], W3C_CONTEXTS).hex() == (
        "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
    )


def test_the_first_proof_of_the_published_proof_set() -> None:
    """Appendix B, proof sets and chains: a proof that has an id of its own."""
    secured = {
        **W3C_DOCUMENT,
        "proof": {
            "type": "DataIntegrityProof",
            "id": "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2023-02-24T23:36:38Z",
            "verificationMethod": "https://vc.example/issuers/56781"
            "#z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7",
            "proofPurpose": "assertionMethod",
            "proofValue": "z5KTX5yikM4eUukZW9qh66LGT3KZEUCACGpWcT2t4Yd54NMoFRchGmH4778omyNFAD3weSt6sNk5fuaMQmhhzNmEC",
        },
    }
    key = multibase.multikey_decode(
        "z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7", multibase.ED25519_PUBLIC
    )
    proofs.verify_proof(secured, key, contexts=W3C_CONTEXTS)
    for name in ("id", "verificationMethod"):
        other = {**secured, "proof": {**secured["proof"], name: "urn:uuid:0"}}
        with pytest.raises(ProofError):
            proofs.verify_proof(other, key, contexts=W3C_CONTEXTS)


VECTORS = Path(__file__).parents[1] / "vectors" / "rfc8785"


@pytest.mark.parametrize("name", sorted(path.name for path in (VECTORS / "input").iterdir()))
def test_rfc_8785_documents(name: str) -> None:
    """Of the reference implementation: text that has to be escaped, sorted by UTF-16, numbers."""
    value = json.loads((VECTORS / "input" / name).read_text(encoding="utf-8"))
    assert jcs.canonical_json(value) == (VECTORS / "output" / name).read_bytes().rstrip(b"\n")


# RFC 8785 appendix B
@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_rfc_8785_numbers(bits: str, text: str) -> None:
    assert jcs.number(struct.unpack(">d", bytes.fromhex(bits))[0]) == text


def test_rfc_8785_examples() -> None:
    """Sections 3.2.2 and 3.2.3."""
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert jcs.canonical_json(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    names = {"\u20ac": "5", "\r": "1", "\ufb33": "7", "1": "2", "\U0001f600": "6", "\x80": "3", "\xf6": "4"}
    assert list(json.loads(jcs.canonical_json(names)).values()) == ["1", "2", "3", "4", "5", "6", "7"]
    for wrong in (float("nan"), float("inf"), 2**60, "\ud800", {"\ud800": 1}, b"x"):
        with pytest.raises(UnsafeDocument):
            jcs.canonical_json([wrong])


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back(value: float) -> None:
    assert float(jcs.number(value)) == value


def check(world: World, data: bytes, now: datetime = NOW, **changes: Any) -> Any:
    return verify(data, resolvers=replace(world.resolvers, **changes), now=now)


def test_jcs_signs_every_character_without_contexts() -> None:
    world = World()
    document = credential()
    document["@context"].append("https://example.com/unknown")
    document["grade"] = {"unknown": ["용어", None, 1.5]}
    badge = proofs.sign(document, world.signer, created=NOW, cryptosuite="eddsa-jcs-2022")
    assert check(world, orjson.dumps(badge)).verdict == "valid"
    for path in (("grade", "unknown", 0), ("name",), ("proof", "created"), ("@context", 2)):
        spoiled = copy.deepcopy(badge)
        node: Any = spoiled
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = "2026-11-24T03:00:09Z"
        assert check(world, orjson.dumps(spoiled)).verdict == "altered", path
    assert check(world, orjson.dumps({**badge, "extra": None})).verdict == "altered"


def test_jcs_credentials_are_issued_and_verified() -> None:
    world = World()
    badge = issue(credential(), world.signer, created=NOW, cryptosuite="eddsa-jcs-2022")
    assert check(world, orjson.dumps(badge, option=orjson.OPT_INDENT_2)).verdict == "valid"
    del badge["proof"]["@context"]
    assert check(world, orjson.dumps(badge)).verdict == "altered"


def test_a_proof_set_needs_all_its_proofs_to_be_good() -> None:
    world = World()
    both = proofs.sign(world.issue(), world.signer, created=NOW, cryptosuite="eddsa-jcs-2022")
    assert len(both["proof"]) == 2
    assert check(world, orjson.dumps(both)).verdict == "valid"
    stranger = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofValue": "u1"}
    beside = {**both, "proof": [*both["proof"], stranger]}
    assert check(world, orjson.dumps(beside)).verdict == "valid"
    assert check(world, orjson.dumps({**both, "proof": [stranger]})).verdict == "unknown"
    for number in (0, 1):
        spoiled = copy.deepcopy(both)
        value = spoiled["proof"][number]["proofValue"]
        spoiled["proof"][number]["proofValue"] = both["proof"][1 - number]["proofValue"]
        assert spoiled["proof"][number]["proofValue"] != value
        assert check(world, orjson.dumps(spoiled)).verdict == "altered"
    chained = copy.deepcopy(both)
    chained["proof"][1]["previousProof"] = "urn:uuid:1"
    assert check(world, orjson.dumps(chained)).verdict == "unknown"
    assert check(world, orjson.dumps({**both, "proof": []})).verdict == "altered"
    assert check(world, orjson.dumps({**both, "proof": [both["proof"][0]] * 17})).verdict == "altered"


# -- tokens ------------------------------------------------------------------------------------------------


def signers() -> dict[str, tuple[Signer, KeyWindow]]:
    world = World()
    p256 = jose.JwkSigner.of(f"{ISSUER}#p256", ec.generate_private_key(ec.SECP256R1()))
    rsa_ = jose.JwkSigner.of(f"{ISSUER}#rsa", rsa.generate_private_key(65537, 2048))
    return {
        "EdDSA": (world.signer, world.windows[0]),
        "ES256": (p256, KeyWindow(fragment="p256", jwk=p256.public_jwk)),
        "RS256": (rsa_, KeyWindow(fragment="rsa", jwk=rsa_.public_jwk)),
    }


SIGNERS = signers()


def token_world() -> World:
    return World(windows=[window for _, window in SIGNERS.values()])


@pytest.mark.parametrize("alg", sorted(SIGNERS))
def test_tokens_are_issued_and_verified_also_in_pictures(alg: str) -> None:
    world = token_world()
    world.publish_list(Bitstring())
    token = issue_token(with_status(), SIGNERS[alg][0], created=NOW)
    assert jwt.get_unverified_header(token)["alg"] == alg
    report = check(world, token.encode())
    assert (report.verdict, report.container, report.format) == ("valid", "jwt", "ob3")
    assert report.credential == with_status()
    assert check(world, f"  {token}\n".encode()).verdict == "valid"
    for picture in (PNG, SVG):
        assert check(world, bake.bake(picture, token)).verdict == "valid"
    envelope = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": f"data:application/vc+jwt,{token}",
        "type": "EnvelopedVerifiableCredential",
    }
    assert check(world, orjson.dumps(envelope)).verdict == "valid"


@pytest.mark.parametrize("alg", sorted(SIGNERS))
def test_no_changed_character_of_a_token_passes(alg: str) -> None:
    world = token_world()
    token = issue_token(credential(), SIGNERS[alg][0], created=NOW)
    for position in range(0, len(token), 37):
        letter = "A" if token[position] != "A" else "B"
        spoiled = token[:position] + letter + token[position + 1 :]
        assert check(world, spoiled.encode()).outcome != "valid", position


def test_a_peer_reads_our_token_and_we_read_its() -> None:
    world = token_world()
    for alg, (signer, window) in SIGNERS.items():
        token = issue_token(credential(), signer, created=NOW)
        jwk = window.jwk or {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": multibase.base64url_encode(window.public_key),
        }
        key = jwt.PyJWK(dict(jwk), algorithm=alg)
        claims = jwt.decode(
            token,
            key,
            algorithms=[alg],
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
        assert claims["iss"] == ISSUER
    assert isinstance(SIGNERS["ES256"][0], jose.JwkSigner)
    theirs = jwt.encode(
        {**credential(), "iss": ISSUER, "nbf": 1700000000},
        SIGNERS["ES256"][0].key,
        algorithm="ES256",
        headers={"kid": "#p256"},
    )
    assert check(world, theirs.encode()).verdict == "valid"


def encoded(payload: dict, header: dict | None = None, signer: Signer | None = None) -> bytes:
    signer = signer or World().signer
    head = {"alg": signer.alg, "kid": signer.verification_method, **(header or {})}
    text = ".".join(multibase.base64url_encode(orjson.dumps(part)) for part in (head, payload))
    return f"{text}.{multibase.base64url_encode(signer.sign(text.encode()))}".encode()


@pytest.mark.parametrize(
    ("payload", "header", "verdict"),
    [
        ({}, {}, "valid"),
        ({}, {"alg": "none"}, "unknown"),
        ({}, {"alg": "HS256"}, "unknown"),
        ({}, {"alg": "RS256"}, "altered"),
        ({}, {"crit": ["b64"]}, "unknown"),
        ({}, {"typ": "vp+jwt"}, "altered"),
        ({}, {"kid": "https://naite.example/key.json"}, "unknown"),
        ({}, {"kid": "did:web:other.example#key-1"}, "altered"),
        ({}, {"kid": "#nobody"}, "altered"),
        ({}, {"kid": None}, "valid"),
        ({"iss": "did:web:other.example"}, {}, "altered"),
        ({"jti": "urn:uuid:other"}, {}, "altered"),
        ({"sub": "did:key:other"}, {}, "altered"),
        ({"exp": 1700000000}, {}, "expired"),
        ({"nbf": 4000000000}, {}, "not_yet_valid"),
        ({"exp": "soon"}, {}, "not_a_badge"),
        ({"exp": 1e300}, {}, "not_a_badge"),
        ({"nbf": True}, {}, "not_a_badge"),
    ],
)
def test_claims_and_headers(payload: dict, header: dict, verdict: str) -> None:
    assert check(World(), encoded({**credential(), **payload}, header)).verdict == verdict


def test_the_vc_claim_of_version_1() -> None:
    inner = credential()
    inner["@context"][0] = VC_V1
    for name in ("id", "validFrom", "issuer"):
        del inner[name]
    subject = inner["credentialSubject"].pop("id")
    claims = {
        "iss": ISSUER,
        "jti": "urn:uuid:9",
        "sub": subject,
        "nbf": 1763683200,
        "exp": 1900000000,
        "vc": inner,
    }
    report = check(World(), encoded(claims))
    assert (report.verdict, report.format) == ("valid", "ob3-vc11")
    assert report.credential["issuer"] == ISSUER
    assert report.credential["credentialSubject"]["id"] == subject
    assert check(World(), encoded({**claims, "exp": 1763683201})).verdict == "expired"
    assert check(World(), encoded({**claims, "vc": [inner]})).verdict == "not_a_badge"


def test_weak_keys_sign_no_tokens() -> None:
    for key in (rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP384R1())):
        with pytest.raises(MalformedInput):
            jose.JwkSigner.of("did:web:a#k", key)
    weak = rsa.generate_private_key(65537, 1024)
    signer = jose.JwkSigner(f"{ISSUER}#weak", weak)
    world = World(windows=[KeyWindow(fragment="weak", jwk=signer.public_jwk)])
    assert check(world, encoded(credential(), {}, signer)).verdict == "altered"
    with pytest.raises(MalformedInput):
        build_did_document(ISSUER, [KeyWindow(fragment="k", jwk={"kty": "RSA", "d": "x"})])
    with pytest.raises(CredentialError):
        issue_token({**credential(), "proof": {}}, World().signer, created=NOW)


def test_a_p256_key_published_as_multikey() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    raw = bytes([2 + numbers.y % 2]) + numbers.x.to_bytes(32, "big")
    multikey = multibase.multibase_encode(multibase.P256_PUBLIC + raw)
    did = f"did:key:{multikey}"
    document = credential()
    document["issuer"] = {**document["issuer"], "id": did}
    signer = jose.JwkSigner.of(f"{did}#{multikey}", key)
    assert verify(encoded(document, {}, signer), resolvers=Resolvers(), now=NOW).verdict == "valid"


# -- version 1.1 -------------------------------------------------------------------------------------------


def version_1() -> dict[str, Any]:
    document = credential()
    document["@context"] = [
        VC_V1,
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        ED25519_2020_V1,
    ]
    document["issuanceDate"] = document.pop("validFrom")
    document["expirationDate"] = "2027-01-01T00:00:00Z"
    document["credentialSubject"]["achievement"].pop("inLanguage")
    document["credentialSubject"]["achievement"].pop("version")
    document["name"] = "이름"
    return document


def sign_2020(document: dict[str, Any], key: Ed25519Key, method: str) -> dict[str, Any]:
    """As jsonld-signatures' Ed25519Signature2020 does."""
    options = {
        "type": "Ed25519Signature2020",
        "created": "2026-11-24T03:00:00Z",
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    digest = proofs.options_digest(options, document["@context"]) + rdf.sha256_nquads(document)
    return {**document, "proof": {**options, "proofValue": multibase.multibase_encode(key.sign(digest))}}


def test_version_1_credentials_with_their_own_kind_of_proof() -> None:
    world = World()
    badge = sign_2020(version_1(), world.key, f"{ISSUER}#key-1")
    report = check(world, orjson.dumps(badge))
    assert (report.verdict, report.format) == ("valid", "ob3-vc11"), report.checks
    assert check(world, orjson.dumps(badge), NOW + timedelta(days=900)).verdict == "expired"
    badge["name"] = "다른 이름"
    assert check(world, orjson.dumps(badge)).verdict == "altered"
    moved = sign_2020(version_1(), world.key, f"{ISSUER}#key-1")
    moved["validUntil"] = moved.pop("expirationDate")
    assert check(world, orjson.dumps(moved)).verdict == "altered"


def test_keys_published_as_ed25519_2020() -> None:
    world = World()
    document = build_did_document(ISSUER, world.windows)
    document["verificationMethod"][0]["type"] = "Ed25519VerificationKey2020"
    resolvers = Resolvers(did=StaticResolver({ISSUER: document}))
    assert verify(orjson.dumps(world.issue()), resolvers=resolvers, now=NOW).verdict == "valid"


def test_own_terms_need_the_verifiers_consent() -> None:
    world = World()
    document = credential()
    document["@context"] = [*document["@context"], {"grade": "https://schema.org/grade"}]
    document["grade"] = "가"
    assert OB_V3 in document["@context"]
    allowed = ContextSet(inline=True)
    badge = proofs.sign(document, world.signer, created=NOW, contexts=allowed)
    assert check(world, orjson.dumps(badge)).verdict == "unknown"
    assert check(world, orjson.dumps(badge), contexts=allowed).verdict == "valid"
    with pytest.raises(ProofError):
        proofs.verify_proof({**badge, "grade": "나"}, world.key.public_key, contexts=allowed)
