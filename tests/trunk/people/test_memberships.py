"""Roles as rows from–to: invited, accepted, ended; nobody lifts themselves."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed
from naite.roots.notices.models import Message
from naite.trunk.people import policies, queries, services
from naite.trunk.people.models import Invitation, Organisation, Person, Role, RoleAssignment

pytestmark = pytest.mark.django_db

Kind = Organisation.Kind


def invite(actor: Person, where: Organisation, role: str, email: str = "new@example.kr") -> Invitation:
    return services.invite_staff(
        email=email,
        organisation=where,
        role=role,
        link=lambda token: f"https://naite.example/invitation/{token}/",
        actor=actor,
        now=make.NOW,
    )


def token_mailed() -> str:
    found = re.search(r"/invitation/([^/]+)/", Message.objects.latest("id").body)
    assert found
    return found.group(1)


@pytest.fixture
def city() -> Organisation:
    province = make.organisation("서울평생교육진흥원", kind=Kind.PROVINCIAL_INSTITUTE)
    return make.organisation("마포구", parent=province)


@pytest.fixture
def hall(city: Organisation) -> Organisation:
    return make.organisation("한강평생학습관", kind=Kind.HUMAN_RESOURCES, legal_basis="ga", parent=city)


@pytest.mark.req("A1", "rule")
def test_an_invitation_is_mailed_and_accepted_once(hall: Organisation) -> None:
    staff = make.staff(hall)
    invitation = invite(staff, hall, Role.INSTRUCTOR, " New@Example.kr ")
    token = token_mailed()
    assert token not in str(Invitation.objects.values().get(pk=invitation.pk))
    found = queries.invitation_by_token(token)
    assert found == invitation
    newcomer = make.person("새사람", email="new@example.kr")
    given = services.accept_invitation(invitation=invitation, person=newcomer, now=make.NOW)
    assert services.accept_invitation(invitation=invitation, person=newcomer, now=make.NOW) == given
    assert (given.role, given.organisation, given.granted_by) == (Role.INSTRUCTOR, hall, staff)
    assert policies.has_role(newcomer, hall, Role.INSTRUCTOR, now=make.NOW)
    assert RoleAssignment.objects.filter(person=newcomer).count() == 1
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {
        "people.invite_staff",
        "people.accept_invitation",
        "people.give_role",
    }


@pytest.mark.req("A1", "refusal")
def test_who_may_not_invite_whom(city: Organisation, hall: Organisation) -> None:
    province = city.parent
    assert province
    other = make.organisation("은평구", parent=province)
    attempts = [
        (make.staff(hall), city, Role.LOCAL_OFFICER),  # upwards
        (make.staff(hall), hall, Role.LOCAL_OFFICER),  # an office role where there is none
        (make.staff(hall, Role.INSTRUCTOR), hall, Role.INSTRUCTOR),
        (make.staff(hall, Role.PROGRAMME_MANAGER), hall, Role.INSTITUTION_STAFF),
        (make.staff(city, Role.LOCAL_OFFICER), province, Role.PROVINCIAL_OFFICER),
        (make.staff(city, Role.LOCAL_OFFICER), other, Role.LOCAL_OFFICER),
        (make.person("학습자"), hall, Role.INSTRUCTOR),
        (make.person("잠긴 운영자", is_operator=True, is_active=False), hall, Role.INSTRUCTOR),
    ]
    for actor, where, role in attempts:
        with pytest.raises(NotAllowed):
            invite(actor, where, role)
    assert not Invitation.objects.exists()
    assert not Message.objects.exists()


def test_who_may(city: Organisation, hall: Organisation) -> None:
    province = city.parent
    assert province
    invite(make.staff(city, Role.LOCAL_OFFICER), hall, Role.INSTITUTION_STAFF)
    invite(make.staff(city, Role.LOCAL_OFFICER), city, Role.LOCAL_OFFICER)
    invite(make.staff(province, Role.PROVINCIAL_OFFICER), city, Role.LOCAL_OFFICER, "two@example.kr")
    invite(make.staff(hall), hall, Role.INSTITUTION_STAFF, "three@example.kr")
    invite(make.person(is_operator=True), province, Role.PROVINCIAL_OFFICER)
    assert Invitation.objects.filter(withdrawn_at=None).count() == 5


@pytest.mark.req("A1", "refusal")
def test_nobody_invites_themselves(hall: Organisation) -> None:
    operator = make.person(is_operator=True, email="op@example.kr")
    with pytest.raises(NotAllowed, match="자기 자신"):
        invite(operator, hall, Role.INSTITUTION_STAFF, "OP@example.kr")


def test_an_address_that_is_none_and_a_role_already_held(hall: Organisation) -> None:
    staff = make.staff(hall)
    with pytest.raises(Invalid) as refused:
        invite(staff, hall, Role.INSTRUCTOR, "주소아님")
    assert "email" in refused.value.fields
    teacher = make.staff(hall, Role.INSTRUCTOR, "강사")
    with pytest.raises(Invalid) as refused:
        invite(staff, hall, Role.INSTRUCTOR, str(teacher.email))
    assert refused.value.code == "has_role"


def test_a_second_invitation_ends_the_first(hall: Organisation) -> None:
    staff = make.staff(hall)
    first = invite(staff, hall, Role.INSTRUCTOR)
    second = invite(staff, hall, Role.INSTRUCTOR)
    newcomer = make.person(email="new@example.kr")
    with pytest.raises(services.InvitationOver):
        services.accept_invitation(invitation=first, person=newcomer, now=make.NOW)
    assert services.accept_invitation(invitation=second, person=newcomer, now=make.NOW)


def test_only_the_invited_address_accepts_and_only_in_time(hall: Organisation) -> None:
    staff = make.staff(hall)
    invitation = invite(staff, hall, Role.INSTRUCTOR)
    with pytest.raises(NotAllowed, match=r"new@example\.kr"):
        services.accept_invitation(invitation=invitation, person=make.person("남"), now=make.NOW)
    newcomer = make.person(email="new@example.kr")
    with pytest.raises(services.InvitationOver):
        services.accept_invitation(invitation=invitation, person=newcomer, now=make.NOW + timedelta(days=14))
    services.withdraw_invitation(invitation=invitation, actor=staff, now=make.NOW)
    services.withdraw_invitation(invitation=invitation, actor=staff, now=make.NOW)
    with pytest.raises(services.InvitationOver):
        services.accept_invitation(invitation=invitation, person=newcomer, now=make.NOW)
    assert not RoleAssignment.objects.filter(person=newcomer).exists()
    with pytest.raises(NotAllowed):
        services.withdraw_invitation(invitation=invitation, actor=newcomer, now=make.NOW)


@pytest.mark.req("A1", "rule")
def test_a_role_is_ended_not_deleted_and_can_be_given_again(hall: Organisation) -> None:
    staff = make.staff(hall)
    teacher = make.staff(hall, Role.INSTRUCTOR, "강사")
    held = RoleAssignment.objects.get(person=teacher)
    with pytest.raises(NotAllowed):
        services.end_role(assignment=held, actor=make.person("남"), now=make.NOW)
    for _ in range(2):
        services.end_role(assignment=held, actor=staff, now=make.NOW)
    held.refresh_from_db()
    assert (held.valid_until, held.ended_by) == (make.NOW, staff)
    assert not policies.has_role(teacher, hall, Role.INSTRUCTOR, now=make.NOW)
    later = make.NOW + timedelta(days=1)
    operator = make.person(is_operator=True)
    services.grant_role(person=teacher, organisation=hall, role=Role.INSTRUCTOR, actor=operator, now=later)
    assert [item.person for item in queries.role_history(hall)].count(teacher) == 2
    assert AuditEvent.objects.filter(action="people.end_role").count() == 1


def test_one_may_leave_a_role(hall: Organisation) -> None:
    teacher = make.staff(hall, Role.INSTRUCTOR)
    held = RoleAssignment.objects.get(person=teacher)
    assert services.end_role(assignment=held, actor=teacher, now=make.NOW).valid_until == make.NOW


def test_only_operators_give_roles_directly(hall: Organisation) -> None:
    with pytest.raises(NotAllowed):
        services.grant_role(
            person=make.person(),
            organisation=hall,
            role=Role.INSTRUCTOR,
            actor=make.staff(hall),
            now=make.NOW,
        )
    operator = make.person(is_operator=True)
    with pytest.raises(Invalid):
        services.grant_role(
            person=make.person(), organisation=hall, role=Role.NATIONAL_OFFICER, actor=operator, now=make.NOW
        )
    person = make.person()
    for _ in range(2):
        services.grant_role(
            person=person, organisation=hall, role=Role.INSTRUCTOR, actor=operator, now=make.NOW
        )
    assert RoleAssignment.objects.filter(person=person).count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_twice_at_once_gives_one_role() -> None:
    hall = make.organisation("한강평생학습관", kind=Kind.HUMAN_RESOURCES, legal_basis="ga")
    invitation = invite(make.staff(hall), hall, Role.INSTRUCTOR)
    newcomer = make.person(email="new@example.kr")

    def accept() -> object:
        try:
            return services.accept_invitation(invitation=invitation, person=newcomer, now=make.NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        given = {job.result() for job in [pool.submit(accept) for _ in range(4)]}
    assert len(given) == 1
    assert RoleAssignment.objects.filter(person=newcomer).count() == 1
    assert AuditEvent.objects.filter(action="people.give_role").count() == 1
