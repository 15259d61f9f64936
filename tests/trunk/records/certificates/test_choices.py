"""Switches that last, by entry and by section."""

from datetime import timedelta

import pytest
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.world import entry

from naite.roots.errors import NotAllowed
from naite.trunk.records.certificates.choices import choices_of, choose
from naite.trunk.records.models import CertificateKind, LearningAccount

pytestmark = [pytest.mark.django_db, pytest.mark.req("A20", "rule")]
STATEMENT, PORTFOLIO = CertificateKind.STATEMENT, CertificateKind.PORTFOLIO


@pytest.fixture
def account() -> LearningAccount:
    return make.account()


def keep(account: LearningAccount, kind: CertificateKind, *entries: object, **how: object) -> None:
    choose(
        account=account,
        kind=kind,
        chosen=[e.id for e in entries],  # type: ignore[attr-defined]
        actor=account.person,
        now=NOW,
        **how,  # type: ignore[arg-type]
    )


def states(account: LearningAccount, kind: CertificateKind = PORTFOLIO) -> dict[str, str]:
    return {group.key: group.state for group in choices_of(account, kind)}


def test_sections_come_in_the_order_of_the_law_and_all_is_chosen_at_first(account: LearningAccount) -> None:
    for section in (5, 4, 3, 2):
        entry(account, section=section, area="civic")
    entry(account, section=4, area="self_growth")
    assert states(account) == {"2": "all", "3": "all", "4.self_growth": "all", "4.civic": "all", "5": "all"}
    assert states(account, STATEMENT) == {"4.self_growth": "all", "4.civic": "all"}


def test_choices_last_and_each_document_has_its_own(account: LearningAccount) -> None:
    one, two = entry(account, section=4), entry(account, section=4)
    keep(account, PORTFOLIO, one)
    assert states(account) == {"4.career": "some"}
    assert states(account, STATEMENT) == {"4.career": "all"}
    assert choices_of(account, PORTFOLIO)[0].chosen == {one.id}
    keep(account, PORTFOLIO, one, two)
    assert states(account) == {"4.career": "all"}


def test_a_section_that_is_off_stays_off_for_what_comes_later(account: LearningAccount) -> None:
    entry(account)
    keep(account, PORTFOLIO)
    entry(account)
    assert states(account) == {"5": "none"}


def test_what_the_page_did_not_show_keeps_its_switch(account: LearningAccount) -> None:
    old = entry(account)
    new = entry(account, added_at=NOW + timedelta(minutes=1))
    keep(account, PORTFOLIO, seen_until=NOW)
    assert choices_of(account, PORTFOLIO)[0].chosen == {new.id}
    assert old.id not in choices_of(account, PORTFOLIO)[0].chosen


def test_entries_of_others_are_passed_over(account: LearningAccount) -> None:
    mine, other = entry(account), entry(make.account())
    keep(account, PORTFOLIO, other)
    assert states(account) == {"5": "none"}
    keep(account, PORTFOLIO, mine, other)
    assert choices_of(account, PORTFOLIO)[0].chosen == {mine.id}


@pytest.mark.req("A20", "refusal")
def test_only_the_owner_chooses(account: LearningAccount) -> None:
    for actor in (make.person(), None):
        with pytest.raises(NotAllowed):
            choose(account=account, kind=PORTFOLIO, chosen=[], actor=actor, now=NOW)


def test_choosing_costs_the_same_for_many_entries(
    account: LearningAccount, django_assert_num_queries: object
) -> None:
    for _ in range(12):
        entry(account)
    with django_assert_num_queries(2):  # type: ignore[operator]
        choices_of(account, PORTFOLIO)
