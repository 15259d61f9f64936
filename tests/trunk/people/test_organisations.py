"""Organisations of the kinds of row A3: who enters them, and what is refused."""

from dataclasses import replace
from datetime import date

import pytest
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.people import policies, queries, rules, services
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.services import OrganisationFacts

Kind = Organisation.Kind


def check(**changes: object) -> dict[str, str]:
    facts = {
        "name": "한강평생학습관",
        "slug": "hangang",
        "kind": Kind.HUMAN_RESOURCES,
        "legal_basis": "ga",
        "teaches_school_subjects": None,
        "parent_kind": Kind.LOCAL_GOVERNMENT,
        **changes,
    }
    return rules.organisation_faults(**facts)  # type: ignore[arg-type]


@pytest.mark.req("A3", "rule")
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, {}),
        ({"legal_basis": "da"}, {}),
        ({"legal_basis": "na", "teaches_school_subjects": False}, {}),
        (
            {"legal_basis": "na", "teaches_school_subjects": True},
            {"teaches_school_subjects": "school_subjects"},
        ),
        ({"legal_basis": "na"}, {"teaches_school_subjects": "unanswered"}),
        ({"legal_basis": ""}, {"legal_basis": "needed"}),
        ({"kind": Kind.MINISTRY, "parent_kind": None}, {"legal_basis": "out_of_place"}),
        ({"kind": Kind.HUB, "legal_basis": ""}, {}),
        ({"kind": Kind.GOVERNMENT, "legal_basis": "", "parent_kind": None}, {}),
        ({"kind": "bakery"}, {"kind": "unknown"}),
        ({"slug": "Hangang"}, {"slug": "shape"}),
        ({"slug": "-hangang"}, {"slug": "shape"}),
        ({"slug": "h" * 61}, {"slug": "shape"}),
        ({"name": "  "}, {"name": "empty"}),
        ({"parent_kind": Kind.COMPANY}, {"parent": "rank"}),
        ({"kind": Kind.LOCAL_GOVERNMENT, "legal_basis": ""}, {"parent": "rank"}),
        ({"kind": Kind.LOCAL_GOVERNMENT, "legal_basis": "", "parent_kind": Kind.PROVINCIAL_INSTITUTE}, {}),
        ({"parent_kind": Kind.HUMAN_RESOURCES}, {}),
    ],
)
def test_what_an_organisation_must_be(changes: dict[str, object], fault: dict[str, str]) -> None:
    assert check(**changes) == fault


def test_every_role_exists_somewhere_and_every_kind_has_roles() -> None:
    assert set(rules.ROLE_KINDS) == set(Role)
    for kind in Kind:
        assert any(kind in kinds for kinds in rules.ROLE_KINDS.values())
    for table in (rules.MAY_INVITE_WITHIN, rules.MAY_INVITE_BELOW):
        assert all(role in rules.ROLE_KINDS for roles in table.values() for role in roles)


@pytest.fixture
def tree(db: None) -> dict[str, Organisation]:
    ministry = make.organisation("교육부", kind=Kind.MINISTRY)
    nation = make.organisation("국가평생교육진흥원", kind=Kind.NATIONAL_INSTITUTE, parent=ministry)
    province = make.organisation("서울평생교육진흥원", kind=Kind.PROVINCIAL_INSTITUTE, parent=nation)
    city = make.organisation("마포구", parent=province)
    hall = make.organisation("한강평생학습관", kind=Kind.HUMAN_RESOURCES, legal_basis="ga", parent=city)
    other = make.organisation("은평구", parent=province)
    return {
        "ministry": ministry,
        "nation": nation,
        "province": province,
        "city": city,
        "hall": hall,
        "other": other,
    }


def hall_facts(parent: Organisation | None) -> OrganisationFacts:
    return OrganisationFacts(
        name="새움평생교육원", kind=Kind.HUMAN_RESOURCES, legal_basis="ga", parent=parent
    )


@pytest.mark.req("A3", "rule")
def test_a_local_officer_enters_an_institution_below_their_office(tree: dict[str, Organisation]) -> None:
    officer = make.staff(tree["city"], Role.LOCAL_OFFICER)
    made = services.create_organisation(
        facts=replace(hall_facts(tree["city"]), region=make.region()),
        slug="saeum",
        actor=officer,
        now=make.NOW,
    )
    made.refresh_from_db()
    assert (made.name, made.parent, made.region_id) == ("새움평생교육원", tree["city"], "11440")
    assert AuditEvent.objects.filter(action="people.create_organisation", subject_id=str(made.pk)).exists()


@pytest.mark.req("A3", "refusal")
def test_a_hagwon_for_school_subjects_is_refused_with_the_clause(tree: dict[str, Organisation]) -> None:
    officer = make.staff(tree["city"], Role.LOCAL_OFFICER)
    facts = replace(hall_facts(tree["city"]), legal_basis="na", teaches_school_subjects=True)
    with pytest.raises(Invalid) as refused:
        services.create_organisation(facts=facts, slug="math", actor=officer, now=make.NOW)
    assert refused.value.code == "school_subject_hagwon"
    assert "평생교육법 제2조제2호나목" in str(refused.value)
    assert not Organisation.objects.filter(slug="math").exists()
    vocational = replace(facts, teaches_school_subjects=False)
    assert services.create_organisation(facts=vocational, slug="baking", actor=officer, now=make.NOW).pk


def test_nobody_enters_an_organisation_elsewhere_or_above(tree: dict[str, Organisation]) -> None:
    officer = make.staff(tree["city"], Role.LOCAL_OFFICER)
    staff = make.staff(tree["hall"])
    learner = make.person()
    for actor, facts in (
        (officer, hall_facts(tree["other"])),
        (officer, hall_facts(None)),
        (officer, OrganisationFacts(name="다른 구", kind=Kind.LOCAL_GOVERNMENT, parent=tree["province"])),
        (staff, hall_facts(tree["hall"])),
        (learner, hall_facts(tree["city"])),
    ):
        with pytest.raises(NotAllowed):
            services.create_organisation(facts=facts, slug="elsewhere", actor=actor, now=make.NOW)
    assert not Organisation.objects.filter(slug="elsewhere").exists()


def test_an_operator_enters_anything_and_a_slug_is_taken_once(tree: dict[str, Organisation]) -> None:
    operator = make.person(is_operator=True)
    services.create_organisation(facts=hall_facts(None), slug="saeum", actor=operator, now=make.NOW)
    with pytest.raises(Invalid) as refused:
        services.create_organisation(facts=hall_facts(None), slug="saeum", actor=operator, now=make.NOW)
    assert "slug" in refused.value.fields


def test_staff_correct_their_own_facts_but_not_where_they_stand(tree: dict[str, Organisation]) -> None:
    staff = make.staff(tree["hall"])
    facts = OrganisationFacts(
        name="한강배움터",
        kind=Kind.HUMAN_RESOURCES,
        legal_basis="ga",
        parent=tree["city"],
        phone="02-0000-0200",
    )
    changed = services.change_organisation(organisation=tree["hall"], facts=facts, actor=staff, now=make.NOW)
    assert changed.name == "한강배움터"
    with pytest.raises(NotAllowed):
        services.change_organisation(
            organisation=changed, facts=replace(facts, parent=tree["other"]), actor=staff, now=make.NOW
        )
    with pytest.raises(NotAllowed):
        services.change_organisation(
            organisation=tree["city"],
            facts=OrganisationFacts(name="우리 구", kind=Kind.LOCAL_GOVERNMENT, parent=tree["province"]),
            actor=staff,
            now=make.NOW,
        )


def test_no_circle_of_parents(tree: dict[str, Organisation]) -> None:
    operator = make.person(is_operator=True)
    campus = services.create_organisation(
        facts=hall_facts(tree["hall"]), slug="campus", actor=operator, now=make.NOW
    )
    facts = OrganisationFacts(name=tree["hall"].name, kind=tree["hall"].kind, legal_basis="ga", parent=campus)
    with pytest.raises(Invalid) as refused:
        services.change_organisation(organisation=tree["hall"], facts=facts, actor=operator, now=make.NOW)
    assert "parent" in refused.value.fields


def test_closing_keeps_the_row_and_ends_work_there(tree: dict[str, Organisation]) -> None:
    officer = make.staff(tree["city"], Role.LOCAL_OFFICER)
    staff = make.staff(tree["hall"])
    provincial = make.staff(tree["province"], Role.PROVINCIAL_OFFICER)
    with pytest.raises(NotAllowed):
        services.close_organisation(
            organisation=tree["hall"], on=date(2026, 11, 20), actor=staff, now=make.NOW
        )
    with pytest.raises(Invalid):
        services.close_organisation(
            organisation=tree["hall"], on=date(2026, 11, 25), actor=officer, now=make.NOW
        )
    with pytest.raises(Invalid) as refused:
        services.close_organisation(
            organisation=tree["city"], on=date(2026, 11, 20), actor=provincial, now=make.NOW
        )
    assert refused.value.code == "has_children"
    for _ in range(2):
        services.close_organisation(
            organisation=tree["hall"], on=date(2026, 11, 20), actor=officer, now=make.NOW
        )
    tree["hall"].refresh_from_db()
    assert tree["hall"].closed_on == date(2026, 11, 20)
    assert not policies.can_run_courses(staff, tree["hall"], now=make.NOW)
    assert AuditEvent.objects.filter(action="people.close_organisation").count() == 1


def test_who_looks_up_what(tree: dict[str, Organisation], django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    def seen(person: Person) -> set[str]:
        return set(queries.organisations_seen_by(person, now=make.NOW).values_list("name", flat=True))

    everything = {item.name for item in tree.values()}
    assert seen(make.person(is_operator=True)) == everything
    assert seen(make.staff(tree["nation"], Role.NATIONAL_OFFICER)) == everything
    assert seen(make.staff(tree["province"], Role.PROVINCIAL_OFFICER)) == everything - {
        "교육부",
        "국가평생교육진흥원",
    }
    assert seen(make.staff(tree["city"], Role.LOCAL_OFFICER)) == {"마포구", "한강평생학습관"}
    assert seen(make.staff(tree["hall"])) == {"한강평생학습관"}
    assert seen(make.staff(tree["nation"], Role.EVALUATOR)) == set()
    assert seen(make.person()) == set()
    with django_assert_num_queries(1):
        rows = list(queries.with_member_counts(Organisation.objects.all(), now=make.NOW))
        assert {row.name: row.members for row in rows}["한강평생학습관"] == 1
        assert [row.parent.name for row in rows if row.parent]
