"""The demo world is made by the services that people use, so making it is a test of them all."""

from collections import Counter

import pytest
from django.db.models import Count, Q
from tests.factories import NOW

from naite.branches.oversight.models import Cancellation, Objection
from naite.flows import demo
from naite.flows.pathways import position_of
from naite.roots.audit import services as audit
from naite.trunk.badges.models import Achievement, Award, Pathway
from naite.trunk.catalogue.models import Listing
from naite.trunk.delivery.models import CourseRun, Enrolment, Session
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.recognition.models import (
    AgendaItem,
    Application,
    Assignment,
    Result,
    ResultNotice,
    Round,
)
from naite.trunk.records.models import ConfirmationRequest, Entry, LearningAccount
from naite.trunk.records.sections.kinds import BY_KEY
from naite.trunk.wallet.models import Holding

PILOT = {
    "서울 마이칼리지": ("서울 마이칼리지 인문 산책", "서울 마이칼리지 데이터 읽기", "골목 역사"),
    "문해교사 양성": ("문해교사", "문해교사 실습", "문해교육 상담", "마을 문해교사"),
    "작은세미나": ("작은세미나", "작은세미나 이끎이", "작은세미나 발표"),
}
S = Application.State
# What happens to every application that ends in a recognition, in this order.
WAY = ("submit", "seat_panel", "deliberate", "approve", "notify", "take_effect")


@pytest.mark.req("A8", "rule")
@pytest.mark.req("A9", "rule")
@pytest.mark.req("A14", "rule")
@pytest.mark.req("A15", "rule")
@pytest.mark.req("B11", "rule")
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

    _the_pilot()
    _a_full_round()
    _cases_at_every_desk()

    while audit.seal(now=NOW):
        pass
    assert audit.first_broken_seal() is None


def _the_pilot() -> None:
    """Ten badges in three programmes, each with its holders, 147 of them, and a pathway half walked (row B11)."""
    assert {name: len(badges) for name, badges in PILOT.items()} == {
        "서울 마이칼리지": 3,
        "문해교사 양성": 4,
        "작은세미나": 3,
    }
    names = [name for badges in PILOT.values() for name in badges]
    kinds = Achievement.objects.filter(
        organisation__slug__in=("seoul-my-college", "zelkova"), name__in=names, retired_at=None
    ).annotate(holders=Count("awards", filter=Q(awards__revoked_at=None)))
    assert {kind.name for kind in kinds} == set(names)
    assert len(kinds) == 10 and all(kind.holders > 0 for kind in kinds)
    assert {kind.badge_type for kind in kinds} == {
        "participation",
        "achievement",
        "activity",
        "qualification",
        "pathway",
    }
    held = Award.objects.filter(achievement__name="서울 마이칼리지 인문 산책", revoked_at=None)
    assert held.values("account").distinct().count() == held.count() == 147
    pathway = Pathway.objects.get(name="마을 문해교사")
    garam = LearningAccount.objects.get(person__email="garam@demo.naite.kr")
    here, _held = position_of(pathway, account_id=garam.pk, now=NOW)
    assert 0 < here.reached < here.demand


def _a_full_round() -> None:
    """Twelve institutions, forty applications, three panels, and every way in which an application can end."""
    over = Round.objects.order_by("opens_at")[0]
    cases = Application.objects.filter(round=over)
    assert cases.count() == 40
    assert cases.values("organisation").distinct().count() == 12
    assert over.panels.count() == 3
    assert Counter(cases.values_list("state", flat=True)) == {
        S.RECOGNISED: 35,
        S.REFUSED: 3,
        S.RETURNED: 1,
        S.WITHDRAWN: 1,
    }
    judged = Result.objects.filter(application__round=over, attempt=2)
    assert sorted(judged.values_list("verdict", "application__state")) == [
        ("recognise", S.RECOGNISED),
        ("refuse", S.REFUSED),
    ]
    assert cases.exclude(recognition=None).count() == 35
    assert not ResultNotice.objects.filter(local__batch__round=over).exclude(state="received").exists()
    # The whole way stands in the history of each, in the order of its days.
    for case in cases.filter(state=S.RECOGNISED).prefetch_related("events"):
        acts = [each.act for each in sorted(case.events.all(), key=lambda each: (each.at, each.pk))]
        # What was told and done twice (a provisional one) counts the last time.
        assert [act for act in dict.fromkeys(reversed(acts)) if act in WAY] == list(reversed(WAY)), acts

    cancelled, reversed_ = [Cancellation.objects.get(state=state) for state in ("cancelled", "reversed")]
    for each in (cancelled, reversed_):
        assert cases.filter(recognition=each.recognition).exists()
        order = each.order
        assert order is not None and order.investigation is not None
        assert order.investigation.complaints.exists()
    assert cancelled.recognition.cancelled_on is not None
    assert reversed_.recognition.cancelled_on is None
    assert Objection.objects.get(cancellation=reversed_).state == "upheld"


def _cases_at_every_desk() -> None:
    """Two rounds go on, and somebody has something to do at each desk."""
    going = Application.objects.exclude(round=Round.objects.order_by("opens_at")[0])
    assert set(going.values_list("state", flat=True)) == set(S) - {S.RETURNED, S.WITHDRAWN}
    waits = going.filter(state__in=Application.OPEN).values_list("office__kind", flat=True)
    kinds = Organisation.Kind
    assert {
        kinds.LOCAL_GOVERNMENT,
        kinds.PROVINCIAL_INSTITUTE,
        kinds.NATIONAL_INSTITUTE,
        kinds.MINISTRY,
        kinds.HUMAN_RESOURCES,
    } <= set(waits)
    assert Assignment.objects.filter(
        evaluator__person__email="aram@demo.naite.kr", state="open", application__state=S.IN_REVIEW
    ).exists()
    assert AgendaItem.objects.filter(meeting__state="preparing").exists()
    assert set(ResultNotice.objects.values_list("state", flat=True)) >= {"waiting", "sent", "received"}
