"""Counselling sessions: offered, booked once, changed in time, recorded, shared as chosen."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests import factories as make
from tests.branches.counselling.conftest import Offices
from tests.threads import all_at_once

from naite.branches.counselling import rules, session_queries
from naite.branches.counselling.models import Appointment, SessionRecord, Slot, SlotWish
from naite.branches.counselling.services import sessions
from naite.branches.counselling.services.sessions import RecordText, SlotPlan
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message as Mail
from naite.trunk.people.models import Organisation, Person

NOW = make.NOW
DAY = date(2026, 12, 1)


def plan(**changes: Any) -> SlotPlan:
    given = {
        "mode": "desk",
        "place": "1층 상담실",
        "day": DAY,
        "start": time(10),
        "end": time(12),
        "minutes": 50,
        **changes,
    }
    return SlotPlan(**given)


@pytest.mark.req("A21", "rule")
def test_spans_are_cut_into_whole_slots_and_holidays_left_out() -> None:
    times = rules.slot_times(first=date(2026, 12, 18), start=time(10), end=time(12), minutes=50, weeks=3)
    # 25 December and 1 January are left out
    assert [timezone.localtime(a).strftime("%m%d %H:%M") for a, _b in times] == ["1218 10:00", "1218 10:50"]


def test_a_day_before_is_the_last_time_to_change() -> None:
    assert rules.can_change(NOW + timedelta(hours=24), NOW)
    assert not rules.can_change(NOW + timedelta(hours=24, seconds=-1), NOW)


@pytest.fixture
def slots(offices: Offices) -> list[Slot]:
    return sessions.offer(office=offices.city, plan=plan(), actor=offices.colleague, now=NOW)


def book(slot: Slot, actor: Person, now: datetime = NOW, **changes: Any) -> Appointment:
    given = {"wish": "일을 바꾸고 싶어요", "phone": "", **changes}
    return sessions.book(slot=slot, actor=actor, now=now, **given)


@pytest.mark.django_db
@pytest.mark.req("A21", "rule")
def test_a_time_is_booked_and_both_sides_hear(offices: Offices, slots: list[Slot], asker: Person) -> None:
    assert session_queries.offices_for(asker.region, now=NOW) == [
        offices.city,
        offices.province,
        offices.nation,
    ]
    made = book(slots[0], asker)
    assert list(session_queries.free_slots([offices.city], now=NOW)) == slots[1:]
    assert {mail.address for mail in Mail.objects.all()} == {asker.email, offices.colleague.email}
    assert list(session_queries.coming_of(asker, now=NOW)) == [made]


@pytest.mark.django_db
@pytest.mark.req("A21", "refusal")
def test_what_cannot_be_booked_is_refused(offices: Offices, slots: list[Slot], asker: Person) -> None:
    book(slots[0], asker)
    other = make.person("남")
    phone = sessions.offer(
        office=offices.province, plan=plan(mode="phone", place=""), actor=offices.provincial, now=NOW
    )
    later = sessions.offer(
        office=offices.city, plan=plan(day=date(2026, 12, 2)), actor=offices.colleague, now=NOW
    )
    for slot, who, code in (
        (slots[0], other, "slot_taken"),
        (phone[0], asker, "no_phone"),
        (later[0], offices.colleague, "not_allowed"),
    ):
        with pytest.raises(Refused) as told:
            book(slot, who)
        assert told.value.code == code
    with pytest.raises(Refused) as told:
        book(phone[0], asker, phone="010-0000-0000")
    assert told.value.code == "overlap"
    with pytest.raises(Invalid):
        book(slots[1], asker, wish=" ")
    book(slots[1], asker)
    with pytest.raises(Refused) as told:
        book(later[0], asker)
    assert told.value.code == "too_many"
    with pytest.raises(Refused):
        book(later[0], other, now=later[0].starts_at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("A21", "rule")
def test_of_many_at_once_one_gets_the_time(offices: Offices, slots: list[Slot]) -> None:
    people = [make.person(f"사람{number}") for number in range(6)]
    found = all_at_once([lambda who=who: book(slots[0], who) for who in people])
    assert sum(isinstance(item, Appointment) for item in found) == 1
    assert {item.code for item in found if isinstance(item, Refused)} == {"slot_taken"}
    assert Appointment.objects.filter(slot=slots[0]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_at_once_does_not_get_two_overlapping_times(offices: Offices, slots: list[Slot]) -> None:
    asker = make.person("한가람")
    twin = sessions.offer(office=offices.city, plan=plan(), actor=offices.local, now=NOW)
    found = all_at_once([lambda s=s: book(s, asker) for s in (slots[0], twin[0])])
    assert sum(isinstance(item, Appointment) for item in found) == 1


@pytest.mark.django_db
@pytest.mark.req("A21", "rule")
def test_changing_takes_the_new_time_and_frees_the_old(
    offices: Offices, slots: list[Slot], asker: Person
) -> None:
    first = book(slots[0], asker)
    second = book(slots[1], asker, instead=first)
    first.refresh_from_db()
    assert (first.state, second.state) == (Appointment.State.CANCELLED, Appointment.State.BOOKED)
    assert list(session_queries.free_slots([offices.city], now=NOW)) == [slots[0]]
    # a change that is refused changes nothing
    book(slots[0], make.person("남"))
    with pytest.raises(Refused):
        book(slots[0], asker, instead=second)
    second.refresh_from_db()
    assert second.state == Appointment.State.BOOKED
    with pytest.raises(NotAllowed):
        stranger = make.person("끼어드는 이")
        later = sessions.offer(
            office=offices.city, plan=plan(day=date(2026, 12, 3)), actor=offices.colleague, now=NOW
        )
        book(later[0], stranger, instead=second)


@pytest.mark.django_db
@pytest.mark.req("A21", "refusal")
def test_a_day_before_only_the_office_cancels_and_with_a_reason(
    offices: Offices, slots: list[Slot], asker: Person
) -> None:
    made = book(slots[0], asker)
    late = slots[0].starts_at - timedelta(hours=2)
    with pytest.raises(Refused) as told:
        sessions.cancel(appointment=made, reason="", actor=asker, now=late)
    assert told.value.code == "too_late"
    with pytest.raises(Invalid):
        sessions.cancel(appointment=made, reason=" ", actor=offices.local, now=late)
    for who in (make.person("남"), offices.provincial):
        with pytest.raises(NotAllowed):
            sessions.cancel(appointment=made, reason="까닭", actor=who, now=late)
    Mail.objects.all().delete()
    sessions.cancel(appointment=made, reason="상담사가 아픕니다", actor=offices.local, now=late)
    assert "상담사가 아픕니다" in Mail.objects.get(address=asker.email).body


@pytest.mark.django_db
def test_who_waits_hears_once_when_a_time_is_free(offices: Offices, slots: list[Slot], asker: Person) -> None:
    made = [book(slot, make.person(f"사람{n}")) for n, slot in enumerate(slots)]
    sessions.wait_for_slot(office=offices.city, actor=asker, now=NOW)
    sessions.wait_for_slot(office=offices.city, actor=asker, now=NOW)
    assert SlotWish.objects.count() == 1
    assert not Mail.objects.filter(address=asker.email).exists()
    sessions.cancel(appointment=made[0], reason="", actor=made[0].person, now=NOW)
    sessions.cancel(appointment=made[1], reason="", actor=made[1].person, now=NOW)
    assert Mail.objects.filter(address=asker.email).count() == 1


@pytest.mark.django_db
def test_what_cannot_be_offered_is_refused(offices: Offices, slots: list[Slot]) -> None:
    for changes, code in (
        ({}, "overlap"),
        ({"day": date(2026, 11, 23)}, "past"),
        ({"end": time(10, 30)}, "no_slots"),
        ({"place": " "}, "invalid"),
        ({"mode": "letter"}, "invalid"),
        ({"minutes": 5}, "out_of_bounds"),
        ({"weeks": 27}, "out_of_bounds"),
    ):
        with pytest.raises(Invalid) as told:
            sessions.offer(office=offices.city, plan=plan(**changes), actor=offices.colleague, now=NOW)
        assert told.value.code == code
    assert Slot.objects.count() == len(slots)
    hall = make.organisation("학습관", kind=Organisation.Kind.HUMAN_RESOURCES)
    with pytest.raises(NotAllowed):
        sessions.offer(office=hall, plan=plan(), actor=make.staff(hall), now=NOW)


@pytest.mark.django_db
def test_only_free_times_are_taken_back(offices: Offices, slots: list[Slot], asker: Person) -> None:
    book(slots[0], asker)
    with pytest.raises(Refused):
        sessions.withdraw_slot(slot=slots[0], actor=offices.colleague, now=NOW)
    sessions.withdraw_slot(slot=slots[1], actor=offices.local, now=NOW)
    with pytest.raises(NotAllowed):
        sessions.withdraw_slot(slot=slots[0], actor=offices.provincial, now=NOW)
    assert not session_queries.free_slots([offices.city], now=NOW).exists()


@pytest.mark.django_db
@pytest.mark.req("A21", "rule")
def test_the_record_is_written_when_it_was_held_and_never_over_anothers(
    offices: Offices, slots: list[Slot], asker: Person
) -> None:
    made = book(slots[0], asker)
    text = RecordText(goal="복지 일", advice="기초부터", internal="속말", courses=(make.version().course,))
    with pytest.raises(Refused) as told:
        sessions.write_record(appointment=made, text=text, edition=0, actor=offices.colleague, now=NOW)
    assert told.value.code == "too_early"
    held = slots[0].starts_at + timedelta(minutes=30)
    sessions.write_record(appointment=made, text=text, edition=0, actor=offices.colleague, now=held)
    with pytest.raises(Refused) as told:
        sessions.write_record(appointment=made, text=text, edition=0, actor=offices.local, now=held)
    assert told.value.code == "edited_elsewhere"
    with pytest.raises(NotAllowed):
        sessions.write_record(appointment=made, text=text, edition=1, actor=offices.provincial, now=held)
    with pytest.raises(NotAllowed):
        sessions.look(appointment=made, actor=offices.national, now=held)
    record = SessionRecord.objects.get()
    assert (record.edition, record.courses.count()) == (1, 1)
    assert not Mail.objects.filter(body__contains="속말").exists()


@pytest.mark.django_db
def test_both_sides_are_reminded_once_the_day_before(
    offices: Offices, slots: list[Slot], asker: Person
) -> None:
    made = book(slots[0], asker)
    assert sessions.remind(now=NOW) == 0
    near = slots[0].starts_at - timedelta(hours=25)
    assert sessions.remind(now=near) == 2
    assert sessions.remind(now=near) == 0
    with pytest.raises(Refused):
        sessions.miss(appointment=made, actor=offices.local, now=near)
    missed = sessions.miss(appointment=made, actor=offices.local, now=slots[0].ends_at)
    assert missed.state == Appointment.State.MISSED
