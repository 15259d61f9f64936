"""Who handled my data: every look, by whom, in what office and why."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make
from tests.factories import NOW

from naite.branches.privacy import access
from naite.roots.audit import services as audit
from naite.trunk.people.models import Role

pytestmark = pytest.mark.django_db


@pytest.mark.req("X6", "rule")
def test_looks_are_told_from_changes_and_nothing_is_without_words() -> None:
    assert access.is_look("people.view_members") and not access.is_look("delivery.enrol")
    assert str(access.words_of("things.export_list")) == "내 정보를 내려받거나 인쇄했습니다"
    assert str(access.words_of("things.juggle")) == "내 정보를 다루었습니다"


@pytest.mark.req("X6", "browser")
def test_a_list_names_everyone_on_it(client: Client) -> None:
    school = make.organisation("한강평생학습관")
    staff = make.staff(school)
    mine, other, stranger = make.person(), make.person(), make.person()
    audit.record("delivery.view_participants", actor=staff, now=NOW, people=[mine.pk, other.pk, mine.pk])
    audit.record("assessment.grade", actor=staff, now=NOW, about=mine.pk, reason="다시 매김")
    audit.record("people.change_profile", actor=mine, now=NOW, about=mine.pk)
    _page, rows = access.history(mine, number=None, others_only=True)
    assert [
        (str(row.what), row.who, row.as_what, row.why) for row in sorted(rows, key=lambda r: r.looked)
    ] == [
        ("점수를 적었습니다", "한강평생학습관", "기관 담당자", "다시 매김"),
        ("신청자 명단을 보았습니다", "한강평생학습관", "기관 담당자", ""),
    ]
    assert len(access.history(mine, number=None, others_only=False)[1]) == 3
    assert len(access.history(other, number=None, others_only=True)[1]) == 1
    assert access.history(stranger, number=None, others_only=True)[1] == []
    client.force_login(mine)
    html = client.get("/my/account/history/").content.decode()
    assert "한강평생학습관" in html and "내 정보를 바꾸었습니다" not in html
    assert "내 정보를 바꾸었습니다" in client.get("/my/account/history/?who=all").content.decode()


def test_the_office_shown_is_the_one_of_that_time() -> None:
    before, after = make.organisation("옛 학습관"), make.organisation("새 학습관")
    staff, mine = make.person(), make.person()
    make.role(staff, before, Role.INSTITUTION_STAFF, valid_until=NOW - timedelta(days=10))
    make.role(staff, after, Role.INSTITUTION_STAFF, valid_from=NOW - timedelta(days=10))
    for days in (20, 1):
        audit.record("people.view_members", actor=staff, now=NOW - timedelta(days=days), about=mine.pk)
    _page, rows = access.history(mine, number=None, others_only=True)
    assert [row.who for row in rows] == ["새 학습관", "옛 학습관"]


def test_system_link_and_manner() -> None:
    mine, grandchild = make.person(), make.person("한새봄")
    audit.record("records.add_entry", actor=None, now=NOW, about=mine.pk)
    audit.record("wallet.view_shared", actor=None, now=NOW - timedelta(days=1), about=mine.pk)
    audit.record(
        "records.view_account",
        actor=grandchild,
        now=NOW - timedelta(days=2),
        about=mine.pk,
        role="representative",
    )
    _page, rows = access.history(mine, number=None, others_only=True)
    assert [(row.who, row.as_what) for row in rows] == [
        ("나이테", "자동"),
        ("받은 사람", ""),
        ("한새봄", "대리인"),
    ]


def test_long_histories_are_paged_with_as_many_queries(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    school, mine = make.organisation(), make.person()
    client.force_login(mine)
    counts = []
    for many in (3, 60):
        for _ in range(many):
            audit.record("people.view_members", actor=make.staff(school), now=NOW, about=mine.pk)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/my/account/history/").status_code == 200
        counts.append(len(captured))
    assert counts[1] <= counts[0] + 1
    assert "2 / 3쪽" in client.get("/my/account/history/?page=2").content.decode()
