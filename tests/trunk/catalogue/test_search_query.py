from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.trunk.catalogue.search_query import FACETS, SearchQuery, Sort


def parse(text: str) -> SearchQuery:
    query, errors = SearchQuery.parse(parse_qs(text))
    assert errors == {}
    return query


def test_empty_means_everything() -> None:
    assert parse("") == SearchQuery()
    assert parse("q=&region=&sort=") == SearchQuery()
    assert SearchQuery().querystring() == ""


def test_values_are_put_in_order_once() -> None:
    query = parse("state=closed&state=open&state=open&q=+아침++요가+&page=3")
    assert query.state == ("open", "closed")
    assert query.q == "아침 요가"
    assert query.page == 3


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize(
    "text",
    ["region=서울", "region=9", "state=gone", "area=x&area=civic", "sort=price", "page=0", "page=-1", "page=x",
     "page=99999999999999", "size=0", "size=101", "size=½", "page=²"],
)  # fmt: skip
def test_what_cannot_be_used_is_named_and_left_out(text: str) -> None:
    query, errors = SearchQuery.parse(parse_qs(text))
    assert list(errors) == [text.split("=")[0]]
    assert query in {SearchQuery(), SearchQuery(area=("civic",))}


def test_order_follows_the_text_unless_asked() -> None:
    assert SearchQuery().order == Sort.DEADLINE
    assert SearchQuery(q="요가").order == Sort.RELEVANCE
    assert SearchQuery(q="요가", sort="start").order == Sort.START
    assert SearchQuery(sort="relevance").order == Sort.DEADLINE


queries = st.builds(
    SearchQuery,
    q=st.sampled_from(["", "요가", "아침 요가 & 명상"]),
    region=st.sampled_from(["", "11000", "11440", "none"]),
    sort=st.sampled_from(["", *Sort.values]),
    page=st.integers(1, 10_000),
    size=st.integers(1, 100),
    **{
        name: st.sets(st.sampled_from([value for value, _ in choices])).map(
            lambda chosen, choices=choices: tuple(value for value, _ in choices if value in chosen)
        )
        for name, choices in FACETS.items()
    },
)


@given(queries)
def test_a_query_string_stands_for_one_search(query: SearchQuery) -> None:
    assert parse(query.querystring()) == query


@given(
    st.dictionaries(
        st.sampled_from([*FACETS, "q", "region", "sort", "page", "size", "x"]), st.lists(st.text())
    )
)
def test_any_input_gives_a_search(given: dict[str, list[str]]) -> None:
    query, _errors = SearchQuery.parse(given)
    assert parse(query.querystring()) == query
