"""What a desk shows for an address: plain values, no database."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from naite.web.desk import Work, asked
from naite.web.desk.asked import Asked, bucket, choices, chosen

TODAY = date(2026, 11, 24)
ME, OTHER = UUID(int=1), UUID(int=2)


def work(title: str, days: int | None = None, **fields: object) -> Work:
    due = None if days is None else TODAY + timedelta(days=days)
    given = {"kind": "receive", "label": "접수", "sub": "", "url": "/", "state": "", **fields}
    return Work(title=title, due_on=due, **given)  # type: ignore[arg-type]


@pytest.mark.req("A1", "rule")
@pytest.mark.parametrize(
    ("days", "turn", "there"),
    [
        (-1, "mine", "late"),
        (0, "mine", "today"),
        (1, "mine", "week"),
        (6, "mine", "week"),
        (7, "mine", "later"),
        (None, "mine", "later"),
        (-1, "others", "others"),
    ],
)
def test_the_week_is_today_and_the_six_days_after_it(days: int | None, turn: str, there: str) -> None:
    assert bucket(work("가", days, turn=turn), TODAY) == there


@pytest.mark.req("A1", "rule")
def test_filters_narrow_and_each_keeps_the_others() -> None:
    works = [
        work("나", 3, handler_id=ME, round="1차", region="서울특별시 마포구"),
        work("가", -1, handler_id=OTHER, handler="박준호", round="2차", region="부산광역시 해운대구"),
        work("다", kind="forward", needs_handler=True),
        work("라", -2, turn="others"),
    ]

    def titles(**wanted: str) -> str:
        return "".join(each.title for each in chosen(works, Asked.of(wanted), me=ME, today=TODAY))

    assert titles() == "가나다"
    assert titles(sort="title") == "가나다"
    assert titles(due="late") == "가"
    assert titles(due="others") == "라"
    assert (titles(who="me"), titles(who="nobody"), titles(who=str(OTHER))) == ("나", "다", "가")
    assert (titles(round="2차"), titles(region="서울특별시"), titles(q="준호")) == ("가", "나", "가")
    assert titles(kind="forward", due="late") == ""
    assert titles(sort="drop table", page="x") == "가나다"
    wanted = Asked.of({"due": "late", "round": "2차"})
    assert Asked.of({"due": "week", "round": "2차"}).query() == wanted.query(due="week")
    found = choices(works, me=ME)
    assert [(key, n) for key, _label, n in found.kinds] == [("receive", 2), ("forward", 1)]
    assert (found.rounds, found.regions) == (["2차", "1차"], ["부산광역시", "서울특별시"])
    assert found.people == [(str(OTHER), "박준호")]
    assert asked.count(works, TODAY) == {"late": 1, "week": 1, "later": 1, "others": 1}
