"""What is issued follows the data models of Open Badges 3.0 and CLR 2.0 property by property."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import orjson
import pytest

from credcore import clr, model, proofs
from credcore.errors import InvalidDocument
from credcore.shapes import read
from credcore.status import Bitstring, status_entry
from credcore.templates import FastIssuer, Template
from credcore.verify import verify
from tests.credcore.samples import ISSUER, LEARNER, LIST_URL, NOW, World, achievement, credential
from tests.credcore.structure import problems

HOLDS = "https://naite.example/status/2"


def full() -> dict[str, Any]:
    """A badge with everything that the builders know."""
    description = model.ResultDescription(
        id="urn:uuid:r1",
        name="등급",
        result_type="LetterGrade",
        allowed_value=("가", "나"),
        required_value="나",
    )
    return credential(
        description="마을 기록을 남긴 사람에게 줍니다.",
        image=model.Image(id="https://naite.example/b/2.png"),
        subject=model.AchievementSubject(
            id=LEARNER,
            achievement=achievement(
                result_description=(description,),
                creator=model.Profile(id=ISSUER, name="서울시 평생학습관"),
                credits_available=30,
                human_code="성취/기록",
            ),
            activity_end_date=NOW,
            credits_earned=30.5,
            narrative="열심히 했습니다.",
            result=(model.Result(result_description="urn:uuid:r1", value="가", status="Completed"),),
        ),
        evidence=(model.Evidence(name="기록물", narrative="시장", genre="Essay", description="글"),),
        valid_until=NOW + timedelta(days=900),
        status=status_entry(LIST_URL, 5),
        terms_of_use=[status_entry(HOLDS, 7, "suspension")],
    )


def test_badges_follow_the_data_model_on_every_way_of_issuing() -> None:
    world = World()
    assert problems(world.issue(full())) == []
    assert problems(world.issue(credential())) == []
    template = Template(full(), world.signer)
    values = [read(full(), path) for path in template.holes]
    assert problems(orjson.loads(next(template.issue_many([values], created=NOW)).data)) == []
    issuer = FastIssuer(world.signer)
    for _ in range(3):
        assert problems(orjson.loads(issuer.issue(full(), created=NOW).data)) == []


def test_records_follow_the_data_model() -> None:
    world = World()
    record = clr.build_clr_credential(
        id="urn:uuid:5",
        issuer=model.Profile(id=ISSUER, name="서울시 평생학습관"),
        subject_id=LEARNER,
        credentials=[world.issue(full()), world.issue(credential(id="urn:uuid:6"))],
        name="기록",
        valid_from=NOW,
    )
    assert problems(proofs.sign(record, world.signer, created=NOW)) == []


@pytest.mark.parametrize(
    "path",
    [
        ("id",),
        ("issuer", "id"),
        ("credentialSubject", "achievement", "criteria"),
        ("credentialSubject", "achievement", "description"),
        ("credentialStatus", "statusListIndex"),
        ("evidence", 0, "type"),
        ("proof", "proofValue"),
    ],
)
def test_the_tables_miss_what_is_missing_and_see_what_is_too_much(path: tuple[Any, ...]) -> None:
    badge = World().issue(full())
    without = copy.deepcopy(badge)
    del read(without, path[:-1])[path[-1]]
    assert problems(without)
    more = copy.deepcopy(badge)
    read(more, path[:-1])["unheardOf"] = "x"
    assert problems(more)
    assert problems({**badge, "credentialStatus": [badge["credentialStatus"]]})


def test_one_status_counts_for_revocation_and_a_term_of_use_for_suspension() -> None:
    world = World()
    revoked, held = Bitstring(), Bitstring()
    data = orjson.dumps(world.issue(full()))

    def verdict() -> str:
        world.publish_list(revoked)
        world.publish_list(held, "suspension", HOLDS)
        found = {
            verify(data, resolvers=world.resolvers, now=NOW).verdict,
            verify(data, resolvers=world.resolvers, now=NOW, cache=None).verdict,
        }
        assert len(found) == 1
        return found.pop()

    assert [verdict() for _ in range(3)] == ["valid"] * 3  # the last by a matcher
    held.set(7)
    assert verdict() == "suspended"
    revoked.set(5)
    assert verdict() == "revoked"
    held.set(7, 0)
    revoked.set(5, 0)
    assert verdict() == "valid"
    del world.lists[HOLDS]
    assert verify(data, resolvers=world.resolvers, now=NOW).verdict == "unknown"


def test_several_statuses_are_refused_at_issue_and_read_from_others() -> None:
    world = World()
    several = {
        **credential(),
        "credentialStatus": [status_entry(LIST_URL, 5), status_entry(HOLDS, 7, "suspension")],
    }
    with pytest.raises(InvalidDocument, match=r"credentialStatus \[0\.\.1\]"):
        world.issue(several)
    bits = Bitstring()
    bits.set(7)
    world.publish_list(Bitstring())
    world.publish_list(bits, "suspension", HOLDS)
    signed = orjson.dumps(proofs.sign(several, world.signer, created=NOW))
    assert verify(signed, resolvers=world.resolvers, now=NOW).verdict == "suspended"


def test_a_hold_cannot_be_moved_out_of_sight() -> None:
    """The same signed statement, written where nobody looks for a status."""
    world = World()
    badge = world.issue(full())
    hidden = copy.deepcopy(badge)
    hidden["evidence"].append({"id": badge["id"], "type": ["Evidence"]})
    hidden["evidence"][-1]["termsOfUse"] = hidden.pop("termsOfUse")
    report = verify(orjson.dumps(hidden), resolvers=world.resolvers, now=NOW)
    assert report.outcome != "valid"
