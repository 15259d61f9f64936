"""Criteria: five headings, points that add up, versions that never change once published."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests import factories as make
from tests import recognition_rows as rows

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.recognition.criteria import drafts, queries, sample, services, sheet
from naite.trunk.recognition.criteria.drafts import IndicatorDraft, ItemDraft
from naite.trunk.recognition.models import CriteriaVersion


@pytest.mark.req("A6", "rule")
def test_the_sample_fills_every_heading_with_a_hundred_points() -> None:
    assert drafts.faults(sample.ITEMS) == []
    assert drafts.hindrances(sample.ITEMS) == []
    assert sum(item.points or 0 for item in sample.ITEMS) == 100


@pytest.mark.req("A6", "refusal")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"heading": "kitchen"}, "heading"),
        ({"title": ""}, "title"),
        ({"points": None}, "points"),
        ({"points": Decimal(0)}, "points"),
        ({"points": Decimal("1.005")}, "points"),
        ({"evidence_required": True, "evidence_demanded": ""}, "evidence_demanded"),
        ({"indicators": (IndicatorDraft("하나", Decimal(3)), IndicatorDraft("둘"))}, "indicators"),
        ({"indicators": (IndicatorDraft("하나", Decimal(3)),)}, "indicators"),
    ],
)
def test_an_item_that_cannot_be_judged_is_refused(wrong: dict[str, object], field: str) -> None:
    item = ItemDraft("facilities", "강의실", Decimal(10))
    assert drafts.faults([item]) == []
    assert [fault.field for fault in drafts.faults([replace(item, **wrong)])] == [field]  # type: ignore[arg-type]


@pytest.mark.req("A6", "refusal")
def test_a_comma_is_no_decimal_point() -> None:
    assert drafts.read_points("7.5") == Decimal("7.5")
    for text in ("7,5", "7.5점", "-3", "", "1e3", "٣", "123456.789"):
        assert drafts.read_points(text) is None


@pytest.mark.req("A6", "rule")
def test_out_to_a_table_and_back_changes_nothing_and_faults_carry_excels_row_numbers() -> None:
    table = sheet.rows_of(sample.ITEMS)
    numbered = [(number, row) for number, row in enumerate(table, start=2)]
    items, wrong = sheet.read(sheet.COLUMNS, numbered)
    assert wrong == []
    assert drafts.changes(drafts.tidied(sample.ITEMS), items) == []
    numbered[3] = (5, ["교수·학습 과정", table[3][1], "10,5", *table[3][3:]])
    _items, wrong = sheet.read(sheet.COLUMNS, numbered)
    assert [(each.row, each.field) for each in wrong] == [(5, "points")]
    with pytest.raises(Invalid, match="배점"):
        sheet.read(["영역", "평가항목"], [])


@pytest.mark.django_db
@pytest.mark.req("A6", "refusal")
def test_a_published_version_never_changes_and_a_copy_does() -> None:
    where = rows.offices()
    first = sample.add(now=make.NOW)
    assert first.is_sample
    assert sample.add(now=make.NOW).pk == first.pk
    items = drafts.of_version(first)
    for act in (
        lambda: services.save(
            version=first, items=items, note="", revision=2, actor=where.officer, now=make.NOW
        ),
        lambda: services.discard(version=first, actor=where.officer, now=make.NOW),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "published"
    copy = services.start(name=first.name, based_on=first, actor=where.officer, now=make.NOW)
    assert (copy.number, copy.is_sample, copy.state) == (2, True, CriteriaVersion.State.DRAFT)
    assert drafts.of_version(copy) == items
    changed = [replace(items[0], points=Decimal(9)), *items[1:]]
    saved = services.save(
        version=copy, items=changed, note="배점을 고침", revision=1, actor=where.officer, now=make.NOW
    )
    with pytest.raises(Refused) as refusal:
        services.save(version=copy, items=items, note="", revision=1, actor=where.officer, now=make.NOW)
    assert refusal.value.code == "changed_meanwhile"
    assert queries.total_points(saved) == 101
    assert [change.before for change in drafts.changes(items, drafts.of_version(saved))] == ["8"]
    published = services.publish(version=saved, actor=where.officer, now=make.NOW)
    assert services.publish(version=saved, actor=where.officer, now=make.NOW).revision == published.revision
    assert services.retire(version=first, actor=where.officer, now=make.NOW).state == "retired"
    assert list(queries.usable()) == [published]


@pytest.mark.django_db
def test_only_the_national_institute_sets_criteria_and_an_empty_heading_is_not_published() -> None:
    where = rows.offices()
    for other in (where.official, where.provincial_officer, where.local_officer, where.staff):
        with pytest.raises(NotAllowed):
            services.start(name="기준", actor=other, now=make.NOW)
    draft = services.start(name="기준", items=sample.ITEMS[:4], actor=where.officer, now=make.NOW)
    with pytest.raises(Invalid, match="학습자 지원·관리"):
        services.publish(version=draft, actor=where.officer, now=make.NOW)
    services.discard(version=draft, actor=where.officer, now=make.NOW)
    assert not CriteriaVersion.objects.exists()
