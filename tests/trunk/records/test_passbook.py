"""The paper passbook: printed lines never move, new ones come after, nothing is printed twice."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.world import entry

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.records import passbook, services
from naite.trunk.records.models import Entry, Passbook
from naite.trunk.records.passbook import ROWS, pages, pending_lines

pytestmark = pytest.mark.req("X3", "rule")
THINGS = st.builds(
    Entry,
    id=st.builds(uuid4),
    title=st.text("가나다 a", min_size=1, max_size=60).filter(str.strip),
    provider_name=st.text("가나다", max_size=30),
    hours=st.decimals(0, 99, places=1),
    completed_on=st.dates(date(2000, 1, 1), date(2026, 11, 24)),
    source=st.just("learner"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.lists(THINGS, max_size=15), st.integers(0, 5)), min_size=1, max_size=5))
def test_however_the_account_changes_the_paper_stays_true(steps: list[tuple[list[Entry], int]]) -> None:
    live: list[Entry] = []
    printed: list[passbook.Line] = []
    laid: dict[int, list[passbook.Line]] = {}
    for added, gone in steps:
        live = live[gone:] + added
        new = pending_lines(printed, live)
        book = pages(printed, new)
        # What stood on a page stands there still, in the same rows.
        for page in book:
            before = laid.get(page.number, [])
            assert [each.line for each in page.lines][: len(before)] == before
            assert sum(each.line.rows for each in page.lines) <= ROWS
        laid = {page.number: [each.line for each in page.lines] for page in book}
        printed += new
        assert pending_lines(printed, live) == []
        assert Decimal(printed[-1].total if printed else 0) == sum((e.hours for e in live), Decimal(0))
    standing: set[str] = set()
    for line in printed:
        (standing.discard if line.taken else standing.add)(line.entry)
    assert standing == {str(UUID(str(each.id))) for each in live}


@pytest.mark.django_db
class TestBook:
    def test_printed_once_only_what_came_after_is_new(self) -> None:
        account = make.account()
        entry(account, 2020, "10", title="엑셀 실무")
        first = passbook.book_of(account)
        assert [line.title for line in first.pending] == ["엑셀 실무"]
        passbook.confirm_printed(account=account, seen=first.seen, actor=account.person, now=NOW)
        assert passbook.book_of(account).pending == ()
        entry(account, 2014, "20", title="더 오래된 배움")
        again = passbook.book_of(account)
        assert [(line.title, line.total) for line in again.pending] == [("더 오래된 배움", "30")]
        (page,) = again.pages
        assert [each.new for each in page.lines] == [False, True]

    def test_what_was_taken_out_is_taken_off_by_a_line_of_its_own(self) -> None:
        account = make.account()
        one = entry(account, 2020, "10", title="엑셀 실무", source=Entry.Source.LEARNER)
        book = passbook.book_of(account)
        passbook.confirm_printed(account=account, seen=book.seen, actor=account.person, now=NOW)
        services.void_entry(entry=one, reason="잘못 적음", actor=account.person, now=NOW)
        (line,) = passbook.book_of(account).pending
        assert (line.taken, line.hours, line.total) == (True, "-10", "0")

    def test_confirmed_twice_is_kept_once_and_an_old_page_is_told(self) -> None:
        account = make.account()
        entry(account, 2020)
        book = passbook.book_of(account)
        for _ in range(2):
            passbook.confirm_printed(account=account, seen=book.seen, actor=account.person, now=NOW)
        assert len(Passbook.objects.get().lines) == 1
        entry(account, 2021)
        late = passbook.book_of(account)
        entry(account, 2021)
        with pytest.raises(Refused, match="그 사이에"):
            passbook.confirm_printed(account=account, seen=late.seen, actor=account.person, now=NOW)
        assert len(Passbook.objects.get().lines) == 1

    def test_nobody_else_prints_it(self) -> None:
        account = make.account()
        entry(account, 2020)
        book = passbook.book_of(account)
        for someone in (make.person("다른 이"), None):
            with pytest.raises(NotAllowed):
                passbook.confirm_printed(account=account, seen=book.seen, actor=someone, now=NOW)
            with pytest.raises(NotAllowed):
                passbook.begin_anew(account=account, actor=someone, now=NOW)

    def test_a_new_book_begins_with_all_lines(self) -> None:
        account = make.account()
        entry(account, 2020)
        book = passbook.book_of(account)
        passbook.confirm_printed(account=account, seen=book.seen, actor=account.person, now=NOW)
        passbook.begin_anew(account=account, actor=account.person, now=NOW)
        assert len(passbook.book_of(account).pending) == 1
