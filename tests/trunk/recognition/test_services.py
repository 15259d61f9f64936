from datetime import date

import pytest
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.recognition import queries, services
from naite.trunk.recognition.models import Recognition

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Person:
    institute = make.organisation("국가평생교육진흥원", kind=Organisation.Kind.NATIONAL_INSTITUTE)
    return make.staff(institute, Role.NATIONAL_OFFICER)


def _grant(course: Course, actor: Person, **fields: object) -> Recognition:
    given = {
        "number": "제2026-1호",
        "granted_on": date(2026, 3, 2),
        "received_on": date(2026, 3, 4),
        **fields,
    }
    return services.grant(course=course, actor=actor, now=make.NOW, **given)  # type: ignore[arg-type]


@pytest.mark.req("A12", "rule")
def test_a_recognition_covers_its_period(officer: Person) -> None:
    course = make.version().course
    granted = _grant(course, officer)

    def found(on: date) -> Recognition | None:
        return queries.covering(course_id=course.pk, run_id=None, on=on)

    assert found(date(2026, 3, 3)) is None
    assert found(date(2026, 3, 4)) == granted
    assert found(date(2031, 3, 3)) == granted
    assert found(date(2031, 3, 4)) is None
    assert queries.of_courses([course.pk], on=date(2027, 1, 1)) == {course.pk: granted}
    assert AuditEvent.objects.filter(action="recognition.grant", actor_id=officer.pk).count() == 1


@pytest.mark.req("A4", "rule")
def test_a_named_past_run_counts_although_it_ended_before_the_period(officer: Person) -> None:
    version = make.version()
    named, other = make.run(version), make.run(version)
    granted = _grant(version.course, officer, covered_run_ids=[named.pk, named.pk])
    on = date(2025, 12, 1)
    assert queries.covering(course_id=version.course_id, run_id=named.pk, on=on) == granted
    assert queries.covering(course_id=version.course_id, run_id=other.pk, on=on) is None


@pytest.mark.req("A10", "refusal")
@pytest.mark.parametrize("who", ["institution", "provincial", "ended", "wrong_organisation"])
def test_nobody_else_grants(who: str) -> None:
    home = make.organisation()
    institute = make.organisation("국가평생교육진흥원", kind=Organisation.Kind.NATIONAL_INSTITUTE)
    actor = {
        "institution": lambda: make.staff(home),
        "provincial": lambda: make.staff(home, Role.PROVINCIAL_OFFICER),
        "ended": lambda: make.staff(institute, Role.NATIONAL_OFFICER),
        "wrong_organisation": lambda: make.staff(home, Role.NATIONAL_OFFICER),
    }[who]()
    if who == "ended":
        actor.roles.update(valid_until=make.NOW)
    with pytest.raises(NotAllowed):
        _grant(make.version().course, actor)
    assert not Recognition.objects.exists()


@pytest.mark.req("A10", "refusal")
def test_what_cannot_be_is_refused_and_changes_nothing(officer: Person) -> None:
    course = make.version().course
    with pytest.raises(Invalid) as backwards:
        _grant(course, officer, received_on=date(2026, 3, 1))
    assert "received_on" in backwards.value.fields
    with pytest.raises(Invalid):
        _grant(course, officer, number="  ")
    _grant(course, officer)
    with pytest.raises(Refused, match="이미 평가인정"):
        _grant(
            course, officer, number="제2026-2호", granted_on=date(2030, 1, 1), received_on=date(2030, 1, 1)
        )
    with pytest.raises(Invalid, match="인정번호"):
        _grant(make.version().course, officer)
    assert Recognition.objects.count() == 1


@pytest.mark.req("A14", "rule")
def test_a_cancellation_ends_it_once_and_keeps_what_counted(officer: Person) -> None:
    course = make.version().course
    granted = _grant(course, officer)
    for reason in ("거짓으로 인정받음", "다른 까닭"):
        services.cancel(recognition=granted, on=date(2026, 10, 1), reason=reason, actor=officer, now=make.NOW)
    granted.refresh_from_db()
    assert granted.cancel_reason == "거짓으로 인정받음"
    assert queries.covering(course_id=course.pk, run_id=None, on=date(2026, 9, 30)) == granted
    assert queries.covering(course_id=course.pk, run_id=None, on=date(2026, 10, 1)) is None
    with pytest.raises(NotAllowed):
        services.cancel(
            recognition=granted, on=date(2026, 10, 1), reason="x", actor=make.person(), now=make.NOW
        )
