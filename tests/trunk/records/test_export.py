"""Generated accounts say the same as values, as CSV and as CLR: entry by entry and to the hour."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import factories as make

from credcore.clr import badges_of
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.records.certificates.clr import day_of, holds
from naite.trunk.records.certificates.keys import record_key
from naite.trunk.records.export import services
from naite.trunk.records.models import Entry, LearningAccount

TEXT = st.text(
    st.characters(exclude_categories=("C", "Z"), exclude_characters="\x00"), min_size=1, max_size=30
)
LEARNT = st.lists(
    st.fixed_dictionaries(
        {
            "title": TEXT | st.sampled_from(["=1+1", "기초 문해", "木工과 옻칠", "-5도의 과학", 'a,"b"']),
            "section": st.sampled_from([2, 3, 4, 5]),
            "hours": st.integers(0, 9999).map(lambda tenths: Decimal(tenths) / 10),
            "completed_on": st.dates(date(1980, 1, 1), date(2026, 11, 24)),
            "provider_name": st.just("") | TEXT,
        }
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.req("A20", "rule")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(learnt=LEARNT)
def test_every_form_of_a_record_says_the_same(learnt: list[dict[str, Any]]) -> None:
    account = LearningAccount(person=make.Person(name="한가람"), opened_at=make.NOW)
    entries = [
        Entry(
            account=account,
            provenance="institution",
            source="upload",
            source_key=str(n),
            added_at=make.NOW,
            **{**fields, "title": " ".join(fields["title"].split()) or "가"},
        )
        for n, fields in enumerate(learnt)
    ]
    record = services.as_values(account, entries, now=make.NOW)
    rows = list(csv.DictReader(io.StringIO(services.as_csv(record).decode("utf-8-sig"), newline="")))
    clr = holds(services.as_clr(account, entries, now=make.NOW), public_key=record_key().public_key)
    assert clr is not None
    subjects = {
        badge["credentialSubject"]["achievement"]["id"].removeprefix("urn:uuid:"): badge["credentialSubject"]
        for badge in badges_of(clr)
    }
    assert record["count"] == len(rows) == len(subjects) == len(entries)
    for entry, value, row in zip(entries, record["entries"], rows, strict=True):
        said = subjects[str(entry.id)]
        assert Decimal(value["hours"]) == Decimal(row["hours"]) == entry.hours
        assert Decimal(str(said["creditsEarned"])) == entry.hours
        assert value["completed_on"] == row["completed_on"] == day_of(said["activityEndDate"])
        assert row["title"].removeprefix("'") == value["title"] == entry.title or entry.title.startswith("'")
        assert (row["id"], row["section"]) == (value["id"], str(value["section"]))
    assert Decimal(record["hours"]) == sum(Decimal(row["hours"]) for row in rows)


@pytest.mark.django_db
@pytest.mark.req("A20", "refusal")
def test_nobody_else_gets_a_record() -> None:
    account = make.account()
    with pytest.raises(NotAllowed):
        services.export(account=account, form="json", actor=make.person(), channel="page", now=make.NOW)
    with pytest.raises(Invalid):
        services.export(account=account, form="json", actor=None, channel="command", now=make.NOW)
    with pytest.raises(Invalid):
        services.export(account=account, form="xml", actor=account.person, channel="page", now=make.NOW)
    body = services.export(account=account, form="json", actor=account.person, channel="page", now=make.NOW)
    assert orjson.loads(body)["count"] == 0
