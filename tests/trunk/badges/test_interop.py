"""The badge that Naite issues, in an implementation that we did not write."""

import json

import pytest
from tests import badge_rows as rows
from tests import factories as make
from tests.credcore.peers import Node, node_is_missing, published

from naite.flows import award as flow
from naite.trunk.badges import documents, services

CREATED = "2026-11-24T03:00:00Z"


@pytest.mark.node
@pytest.mark.django_db
@pytest.mark.req("B5", "rule")
def test_the_reference_implementation_accepts_issued_badges_and_lists_and_refuses_changes() -> None:
    reason = node_is_missing()
    if reason:
        pytest.skip(reason)
    badge = rows.published(name='따옴표 " 와 🌳 나무', tags=["가\u0301", "상담 & 경청"])
    entry = rows.completed(badge.course_version, make.person(), title="줄\n바꿈 <b>과정</b>")
    (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    services.rotate_key(organisation=badge.organisation, actor=make.staff(badge.organisation), now=make.NOW)
    document = documents.did_document(badge.organisation.slug)
    assert document is not None
    credential = json.loads(award.credential)
    status = documents.status_list(award.revocation_list_id)
    assert status is not None
    with Node(published(document)) as node:
        for signed in (credential, json.loads(status.body)):
            answer = node.ask("verify", credential=signed, now=CREATED)
            assert answer.get("verified"), answer
        for path, value in (("name", "다른 이름"), ("validFrom", "2020-01-01T00:00:00Z")):
            assert not node.ask("verify", credential={**credential, path: value}, now=CREATED).get("verified")
        subject = {**credential["credentialSubject"], "creditsEarned": 99}
        changed = {**credential, "credentialSubject": subject}
        assert not node.ask("verify", credential=changed, now=CREATED).get("verified")
