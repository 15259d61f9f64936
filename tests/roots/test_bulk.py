"""Writing many rows at once, and asking for many."""

import gc
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from tests import badge_rows as rows
from tests import factories as make

from naite.roots import bulk
from naite.roots.among import Among
from naite.roots.audit.models import AuditEvent
from naite.roots.copying import Same
from naite.trunk.badges.models import AwardRow, AwardRun
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db


def event(**given: Any) -> dict[str, Any]:
    return {"at": make.NOW, "action": "tests.act", **given}


def test_all_kinds_of_columns_come_back_as_they_went_in() -> None:
    badge = rows.published()
    run = AwardRun.objects.create(
        organisation=badge.organisation, achievement=badge, source="file", prepared_at=make.NOW
    )
    given = {
        "position": [0, 1],
        "number": [2, 3],
        "email": ["a@example.kr", "따옴표\"'\\\t줄\n@example.kr"],
        "account_id": [uuid4(), None],
        "completed_on": [date(2026, 11, 1), None],
        "hours": [Decimal("12.5"), None],
        "attendance": [Decimal(100), Decimal("0.05")],
        "settled_at": [None, make.NOW],
        "run_id": Same(run.pk),
        "outcome": Same("ready"),
    }
    assert bulk.insert_columns(AwardRow, 2, given) == 2
    found = list(AwardRow.objects.order_by("position"))
    assert len({row.id for row in found}) == 2
    for at, row in enumerate(found):
        for name, values in given.items():
            assert getattr(row, name) == (values.value if isinstance(values, Same) else values[at]), name
        assert (row.reason, row.score) == ("", None)


def test_rows_by_name_take_their_defaults_and_keep_their_json() -> None:
    detail = {"한글": ["ㄱ", 1, None, {"줄": "\n"}]}
    assert bulk.insert(AuditEvent, [event(detail=detail), event(place="곳")]) == 2
    assert [(e.detail, e.place) for e in AuditEvent.objects.order_by("place")] == [(detail, ""), ({}, "곳")]
    assert bulk.insert(AuditEvent, []) == bulk.insert_columns(AuditEvent, 0, {}) == 0


def test_a_conflict_raises_and_keeps_nothing_or_leaves_what_is_there() -> None:
    known = make.person("있던 사람")
    columns: dict[str, Any] = {
        "id": [known.pk, uuid4()],
        "name": ["다른 이름", "새 사람"],
        "email": [None, None],
        "password": Same("!"),
        "joined_at": Same(make.NOW),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert_columns(Person, 2, columns)
    assert Person.objects.count() == 1
    bulk.insert_columns(Person, 2, columns, ignore_conflicts=True)
    assert set(Person.objects.values_list("name", flat=True)) == {"있던 사람", "새 사람"}


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        bulk.insert_columns(AuditEvent, 1, {"colour": ["red"]})
    with pytest.raises(ValueError, match="uneven"):
        bulk.insert_columns(AuditEvent, 2, {"at": [make.NOW]})


def test_what_the_database_refuses_is_told_in_djangos_words() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite takes texts of any length")
    with pytest.raises(DataError), transaction.atomic():
        bulk.insert(AuditEvent, [event(place="가" * 65)])
    with pytest.raises(DataError), transaction.atomic():
        bulk.insert(AuditEvent, [event(place="\0")])


def test_among_finds_what_in_finds() -> None:
    people = [make.person(f"사람{n}", email=f"m{n}@example.kr") for n in range(4)]
    ids, emails = [p.pk for p in people[:2]], ["m1@example.kr", "m3@example.kr", "'; --"]
    assert set(Person.objects.filter(Among("id", ids))) == set(people[:2])
    assert set(Person.objects.filter(Among("email", emails), is_active=True)) == {people[1], people[3]}
    assert not Person.objects.filter(Among("id", [])).exists()
    assert set(Person.objects.filter(Among("learning_account__id", [uuid4()]))) == set()


def test_collecting_begins_again_after_a_chunk_even_when_it_fails() -> None:
    with pytest.raises(ZeroDivisionError), bulk.collecting_later():
        assert not gc.isenabled()
        1 / 0  # noqa: B018
    assert gc.isenabled()
