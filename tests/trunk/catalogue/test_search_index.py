"""The index on the database that the tests run on; the suite runs on both."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import factories as make
from tests.trunk.catalogue.test_rules import facts

from naite.roots.ids import new_id
from naite.trunk.catalogue.models import Listing, SearchEntry
from naite.trunk.catalogue.queries import state_expression, state_of
from naite.trunk.catalogue.search_index import (
    index_listings,
    listings_matching,
    match,
    rebuild,
    remove_from_index,
    touch_run,
)

pytestmark = pytest.mark.django_db


def listing(title: str, **fields: Any) -> Listing:
    made = make.listing(title, **fields)
    index_listings([made.id])
    return made


def found(text: str) -> set[str]:
    return set(listings_matching(text).values_list("title", flat=True))


@pytest.mark.req("A22", "rule")
@pytest.mark.parametrize(
    "text",
    [
        "요가",
        "아침 요가",
        "요가  아침",
        "요",
        "가",
        "침",
        "YOGA",
        "yog",
        "Ｙｏｇａ",
        "2026",
        "아침요가교실",
        "요가!",
        "(요가)",
    ],
)
def test_found(text: str) -> None:
    listing("아침 요가 교실 Yoga 2026")
    listing("수채화 그리기", provider_name="새솔학습관")
    assert found(text) == {"아침 요가 교실 Yoga 2026"}


def test_decomposed_hangul_is_the_same_word() -> None:
    listing("요가")
    assert found("\u110b\u116d\u1100\u1161") == {"요가"}


@pytest.mark.parametrize("text", ["가요", "교가", "요가 수채화", "침요", "🎉", "", "   ", "''", '"'])
def test_not_found(text: str) -> None:
    listing("아침 요가 교실")
    assert found(text) == set()


def test_two_short_words_side_by_side_do_not_make_a_third() -> None:
    listing("한국 어린이 요리")
    assert found("국어") == set()


def test_every_word_may_stand_in_another_field() -> None:
    listing("아침 요가", region=make.region(), provider_name="마포구청", description="몸을 풉니다")
    assert found("요가 마포 서울특별시") == {"아침 요가"}
    assert found("몸을 요가") == {"아침 요가"}


def test_title_matches_are_told_apart() -> None:
    in_title = listing("요가 교실")
    in_text = listing("아침 운동", description="요가로 하루를 엽니다")
    anywhere, title = match("요가")
    assert set(anywhere) == {in_title.search_entry.id, in_text.search_entry.id}
    assert list(title) == [in_title.search_entry.id]


HOSTILE = [
    '"', "'", "';--", "NEAR(a b)", "title:요가", "a AND", "OR", "NOT a", "^요가", "요가*", "{title}: x", "-요가",
    "요 & | ! <-> (", "\\", "\x00", "\ud800", "%s", "%", "👩‍👩‍👧", "ก็", "½²", "요" * 5000, "가 " * 5000, "\u202e가",
]  # fmt: skip


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_finds_or_not_but_never_fails(text: str) -> None:
    listing("아침 요가 교실")
    found(text)
    match(text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_any_text_can_be_searched_and_indexed(text: str) -> None:
    match(text)
    clean = "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")
    made = listing(clean[:60] or "빈")
    assert SearchEntry.objects.filter(listing=made, live=True).exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.text(st.sampled_from("가나다라마abc12"), min_size=1, max_size=12), st.data())
def test_every_part_of_a_word_is_found(word: str, data: st.DataObject) -> None:
    made = listing(word)
    start = data.draw(st.integers(0, len(word) - 1))
    end = data.draw(st.integers(start + 1, len(word)))
    assert made.search_entry.id in match(word[start:end])[1]


def test_a_change_replaces_the_old_words_and_moves_the_seq_on() -> None:
    made = listing("아침 요가")
    before = SearchEntry.objects.get(listing=made)
    Listing.objects.filter(id=made.id).update(title="저녁 명상")
    index_listings([made.id, made.id])
    after = SearchEntry.objects.get(listing=made)
    assert found("요가") == set()
    assert found("명상") == {"저녁 명상"}
    assert after.id == before.id
    assert after.seq >= before.seq


def test_withdrawn_and_removed_are_not_found_and_come_back() -> None:
    made = listing("아침 요가")
    Listing.objects.filter(id=made.id).update(withdrawn_at=make.NOW)
    index_listings([made.id])
    assert found("요가") == set()
    assert [len(each) for each in match("요가")] == [0, 0]
    Listing.objects.filter(id=made.id).update(withdrawn_at=None)
    index_listings([made.id])
    assert found("요가") == {"아침 요가"}
    remove_from_index([made.id])
    assert found("요가") == set()
    assert rebuild() == 1
    assert found("요가") == {"아침 요가"}


def test_unknown_ids_are_passed_over() -> None:
    index_listings([new_id()])
    remove_from_index([new_id()])
    touch_run(new_id())
    assert SearchEntry.objects.count() == 0


def test_many_at_once() -> None:
    made: list[UUID] = [make.listing(f"강좌 {number}번").id for number in range(1100)]
    index_listings(iter(made))
    assert len(match("강좌")[1]) == 1100
    assert found("1099번") == {"강좌 1099번"}


@pytest.mark.req("A22", "rule")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(facts, min_size=1, max_size=12))
def test_the_database_decides_states_as_the_rule_does(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        make.listing(
            "강좌",
            registration_opens_at=row["opens_at"],
            registration_closes_at=row["closes_at"],
            **{
                key: row[key]
                for key in ("always_open", "capacity", "seats_taken", "takes_waiting", "ends_on")
            },
        )
    for hours in (-30, 0, 30):
        now = make.NOW + timedelta(hours=hours)
        for each in Listing.objects.annotate(state=state_expression(now)):
            assert each.state == state_of(each, now=now)  # type: ignore[attr-defined]
