"""What proves a type: results before and after, confirmed qualifications (row B2)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests import badge_rows as rows
from tests import factories as make

from naite.flows import proofs
from naite.flows.award import award_entry
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ids import new_id
from naite.trunk.badges import award_people
from naite.trunk.badges.award_lines import Line
from naite.trunk.badges.improvement_file import ResultRow, read_results
from naite.trunk.badges.improvement_rules import Results, faults
from naite.trunk.badges.models import Achievement, Award, Improvement
from naite.trunk.badges.rules import AwardRule
from naite.trunk.badges.services import improvements
from naite.trunk.people.models import Person
from naite.trunk.records.models import Entry, LearningAccount

RESULTS = Results(
    before=Decimal(45), after=Decimal(72), before_on=date(2026, 9, 1), after_on=date(2026, 11, 20)
)
TODAY = date(2026, 11, 24)


def improvement_badge(**changes: Any) -> Achievement:
    version = make.version(title="스마트폰 살림", area="practical_literacy")
    fields: dict[str, Any] = {
        "area": "practical_literacy",
        "sub_area": "",
        "rule": AwardRule(min_gain=Decimal(20)),
        "course_version": None,
        "organisation": version.course.organisation,
        **changes,
    }
    return rows.published(version, **fields)


def listed(email: str, results: Results = RESULTS, name: str = "") -> ResultRow:
    return ResultRow(2, email, name, results)


def staff_of(badge: Achievement) -> Person:
    return make.staff(badge.organisation)


@pytest.mark.req("B2", "rule")
def test_two_results_are_on_one_scale_and_in_order() -> None:
    assert faults(RESULTS, today=TODAY) == {}
    assert set(faults(replace(RESULTS, after=Decimal(101)), today=TODAY)) == {"after"}
    assert set(faults(replace(RESULTS, before=Decimal("NaN")), today=TODAY)) == {"before"}
    assert set(faults(replace(RESULTS, after_on=date(2026, 12, 1)), today=TODAY)) == {"after_on"}
    assert set(faults(replace(RESULTS, before_on=date(2026, 11, 21)), today=TODAY)) == {"before_on"}


@pytest.mark.django_db
@pytest.mark.req("B2", "api")
def test_reaching_the_threshold_gives_the_badge_once_and_says_by_what() -> None:
    badge = improvement_badge()
    staff, reached, short = staff_of(badge), make.account(), make.account()
    done = proofs.enter_results(
        achievement=badge,
        rows=[
            listed(str(reached.person.email)),
            listed(str(short.person.email), replace(RESULTS, after=Decimal(64))),
        ],
        actor=staff,
        now=make.NOW,
    )
    assert [(item.gain, item.awarded, item.reason) for item in done] == [("27", True, ""), ("19", False, "")]
    award = Award.objects.get()
    assert award.account_id == reached.pk
    report = rows.check(bytes(award.credential))
    assert report.verdict == "valid"
    text = bytes(award.credential).decode()
    assert "사전 진단 45점(2026.09.01), 사후 진단 72점(2026.11.20): 27점 향상" in text
    assert '#gain"' in text
    again = proofs.enter_results(
        achievement=badge, rows=[listed(str(reached.person.email))], actor=staff, now=make.NOW
    )
    assert (again[0].reason, Award.objects.count(), Improvement.objects.count()) == ("", 1, 2)


@pytest.mark.django_db
@pytest.mark.req("B2", "refusal")
def test_a_correction_keeps_what_was_and_is_refused_once_the_badge_is_given() -> None:
    badge = improvement_badge()
    staff, account = staff_of(badge), make.account()

    def enter(results: Results, actor: Person | None = staff) -> Improvement:
        return improvements.enter(
            account=account, achievement=badge, results=results, actor=actor, now=make.NOW
        )

    enter(replace(RESULTS, after=Decimal(50)))
    enter(replace(RESULTS, after=Decimal(66)))
    assert Improvement.objects.filter(superseded_at=None).get().after == Decimal(66)
    assert Improvement.objects.count() == 2
    proofs.give_if_improved(account=account, achievement=badge, now=make.NOW)
    with pytest.raises(Refused) as caught:
        enter(replace(RESULTS, after=Decimal(50)))
    assert caught.value.code == "awarded"
    for who in (None, make.person(), make.staff(make.organisation()), account.person):
        with pytest.raises(NotAllowed):
            enter(RESULTS, actor=who)
    with pytest.raises(Invalid):
        enter(replace(RESULTS, after=Decimal(500)))
    with pytest.raises(Refused):
        improvements.enter(
            account=account,
            achievement=rows.published(),
            results=RESULTS,
            actor=staff_of(Achievement.objects.latest("published_at")),
            now=make.NOW,
        )


@pytest.mark.django_db
def test_a_badge_of_a_course_asks_for_record_and_improvement() -> None:
    version = make.version(title="스마트폰 살림", area="practical_literacy")
    badge = rows.published(
        version,
        area="practical_literacy",
        sub_area="",
        rule=AwardRule(min_attendance=80, min_gain=Decimal(20)),
    )
    staff, entry = staff_of(badge), rows.completed(version)
    assert award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW) == []
    account = LearningAccount.objects.select_related("person").get(pk=entry.account_id)
    row = listed(str(account.person.email))
    assert proofs.enter_results(achievement=badge, rows=[row], actor=staff, now=make.NOW)[0].awarded
    award = Award.objects.get()
    assert award.entry_id == entry.id
    assert "27점 향상" in bytes(award.credential).decode()


@pytest.mark.req("B2", "rule")
def test_a_list_is_read_with_every_fault() -> None:
    text = (
        "이메일,이름,사전 점수,사전 진단일,사후 점수,사후 진단일\n"
        "a@example.kr,한가람,45,2026-09-01,72점,2026.11.20\n"
        "a@example.kr,,45,2026-09-01,72,2026-11-20\n"
        "아무개,,45,2026-09-01,72,2026-11-20\n"
        "c@example.kr,,,2026-09-01,=1+1,2026-13-40\n"
        "d@example.kr,,45,2026-11-21,72,2026-11-20\n"
    )
    for encoding in ("utf-8-sig", "cp949"):
        read = read_results(text.encode(encoding), max_bytes=10_000, today=TODAY)
        assert [row.results is not None for row in read] == [True, False, False, False, False]
        assert read[0].results == RESULTS
        assert "2행에도" in read[1].reason
        assert {column for column, _text in read[3].faults} == {"사전 점수", "사후 점수", "사후 진단일"}
    with pytest.raises(Invalid):
        read_results("이메일,사전 점수\na@example.kr,1\n".encode(), max_bytes=10_000, today=TODAY)
    with pytest.raises(Invalid):
        read_results(b"", max_bytes=10_000, today=TODAY)


def certificate(account: LearningAccount, place: Any, **changes: Any) -> Entry:
    fields: dict[str, Any] = {
        "section": Entry.Section.CERTIFICATES,
        "title": "직업상담사",
        "details": {"grade": "2"},
        "provider_name": "한국산업인력공단",
        "completed_on": date(2025, 5, 1),
        "hours": Decimal(0),
        "provenance": Entry.Provenance.INSTITUTION,
        "confirmed_by": place.name,
        "confirmed_by_id": place.pk,
        "confirmed_at": make.NOW,
        "source": Entry.Source.LEARNER,
        "source_key": "x",
        "added_at": make.NOW,
        **changes,
    }
    return Entry.objects.create(account=account, **fields)


@pytest.mark.django_db
@pytest.mark.req("B2", "refusal")
@pytest.mark.parametrize(
    ("changes", "given"),
    [
        ({}, True),
        ({"title": "직업상담사 2급", "details": {}}, True),
        ({"details": {"grade": "1"}}, False),
        ({"provenance": Entry.Provenance.SELF}, False),
        ({"section": Entry.Section.OTHER}, False),
        ({"voided_at": make.NOW}, False),
        ({"details": {"grade": "2", "valid_until": "2026-11-23"}}, False),
        ({"details": {"grade": "2", "valid_until": "2026-11-24"}}, True),
        ({"confirmed_by_id": "other"}, False),
    ],
)
def test_a_confirmed_qualification_gives_the_badge_that_asks_for_it(
    changes: dict[str, Any], given: bool
) -> None:
    badge = improvement_badge(
        badge_type="qualification",
        area="career",
        rule=AwardRule(qualification="직업상담사 2급", alignments=[rows.NCS]),
    )
    if changes.get("confirmed_by_id") == "other":
        changes = {"confirmed_by_id": make.organisation().pk}
    entry = certificate(make.account(), badge.organisation, **changes)
    for _ in range(2):
        proofs.give_for_qualification(entry=entry, now=make.NOW)
    assert Award.objects.count() == int(given)
    if given:
        text = bytes(Award.objects.get().credential).decode()
        assert "직업상담사 2급" in text
        assert badge.organisation.name in text


@pytest.mark.django_db
def test_a_list_of_the_badge_takes_the_improvement_from_what_was_entered() -> None:
    badge = improvement_badge()
    account = make.account()
    row = Line(
        id=new_id(),
        position=0,
        number=2,
        email=str(account.person.email),
        name="",
        person_id=None,
        narrative="",
        evidence="",
        evidence_url="",
        completed_on=None,
        hours=None,
        attendance=None,
        score=None,
        outcome="ready",
    )
    assert award_people.look(badge, [row], now=make.NOW)[0].known.shown.gain is None
    improvements.enter(
        account=account, achievement=badge, results=RESULTS, actor=staff_of(badge), now=make.NOW
    )
    assert award_people.look(badge, [row], now=make.NOW)[0].known.shown.gain == Decimal(27)
