"""Closing an institution and merging it: listed before, done by rule, nothing gone."""

from datetime import date, timedelta

import pytest
from tests import factories as make
from tests.recognition_rows import Offices, application, offices, round_

from naite.flows import institution_closing as closing
from naite.flows.institution_closing import Consequence
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.delivery import services as delivery
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.people.models import InstitutionEvent, Organisation, Person, RoleAssignment
from naite.trunk.people.registry import pages, queries
from naite.trunk.recognition.models import Application, Recognition

ON = date(2026, 11, 24)


@pytest.fixture
def o(db: None) -> Offices:
    found = offices()
    pages.open_page(organisation=found.institution, actor=found.local_officer, now=make.NOW)
    return found


def listed(o: Offices, into: Organisation | None = None) -> dict[str, Consequence]:
    return {each.key: each for each in closing.consequences(o.institution, into, now=make.NOW)}


def shut(
    o: Offices, into: Organisation | None = None, actor: Person | None = None, seen: str = ""
) -> Organisation:
    return closing.close(
        organisation=o.institution,
        on=ON,
        into=into,
        reason="운영 종료",
        seen=seen or closing.digest_of(closing.consequences(o.institution, into, now=make.NOW), into),
        actor=actor or o.local_officer,
        now=make.NOW,
    )


def world(o: Offices) -> tuple[CourseRun, Enrolment, Recognition, Application]:
    version = make.version(o.institution)
    recognised = make.recognition(version, granted_by=o.national)
    run = make.run(version)
    place = delivery.enrol(run_id=run.pk, person=make.person("한가람"), now=make.NOW)
    case = application(o, round_(o.national), state=Application.State.SUBMITTED)
    return run, place, recognised, case


@pytest.mark.req("A3", "rule")
def test_closing_cancels_and_withdraws_and_keeps_everything(o: Offices) -> None:
    run, place, recognised, case = world(o)
    found = listed(o)
    assert {key: each.count for key, each in found.items()} == {
        "runs": 1,
        "recognitions": 1,
        "applications": 1,
        "courses": Organisation.objects.get(pk=o.institution.pk).courses.count(),
        "members": 1,
    }
    shut(o)
    for row in (run, place, recognised, case):
        row.refresh_from_db()
    assert (run.state, place.state, case.state) == ("cancelled", "cancelled", "withdrawn")
    assert recognised.cancelled_on is None
    assert Message.objects.filter(body__contains="운영 종료", person_id=place.person_id).exists()
    assert Message.objects.filter(person_id=o.officer.pk, subject__contains="문을 닫은").count() == 1
    assert not RoleAssignment.objects.filter(organisation=o.institution, valid_until=None).exists()
    event = InstitutionEvent.objects.get(organisation=o.institution, act="close")
    assert (event.on, event.reason) == (ON, "운영 종료")
    assert queries.public_history(o.institution)[0]["act"] == "close"
    assert shut(o).closed_on == ON  # again changes nothing
    assert InstitutionEvent.objects.filter(act="close").count() == 1


@pytest.mark.req("A3", "rule")
def test_a_successor_goes_on_with_courses_runs_and_applications(o: Offices) -> None:
    run, place, recognised, case = world(o)
    heir = make.organisation("이어받는배움터", kind="human_resources", parent=o.local, region=make.region())
    shut(o, heir)
    for row in (run, place, recognised, case):
        row.refresh_from_db()
    recognised.course.refresh_from_db()
    assert {run.organisation, recognised.course.organisation, case.organisation} == {heir}
    assert (run.state, case.state) == ("open", "submitted")
    assert place.state not in {"cancelled"}
    assert case.events.filter(act="succeed", office=heir).exists()
    acts = {(event.organisation, event.act) for event in InstitutionEvent.objects.exclude(act="open")}
    assert acts == {(o.institution, "merge"), (heir, "receive")}


@pytest.mark.req("A3", "refusal")
def test_a_run_under_way_needs_a_successor(o: Offices) -> None:
    run, *_rest = world(o)
    run.sessions.filter(number=1).update(starts_at=make.NOW - timedelta(days=1))
    assert listed(o)["begun"].blocks
    with pytest.raises(Refused) as refused:
        shut(o)
    assert refused.value.code == "hindered"
    run.refresh_from_db()
    assert run.state == "open"
    assert Organisation.objects.get(pk=o.institution.pk).closed_on is None
    heir = make.organisation("이어받는배움터", kind="human_resources", parent=o.local, region=make.region())
    assert not listed(o, heir)["begun"].blocks
    assert shut(o, heir).closed_on == ON


def test_a_run_that_met_for_the_last_time_is_history(o: Offices) -> None:
    run, *_rest = world(o)
    past = make.NOW - timedelta(days=9)
    run.sessions.update(starts_at=past, ends_at=past + timedelta(hours=2))
    assert not {"begun", "runs"} & set(listed(o))
    shut(o)
    run.refresh_from_db()
    assert (run.state, run.organisation) == ("open", o.institution)


@pytest.mark.req("A3", "refusal")
def test_what_was_not_listed_is_not_done(o: Offices) -> None:
    seen = closing.digest_of(closing.consequences(o.institution, None, now=make.NOW), None)
    world(o)  # meanwhile
    with pytest.raises(Refused) as refused:
        shut(o, seen=seen)
    assert refused.value.code == "changed_meanwhile"
    with pytest.raises(NotAllowed):
        shut(o, actor=o.staff)
    with pytest.raises(Invalid):
        shut(o, into=o.ministry)
    assert Organisation.objects.get(pk=o.institution.pk).closed_on is None
    assert not Application.objects.filter(state="withdrawn").exists()


@pytest.mark.req("A3", "refusal")
def test_an_office_gives_nothing_to_an_institution_out_of_its_reach(o: Offices) -> None:
    _run, _place, _recognised, case = world(o)
    far = make.organisation("먼배움터", kind="human_resources", region=make.region("26350", "해운대구"))
    with pytest.raises(Invalid) as refused:
        shut(o, far)
    assert refused.value.code == "into_elsewhere"
    case.refresh_from_db()
    assert case.organisation == o.institution
    shut(o, far, actor=make.person("운영자", is_operator=True))
    case.refresh_from_db()
    assert case.organisation == far
