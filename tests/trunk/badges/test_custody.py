"""Issuers' keys in another process: badges are signed there, and nothing here could sign them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests import badge_rows as rows
from tests import factories as make
from tests.trunk.badges import signing_agent

from naite.flows import award as flow
from naite.roots import sealing
from naite.trunk.badges import custody, services
from naite.trunk.badges.models import Award, IssuerKey

PATH = "tests.trunk.badges.signing_agent.AgentCustody"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    address = str(tmp_path / "agent")
    monkeypatch.setenv(signing_agent.ADDRESS, address)
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    process = subprocess.Popen(
        [sys.executable, signing_agent.__file__, address], env=env, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.wait()


@pytest.mark.req("B5", "rule")
def test_badges_are_signed_where_the_key_is(db: None, settings: Any, agent: subprocess.Popen[str]) -> None:
    settings.ISSUER_KEY_CUSTODY = PATH
    badge = rows.published()
    entry = rows.completed(badge.course_version)
    (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    key = IssuerKey.objects.get()
    assert key.custody == PATH
    kept = sealing.unseal(bytes(key.sealed_private), purpose="issuer key", row=key.pk.bytes)
    assert kept == str(key.pk).encode()  # a name, no secret
    assert rows.check(bytes(award.credential)).verdict == "valid"
    services.revoke(account_id=award.account_id, award_id=award.id, reason="시험", actor=None, now=make.NOW)
    assert rows.check(bytes(award.credential)).verdict == "revoked"  # the list was signed there too


@pytest.mark.req("B5", "refusal")
def test_while_the_service_is_away_nothing_is_given_and_nothing_lost(
    db: None, settings: Any, agent: subprocess.Popen[str]
) -> None:
    settings.ISSUER_KEY_CUSTODY = PATH
    badge = rows.published()
    services.signer_of(organisation=badge.organisation, now=make.NOW)
    agent.kill()
    agent.wait()
    entry = rows.completed(badge.course_version)
    with pytest.raises(custody.CustodyUnavailable) as refusal:
        services.issue(
            account_id=entry.account_id,
            entry_id=entry.id,
            achievement=badge,
            recipient=services.Recipient(did="did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"),
            now=make.NOW,
        )
    assert refusal.value.status == 503
    assert not Award.objects.exists()


@pytest.mark.req("B5", "rule")
def test_keys_keep_the_custody_that_made_them(db: None, settings: Any, agent: subprocess.Popen[str]) -> None:
    badge = rows.published()
    entry = rows.completed(badge.course_version)
    (first,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    settings.ISSUER_KEY_CUSTODY = PATH
    staff, later = make.staff(badge.organisation), make.NOW + timedelta(days=1)
    services.rotate_key(organisation=badge.organisation, actor=staff, now=later)
    again = rows.completed(badge.course_version)
    (second,) = flow.award_entry(account_id=again.account_id, entry_id=again.id, now=later)
    assert [key.custody for key in IssuerKey.objects.order_by("valid_from")] == [custody.IN_DATABASE, PATH]
    for award in (first, second):
        assert rows.check(bytes(award.credential), now=later).verdict == "valid"


def test_each_custody_is_made_once_and_signs_what_it_says() -> None:
    assert custody.custody_of(custody.IN_DATABASE) is custody.custody_of(custody.IN_DATABASE)
    public, kept = custody.InDatabase().make(uuid4())
    signer = custody.InDatabase().signer(kept=kept, public_key=public, method="did:web:a.example#k")
    assert (len(public), signer.verification_method, len(signer.sign(b"x"))) == (
        32,
        "did:web:a.example#k",
        64,
    )
