"""Portfolios: composing without losing anything, links that show exactly what was chosen, doors."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests import factories as make
from tests import portfolio_rows as rows
from tests.threads import all_at_once

from naite.flows import portfolios as flow
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.badges import services as badges
from naite.trunk.records.models import Entry
from naite.trunk.wallet.erasing import erase_wallet
from naite.trunk.wallet.models import Portfolio, PortfolioLink, PortfolioLook, PortfolioShare
from naite.trunk.wallet.portfolios import composing, queries, rules, sharing
from naite.trunk.wallet.portfolios.rules import Block

NOW, TODAY = make.NOW, date(2026, 11, 24)


def block(name: str, kind: Any = "badge") -> Block:
    return Block(id=name, kind=kind, source=name)


@pytest.mark.req("B8", "rule")
@pytest.mark.parametrize(
    ("name", "step", "order"),
    [("a", -1, "abc"), ("a", 1, "bac"), ("b", 1, "acb"), ("c", 1, "abc"), ("x", 1, "abc")],
)
def test_blocks_move_by_one(name: str, step: int, order: str) -> None:
    found = rules.moved([block(each) for each in "abc"], name, step)
    assert "".join(each.id for each in found) == order


@pytest.mark.req("B8", "rule")
def test_a_thing_is_there_once() -> None:
    one, two = uuid4(), uuid4()
    first = rules.added([], "badge", [one, one])
    assert [each.source for each in rules.added(first, "badge", [two, one])] == [str(one), str(two)]
    assert len(rules.added(first, "entry", [one])) == 2  # another kind is another thing


@pytest.mark.req("B8", "rule")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "가" * 81}, "title"),
        ({"intro": "가" * 1001}, "intro"),
        ({"intro": "900101-1234568"}, "intro"),
        ({"purpose": "spam"}, "purpose"),
        ({"layout": "spam"}, "layout"),
    ],
)
def test_what_a_face_cannot_say(changes: dict[str, Any], field: str) -> None:
    found = rules.face_faults(
        rows.face(**changes), purposes=Portfolio.Purpose.values, layouts=Portfolio.Layout.values
    )
    assert list(found) == [field]


@pytest.mark.req("B8", "rule")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"audience": ""}, "audience"),
        ({"until": None}, "until"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"until": TODAY + timedelta(days=366)}, "until"),
        ({"gate": "everybody"}, "gate"),
    ],
)
def test_what_a_link_cannot_be(changes: dict[str, Any], field: str) -> None:
    given = {"audience": "채용", "until": TODAY, "gate": "open", **changes}
    assert list(rules.link_faults(**given, gates=PortfolioShare.Gate.values, today=TODAY)) == [field]


@pytest.mark.req("B8", "rule")
@pytest.mark.parametrize(
    ("agent", "robot"),
    [
        ("facebookexternalhit/1.1; kakaotalk-scrap/1.0", True),
        ("Slackbot-LinkExpanding 1.0", True),
        ("Mozilla/5.0 (iPhone) Safari/604.1 KAKAOTALK 10.1", False),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131 Safari/537.36", False),
    ],
)
def test_programs_that_draw_previews_are_known(agent: str, robot: bool) -> None:
    assert rules.is_robot(agent) is robot


@pytest.fixture
def learner(db: None) -> rows.Learner:
    return rows.learner()


@pytest.mark.req("B8", "refusal")
def test_only_the_owner_composes(learner: rows.Learner) -> None:
    page = rows.page(learner)
    other = rows.learner("윤새봄")
    for actor in (other.account.person, None):
        with pytest.raises(NotAllowed):
            composing.make(account=learner.account, face=rows.face(), actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            composing.arrange(
                portfolio=page, block_id=page.blocks[0]["id"], do="up", version=3, actor=actor, now=NOW
            )
        with pytest.raises(NotAllowed):
            rows.shared(page, actor=actor)
        with pytest.raises(NotAllowed):
            composing.remove(portfolio=page, actor=actor, now=NOW)
    with pytest.raises(Refused, match="지워진 것"):
        composing.choose(
            portfolio=page,
            holding_ids=[other.holding.id],
            entry_ids=[],
            certificate_ids=[],
            version=page.version,
            actor=learner.account.person,
            now=NOW,
        )


@pytest.mark.req("B8", "refusal")
def test_the_second_window_is_told(learner: rows.Learner) -> None:
    page = rows.page(learner)
    seen = page.version
    person = learner.account.person
    first, last = page.blocks[0]["id"], page.blocks[-1]["id"]
    composing.arrange(portfolio=page, block_id=first, do="down", version=seen, actor=person, now=NOW)
    with pytest.raises(composing.Stale):
        composing.arrange(portfolio=page, block_id=last, do="remove", version=seen, actor=person, now=NOW)
    kept = Portfolio.objects.get(id=page.id)
    assert [each["id"] for each in kept.blocks] == [
        page.blocks[0]["id"],
        first,
        *(each["id"] for each in page.blocks[2:]),
    ]
    assert kept.version == seen + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("B8", "rule")
def test_of_two_changes_at_once_one_wins() -> None:
    page = rows.page(rows.learner())
    person = page.account.person

    def change(number: int) -> str:
        try:
            composing.change_face(
                portfolio=Portfolio.objects.select_related("account__person").get(id=page.id),
                face=rows.face(title=f"제목 {number}"),
                version=page.version,
                actor=person,
                now=NOW,
            )
        except composing.Stale:
            return "told"
        return "done"

    assert sorted(all_at_once([lambda: change(1), lambda: change(2)])) == ["done", "told"]


@pytest.mark.req("B8", "rule")
def test_a_link_shows_exactly_what_was_chosen(learner: rows.Learner) -> None:
    page = rows.page(learner, shows_name=False, shows_email=False)
    person = learner.account.person
    hidden, bare = page.blocks[2]["id"], page.blocks[1]["id"]
    composing.arrange(portfolio=page, block_id=hidden, do="hide", version=page.version, actor=person, now=NOW)
    composing.change_block(
        portfolio=page,
        block_id=bare,
        heading="",
        text="",
        shown=True,
        details=False,
        version=page.version,
        actor=person,
        now=NOW,
    )
    share, token = rows.shared(page)
    said = str(share.content)
    assert "도서관 자원봉사" not in said  # hidden
    shown = {each["id"]: each["facts"] for each in share.content["blocks"]}
    assert "hours" not in shown[bare]
    assert person.name not in said
    assert person.email not in said
    assert "1968" not in said
    composing.write_text(
        portfolio=page, heading="비밀", text="나중 글", version=page.version, actor=person, now=NOW
    )
    found = queries.linked(token)
    assert found
    assert "나중 글" not in str(found.share.content)
    sharing.refresh(portfolio=page, share=share, version=page.version, actor=person, now=NOW)
    found = queries.linked(token)
    assert found
    assert "나중 글" in str(found.share.content)


@pytest.mark.req("B8", "rule")
def test_things_are_looked_up_and_verified_anew(learner: rows.Learner) -> None:
    share, _token = rows.shared(rows.page(learner))
    account = learner.account
    seen = flow.look(share.content, account=account, now=NOW)
    assert (seen.checked, seen.odd) == ("배지 1개, 기록 2건", [])
    assert seen.tree_count == 2
    badges.revoke(
        account_id=account.pk,
        award_id=learner.holding.award_id,
        reason="잘못 줌",
        actor=None,
        now=NOW,
    )
    Entry.objects.filter(id=learner.written.id).update(voided_at=NOW)
    seen = flow.look(share.content, account=account, now=NOW)
    assert [(piece.title, str(piece.state)) for piece in seen.odd] == [
        ("경력전환 상담사 기초", "취소됨"),
        ("도서관 자원봉사", "거둔 기록"),
    ]
    learner.holding.delete()
    seen = flow.look(share.content, account=account, now=NOW)
    assert str(seen.of("badge")[0].state) == "주인이 뺀 것"


@pytest.mark.req("B8", "refusal")
def test_a_link_ends_by_time_by_withdrawal_and_with_the_account(learner: rows.Learner) -> None:
    share, _token = rows.shared(rows.page(learner))
    assert sharing.state_at(share, NOW) == "open"
    assert sharing.state_at(share, share.expires_at) == "expired"
    with pytest.raises(NotAllowed):
        sharing.withdraw(share=share, actor=make.person(), now=NOW)
    sharing.withdraw(share=share, actor=learner.account.person, now=NOW)
    sharing.withdraw(share=share, actor=learner.account.person, now=NOW)
    assert sharing.state_at(share, NOW) == "withdrawn"
    assert AuditEvent.objects.filter(action="wallet.withdraw_portfolio_share").count() == 1
    second, token = rows.shared(rows.page(learner))
    composing.remove(
        portfolio=Portfolio.objects.select_related("account__person").get(id=second.portfolio_id),
        actor=learner.account.person,
        now=NOW,
    )
    found = queries.linked(token)
    assert found
    assert sharing.state_at(found.share, NOW) == "withdrawn"
    third, _token = rows.shared(rows.page(learner), gate="mail", recipient="hr@example.kr")
    erase_wallet(account_id=learner.account.pk, now=NOW)
    third.refresh_from_db()
    assert (third.content, third.recipient, third.withdrawn_at) == ({}, "", NOW)
    assert not Portfolio.objects.exists()


@pytest.mark.req("B8", "refusal")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gate": "password", "password": "12345"}, "password"),
        ({"gate": "mail", "recipient": "nobody"}, "recipient"),
        ({"audience": ""}, "audience"),
    ],
)
def test_a_door_needs_its_key(learner: rows.Learner, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rows.shared(rows.page(learner), **changes)
    assert list(refused.value.fields) == [field]
    assert not PortfolioShare.objects.exists()


@pytest.mark.req("B8", "refusal")
def test_nothing_is_shown_that_was_not_seen(learner: rows.Learner) -> None:
    page = rows.page(learner)
    with pytest.raises(Refused, match="바뀌었습니다"):
        rows.shared(page, version=page.version - 1)
    empty = composing.make(
        account=page.account, face=rows.face(intro=""), actor=learner.account.person, now=NOW
    )
    empty.account = page.account
    with pytest.raises(Refused, match="보여 줄 것이 없습니다"):
        rows.shared(empty)


def open_it(token: str, key: str, *, now: Any = NOW) -> None:
    found = queries.linked(token)
    assert found
    sharing.open_share(link=found.link, share=found.share, key=key, client="컴퓨터", viewer=None, now=now)


@pytest.mark.req("B8", "refusal")
def test_five_wrong_passwords_close_the_door_for_an_hour(learner: rows.Learner) -> None:
    share, token = rows.shared(rows.page(learner), gate="password", password="correct horse")
    for _try in range(5):
        with pytest.raises(sharing.WrongKey):
            open_it(token, "guess")
    with pytest.raises(sharing.Locked):
        open_it(token, "correct horse")
    open_it(token, "correct horse", now=NOW + timedelta(minutes=61))
    share.refresh_from_db()
    assert share.look_count == 1
    assert PortfolioLook.objects.filter(act="wrong").count() == 5


@pytest.mark.req("B8", "refusal")
def test_the_named_person_opens_with_a_number_from_the_mail(learner: rows.Learner) -> None:
    _share, token = rows.shared(rows.page(learner), gate="mail", recipient="HR@example.kr")

    def letter() -> str:
        found = queries.linked(token)
        assert found
        sharing.send_code(link=found.link, share=found.share, client="컴퓨터", now=NOW)
        message = Message.objects.latest("created_at", "id")
        assert message.address == "hr@example.kr"
        code = re.search(r"\b\d{6}\b", message.body)
        assert code
        return code[0]

    with pytest.raises(sharing.WrongKey):
        open_it(token, "")  # none was sent yet
    former, latest = letter(), letter()
    if former != latest:
        with pytest.raises(sharing.WrongKey):
            open_it(token, former)
    with pytest.raises(sharing.WrongKey):
        open_it(token, latest, now=NOW + timedelta(minutes=15))
    open_it(token, f" {latest[:3]} {latest[3:]} ")
    with pytest.raises(sharing.WrongKey):
        open_it(token, latest)  # each opens once
    for _letter in range(3):
        letter()
    with pytest.raises(sharing.Locked):
        letter()
    assert PortfolioLink.objects.get().codes_sent == 5
