"""The demo world is made by the services that people use, so making it is a test of them all."""

import pytest
from tests.factories import NOW

from naite.flows import demo
from naite.roots.audit import services as audit
from naite.trunk.badges.models import Award
from naite.trunk.catalogue.models import Listing
from naite.trunk.delivery.models import CourseRun, Enrolment, Session
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.records.models import ConfirmationRequest, Entry
from naite.trunk.records.sections.kinds import BY_KEY
from naite.trunk.wallet.models import Holding


@pytest.mark.req("X11", "rule")
@pytest.mark.django_db
def test_the_demo_world_holds_together() -> None:
    assert demo.is_empty()
    demo.load()
    assert not demo.is_empty()

    garam = Entry.objects.filter(account__person__email="garam@demo.naite.kr")
    assert {entry.completed_on.year for entry in garam} >= {2014, 2018, 2020, 2024, 2026}
    assert 2017 not in {entry.completed_on.year for entry in garam}  # a year of rest stays a gap
    assert {entry.section for entry in garam} == set(Entry.Section) - {Entry.Section.SCHOOLING}
    # own words of every kind, with papers and questions in every state
    assert set(Entry.objects.exclude(kind="").values_list("kind", flat=True)) == set(BY_KEY)
    assert set(ConfirmationRequest.objects.values_list("state", flat=True)) == {
        "waiting",
        "confirmed",
        "declined",
    }

    saebom = Entry.objects.filter(account__person__email="saebom@demo.naite.kr")
    kinds = {
        Organisation.objects.get(pk=entry.organisation_id).kind for entry in saebom if entry.organisation_id
    }
    assert {Organisation.Kind.CIVIL_SOCIETY_ATTACHED, Organisation.Kind.HUB} <= kinds

    # the books agree
    assert Award.objects.count() == Holding.objects.count()
    for run in CourseRun.objects.all():
        held = run.enrolments.filter(state__in=Enrolment.HOLDS_SEAT).count()
        listing = Listing.objects.get(run_id=run.pk)
        assert run.seats_taken == held == listing.seats_taken
        assert run.waiting == listing.waiting == run.enrolments.filter(state=Enrolment.State.WAITING).count()

    # listings from a file inform and lead elsewhere (row X2)
    informing = Listing.objects.filter(run_id=None)
    assert informing.count() > 40
    assert informing.exclude(region=None).values("region").distinct().count() >= 5

    # row M1: lectures without a date exist
    assert Session.objects.filter(starts_at=None).count() == 3
    assert RoleAssignment.objects.values("role").distinct().count() >= 6
    assert RoleAssignment.objects.filter(role=Role.NATIONAL_OFFICER).exists()
    assert Person.objects.filter(is_operator=True).exists()

    while audit.seal(now=NOW):
        pass
    assert audit.first_broken_seal() is None
