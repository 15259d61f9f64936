"""A badge, the public log and a real chain: what a stranger can check with the badge's file alone."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import badge_rows as rows
from tests import factories as make
from tests.credcore.peers import Node, node_is_missing, published

from credcore import merkleproof, proofs
from naite.flows import award as flow
from naite.flows import log_proofs, verification
from naite.roots.ledger import anchoring, queries, services
from naite.roots.ledger.models import Batch, Head, Leaf
from naite.trunk.badges import documents
from naite.trunk.badges import services as badges
from naite.trunk.badges.models import Award
from naite.web.public.ledger import SCRIPT
from tools import chain as chains

pytestmark = pytest.mark.django_db


@pytest.fixture
def award() -> Award:
    badge = rows.published()
    entry = rows.completed(badge.course_version, make.person())
    (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    return award


@pytest.fixture
def node(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[chains.Node]:
    if chains.missing():
        pytest.skip(chains.missing())
    settings.ANCHOR, settings.CHAIN_NAME, settings.CHAIN_IS_TEST = "evm", "가온체인", True
    settings.CHAIN_CONFIRMATIONS, settings.ANCHOR_EVERY_MINUTES = 1, 0
    with chains.node() as running:
        chain = running.chain()
        monkeypatch.setattr("naite.roots.ledger.chain.configured", lambda: chain)
        yield running


def anchor(node: chains.Node) -> None:
    services.append_waiting(now=make.NOW)
    anchoring.advance(node.chain(), now=make.NOW)
    node.mine()
    anchoring.advance(node.chain(), now=make.NOW + timedelta(minutes=1))
    assert Batch.objects.filter(state="held").exists()


def line(data: bytes, code: str) -> verification.Line:
    found = verification.verify_bytes(data, now=make.NOW + timedelta(hours=1))
    assert found.report.outcome == "valid"
    return next(item for item in found.lines if item.code == code)


@pytest.mark.req("B6", "rule")
def test_what_is_issued_and_what_is_revoked_goes_into_the_log(award: Award) -> None:
    services.append_waiting(now=make.NOW)
    assert line(bytes(award.credential), "log").mark == "ok"
    before = Leaf.objects.filter(kind="status list").count()
    person = make.staff(award.achievement.organisation)
    badges.revoke(
        account_id=award.account_id, award_id=award.id, reason="잘못 줌", actor=person, now=make.NOW
    )
    services.append_waiting(now=make.NOW)
    assert Leaf.objects.filter(kind="status list").count() == before + 1
    served = documents.status_list(award.revocation_list_id)
    assert served is not None
    assert queries.place_of(log_proofs.digest_of(json.loads(served.body))) is not None


@pytest.mark.req("B6", "refusal")
def test_without_a_chain_nothing_speaks_of_one(award: Award, client: Client) -> None:
    services.append_waiting(now=make.NOW)
    credential = bytes(award.credential)
    assert log_proofs.with_chain_proof(credential) == credential
    place = log_proofs.standing_of(json.loads(credential))
    pages = [
        client.get("/log/"),
        client.get(f"/log/{place.digest.hex()}/"),
        client.post("/verify/", {"text": credential.decode()}),
    ]
    for page in pages:
        assert page.status_code == 200
        # The script that is printed there checks a chain's part where there is one.
        assert "블록체인" not in page.content.decode()


@pytest.mark.node
@pytest.mark.req("B6", "rule")
def test_the_badge_alone_leads_to_its_transaction(award: Award, node: chains.Node) -> None:
    anchor(node)
    carried = log_proofs.with_chain_proof(bytes(award.credential))
    document = json.loads(carried)
    assert proofs.without_proof(document) == proofs.without_proof(json.loads(award.credential))
    signature, way = document["proof"]
    assert signature == json.loads(award.credential)["proof"]
    proof = merkleproof.decode(way["proofValue"])
    proof.require_sound(log_proofs.digest_of(document))
    network, transaction = proof.anchors[0].split(":")[2:]
    seen = node.call("eth_getTransactionByHash", "0x" + transaction)
    assert (network, seen["input"]) == ("31337", "0x" + proof.root.hex())
    assert line(carried, "anchor").mark == "ok"
    assert log_proofs.with_chain_proof(carried) == carried


@pytest.mark.node
@pytest.mark.req("B6", "browser")
def test_the_wallet_hands_out_the_badge_with_its_proof(
    award: Award, node: chains.Node, client: Client
) -> None:
    anchor(node)
    client.force_login(award.account.person)
    holding = award.account.holdings.get()
    answer = client.get(f"/my/wallet/{holding.id}/badge.json")
    assert len(json.loads(answer.content)["proof"]) == 2
    page = client.post("/verify/", {"text": answer.content.decode()}).content.decode()
    assert 'data-check="anchor" data-mark="ok"' in page
    plain = client.post("/verify/", {"text": bytes(award.credential).decode()}).content.decode()
    assert "가온체인의 블록" in plain
    assert "시험용 망" in plain


@pytest.mark.node
@pytest.mark.req("B6", "refusal")
def test_a_forged_way_is_refused_and_a_silent_chain_is_no_doubt(
    award: Award, node: chains.Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchor(node)
    carried = json.loads(log_proofs.with_chain_proof(bytes(award.credential)))
    way = merkleproof.decode(carried["proof"][1]["proofValue"])
    other = merkleproof.MerkleProof(way.target, way.target, (), way.anchors)  # a root that nobody wrote
    forged = {**carried, "proof": [carried["proof"][0], {**carried["proof"][1]}]}
    forged["proof"][1]["proofValue"] = merkleproof.encode(other)
    found = verification.verify_bytes(json.dumps(forged).encode(), now=make.NOW + timedelta(hours=1))
    assert found.report.outcome == "invalid"
    away = chains.EvmChain(url="http://127.0.0.1:9", chain_id=chains.CHAIN_ID, key=node.key)
    monkeypatch.setattr("naite.roots.ledger.chain.configured", lambda: away)
    assert line(json.dumps(carried).encode(), "anchor").mark == "not_applicable"


@pytest.mark.node
@pytest.mark.req("B6", "rule")
def test_the_reference_implementation_takes_a_badge_that_carries_its_way(
    award: Award, node: chains.Node
) -> None:
    if node_is_missing():
        pytest.skip(node_is_missing())
    anchor(node)
    carried = json.loads(log_proofs.with_chain_proof(bytes(award.credential)))
    document = documents.did_document(award.achievement.organisation.slug)
    assert document is not None
    with Node(published(document)) as peer:
        assert peer.ask("verify", credential=carried, now="2026-11-24T03:00:00Z").get("verified")
        changed = {**carried, "name": "다른 이름"}
        assert not peer.ask("verify", credential=changed, now="2026-11-24T03:00:00Z").get("verified")


@pytest.mark.node
@pytest.mark.req("B6", "api")
def test_the_printed_script_recomputes_the_proof_and_catches_a_lie(
    award: Award, node: chains.Node, client: Client, tmp_path: Path
) -> None:
    anchor(node)
    digest = log_proofs.digest_of(json.loads(award.credential)).hex()
    proof = client.get(f"/log/{digest}/proof.json").json()
    assert client.get("/log/check_log.py").content == SCRIPT.read_bytes()
    assert len(SCRIPT.read_text("utf-8").splitlines()) <= 50

    def run(document: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        file = tmp_path / "proof.json"
        file.write_text(json.dumps(document))
        return subprocess.run(
            [sys.executable, "-I", str(SCRIPT), str(file), node.url],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    good = run(proof)
    assert good.returncode == 0, good
    assert "in the log" in good.stdout
    assert "the same root" in good.stdout
    for lie in (
        {**proof, "digest": "00" * 32},
        {**proof, "index": proof["index"] + 1},
        {**proof, "chain": {**proof["chain"], "root": "11" * 32}},
    ):
        assert run(lie).returncode == 1


@pytest.mark.node
@pytest.mark.req("B6", "refusal")
def test_the_log_page_says_plainly_that_the_chain_is_away(
    award: Award, node: chains.Node, client: Client
) -> None:
    services.append_waiting(now=make.NOW)
    Head.objects.update(chain_trouble="unavailable: refused", chain_tried_at=make.NOW)
    page = client.get("/log/").content.decode()
    assert "바깥 기록에 닿지 못했습니다" in page
    assert "refused" not in page
