from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.badges import issuer_file, issuers, names
from naite.trunk.badges.models import IssuerDecision, ListedIssuer
from naite.trunk.badges.services import issuer_list
from naite.trunk.people.models import Organisation, Person, Role

DID = "did:web:college.example"
pytestmark = pytest.mark.django_db


def operator() -> Person:
    return make.person("운영자", is_operator=True)


def draft(**changes: Any) -> issuer_list.Draft:
    fields: dict[str, Any] = {
        "issuer": DID,
        "name": "다른 대학",
        "standing": "trusted",
        "reason": "고등교육법의 대학입니다",
        "valid_from": date(2026, 11, 1),
    }
    return issuer_list.Draft(**(fields | changes))


def decide(actor: Person | None, seen: int = 0, **changes: Any) -> IssuerDecision:
    return issuer_list.decide(draft=draft(**changes), seen=seen, actor=actor, now=make.NOW)


def standing(issuer: str = DID) -> str:
    return issuers.IssuerList(make.NOW).standing(issuer).state


@pytest.mark.req("B9", "rule")
def test_operators_and_the_national_institute_decide_and_every_version_stays() -> None:
    institute = make.organisation("국가평생교육진흥원", kind=Organisation.Kind.NATIONAL_INSTITUTE)
    officer = make.staff(institute, Role.NATIONAL_OFFICER)
    first = decide(operator())
    second = decide(officer, 1, standing="removed", reason="문을 닫았습니다")
    assert (first.number, second.number, second.office) == (1, 2, institute)
    assert standing() == "removed"
    now, then = issuers.listed(now=make.NOW), issuers.listed(now=make.NOW, upto=1)
    assert [each.standing.state for each in (*now, *then)] == ["removed", "trusted"]
    assert [item.number for item in now[0].decisions] == [2, 1]
    assert AuditEvent.objects.filter(action="badges.decide_issuer").count() == 2


@pytest.mark.req("B9", "refusal")
def test_others_may_not_and_bad_input_changes_nothing() -> None:
    for who in (
        None,
        make.person(),
        make.staff(make.organisation()),
        make.staff(make.organisation(), Role.LOCAL_OFFICER),
    ):
        with pytest.raises(NotAllowed):
            decide(who)
    wrong = {
        "issuer": {"issuer": "http://x.example"},
        "name": {"name": " "},
        "reason": {"reason": ""},
        "valid_until": {"valid_until": date(2026, 11, 1)},
        "evidence_url": {"evidence_url": "javascript:alert(1)"},
        "standing": {"standing": "loved"},
    }
    someone = operator()
    for field, changes in wrong.items():
        with pytest.raises(Invalid) as refusal:
            decide(someone, **changes)
        assert list(refusal.value.fields) == [field]
    with pytest.raises(Invalid):
        decide(someone, standing="removed", valid_until=date(2027, 1, 1))
    assert not ListedIssuer.objects.exists()


@pytest.mark.req("B9", "refusal")
def test_who_decides_on_what_is_no_longer_so_is_told() -> None:
    someone = operator()
    decide(someone)
    with pytest.raises(Refused) as refusal:
        decide(someone, 0, standing="watched", reason="살펴봅니다")
    assert refusal.value.code == "changed_meanwhile"
    assert standing() == "trusted"
    decide(someone, 1, standing="watched", reason="살펴봅니다")
    assert standing() == "watched"


@pytest.mark.req("B9", "rule")
def test_a_second_person_where_asked_for_but_taking_off_never_waits(settings: Any) -> None:
    settings.ISSUER_LIST_SECOND_PERSON = True
    first, second = operator(), operator()
    proposed = decide(first)
    assert (proposed.state, proposed.number, standing()) == ("proposed", None, "unlisted")
    with pytest.raises(NotAllowed):
        issuer_list.confirm(decision=proposed, actor=first, now=make.NOW)
    with pytest.raises(Refused):  # one proposal at a time
        decide(second)
    issuer_list.confirm(decision=proposed, actor=second, now=make.NOW)
    assert standing() == "trusted"
    with pytest.raises(Refused):
        issuer_list.decline(decision=proposed, actor=second, now=make.NOW)
    decide(first, 1, standing="removed", reason="가짜 배지를 주었습니다")
    assert standing() == "removed"


@pytest.mark.req("B9", "rule")
def test_who_issues_here_is_listed_until_somebody_decides_and_is_told_of_it(settings: Any) -> None:
    settings.TRUSTED_ISSUERS = ["did:web:friend.example"]
    own = make.organisation()
    staff = make.staff(own)
    did = names.issuer_did(own.slug)
    found = issuers.IssuerList(make.NOW).standing(did)
    assert (found.state, found.own) == ("trusted", True)
    assert (standing("did:web:friend.example"), standing("did:web:nobody.example")) == ("trusted", "unlisted")
    decide(operator(), issuer=did, standing="watched", reason="민원을 살펴봅니다")
    assert standing(did) == "watched"
    note = Message.objects.get(person_id=staff.pk)
    assert "민원을 살펴봅니다" in note.body


@pytest.mark.req("B9", "rule")
def test_many_look_ups_of_one_issuer_ask_once() -> None:
    decide(operator())
    book = issuers.IssuerList(make.NOW)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for _number in range(50):
            assert book.trust(DID) == "trusted"
    assert len(queries) == 1


@pytest.mark.req("B9", "rule")
def test_out_to_a_table_and_in_again_changes_nothing_and_a_change_is_seen_first() -> None:
    someone = operator()
    decide(someone)
    decide(
        someone,
        1,
        issuer="https://b.example/issuer",
        name="나",
        standing="removed",
        reason="끝",
        keeps_past=False,
    )
    listed = issuers.listed(now=make.NOW)
    rows = [list(issuer_file.COLUMNS), *issuer_file.rows_of(listed)]
    drafts, faults = issuer_file.read("\n".join("\t".join(row) for row in rows).encode("cp949"))
    assert not faults
    assert issuer_file.changes(drafts, listed) == []
    rows[1][2], rows[1][3] = "지켜봄", "살펴봅니다"
    rows.append(["did:web:new.example", "새 곳", "믿음", "까닭", "2026. 11. 2.", "", "", "", "", ""])
    drafts, faults = issuer_file.read("\n".join("\t".join(row) for row in rows).encode())
    wanted = issuer_file.changes(drafts, listed)
    assert [(each.draft.name, each.is_new) for each in wanted] == [("나", False), ("새 곳", True)] or [
        (each.draft.name, each.is_new) for each in wanted
    ] == [("다른 대학", False), ("새 곳", True)]
    assert issuer_file.from_json(issuer_file.as_json(drafts)) == drafts
    act: dict[str, Any] = {"drafts": [each.draft for each in wanted], "actor": someone, "now": make.NOW}
    with pytest.raises(Refused):
        issuer_list.take_in(**act, seen=1)
    assert issuer_list.take_in(**act, seen=2) == 2
    assert issuers.version_now() == 4


@pytest.mark.req("B9", "refusal")
def test_every_fault_of_a_table_has_its_row() -> None:
    lines = [
        ",".join(issuer_file.COLUMNS),
        "did:web:a.example,가,믿음,까닭,2026-11-01,,,,,",
        "did:web:a.example,나,믿음,까닭,2026-13-01,,,,,",
        "did:web:b.example,다,좋음,까닭,2026-11-01,,,,,",
        "http://c.example,라,믿음,,2026-11-01,,,,,",
        "did:web:a.example,마,뺌,까닭,2026-11-01,,아마도,,,",
        "did:web:a.example,바,뺌,까닭,2026-11-01,,,,,",
    ]
    _drafts, faults = issuer_file.read("\n".join(lines).encode())
    assert [(each.row, each.column) for each in faults] == [
        (3, "시작하는 날"),
        (4, "상태"),
        (5, "발급자 주소"),
        (5, "까닭"),
        (6, "그전 배지"),
        (7, "발급자 주소"),
    ]
    for content in (
        b"",
        b"a,b\n1,2\n",
        (",".join(issuer_file.COLUMNS) + "\n").encode(),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ):
        with pytest.raises(Invalid):
            issuer_file.read(content)
    for rows in ("x", [["a"]], [[1] * 10]):
        with pytest.raises(Invalid):
            issuer_file.from_json(rows)


def test_later_days_wait_for_their_day() -> None:
    decide(operator(), valid_from=make.NOW.date() + timedelta(days=9))
    assert standing() == "unlisted"


@pytest.mark.req("B9", "refusal")
def test_an_older_proposal_does_not_bring_back_what_was_taken_off_since(settings: Any) -> None:
    settings.ISSUER_LIST_SECOND_PERSON = True
    first, second = operator(), operator()
    proposed = decide(first)
    later = make.NOW + timedelta(hours=1)
    off = draft(standing="removed", reason="가짜 배지를 주었습니다")
    issuer_list.decide(draft=off, seen=0, actor=second, now=later)
    with pytest.raises(Refused) as refused:
        issuer_list.confirm(decision=proposed, actor=second, now=later)
    assert (refused.value.code, standing()) == ("changed_meanwhile", "removed")
    issuer_list.decline(decision=proposed, actor=second, now=later)
