"""Signing up is one transaction: a person with consents, or nothing."""

from datetime import date

import pytest
from tests import factories as make

from naite.branches.privacy.models import Consent
from naite.branches.privacy.queries import current_texts
from naite.flows.sign_up import sign_up
from naite.roots.errors import Invalid
from naite.trunk.people.models import Person
from naite.trunk.people.rules import age_on, birth_date_fault
from naite.trunk.records.models import LearningAccount


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(1990, 11, 24), date(2026, 11, 24), 36),
        (date(1990, 11, 25), date(2026, 11, 24), 35),
    ],
)
def test_age_counts_full_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    ("born", "fault"),
    [
        (date(2026, 11, 25), "future"),
        (date(1900, 1, 1), "too_old"),
        (date(2012, 11, 25), "too_young"),
        (date(2012, 11, 24), ""),
    ],
)
def test_birth_dates_that_cannot_be_kept(born: date, fault: str) -> None:
    assert birth_date_fault(born, date(2026, 11, 24)) == fault


@pytest.mark.django_db
def test_a_refused_consent_leaves_no_person() -> None:
    make.consent_texts()
    required = [text for text in current_texts(now=make.NOW) if text.required]
    with pytest.raises(Invalid):
        sign_up(
            person=Person(email="garam@example.kr"),
            name="한가람",
            birth_date=None,
            region=None,
            agreed=required[:1],
            opens_account=True,
            now=make.NOW,
        )
    assert not Person.objects.exists()
    assert not Consent.objects.exists()
    assert not LearningAccount.objects.exists()
