"""Consent with purpose and version: given by oneself, withdrawn where optional, never silently renewed."""

from datetime import timedelta

import pytest
from tests import factories as make

from naite.branches.privacy import queries, services
from naite.branches.privacy.models import Consent, ConsentText
from naite.roots.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_first_texts() -> None:
    Consent.objects.all().delete()
    ConsentText.objects.all().delete()


def text(purpose: str, version: int = 1, *, required: bool = True, days: int = 10) -> ConsentText:
    return ConsentText.objects.create(
        purpose=purpose,
        version=version,
        title=f"{purpose} {version}",
        body="…",
        required=required,
        valid_from=make.NOW - timedelta(days=days),
    )


def test_the_newest_version_in_force_is_the_one_to_agree_to() -> None:
    news = text("news", required=False)
    first = text("terms", 1, days=10)
    second = text("terms", 2, days=1)
    text("terms", 3, days=-1)  # from tomorrow on
    assert queries.current_texts(now=make.NOW) == [second, news]
    person = make.person()
    with pytest.raises(Invalid) as refused:
        services.give_consents(person=person, texts=[first], actor=person, now=make.NOW)
    assert refused.value.code == "consent_outdated"
    assert not Consent.objects.exists()


def test_a_new_version_asks_again() -> None:
    person = make.person()
    first = text("terms", 1)
    services.give_consents(person=person, texts=[first], actor=person, now=make.NOW)
    assert queries.unanswered(person, now=make.NOW) == []
    second = text("terms", 2, days=0)
    assert queries.unanswered(person, now=make.NOW) == [second]


def test_nobody_consents_for_another() -> None:
    terms = text("terms")
    person, other = make.person(), make.person("남")
    with pytest.raises(NotAllowed):
        services.give_consents(person=person, texts=[terms], actor=other, now=make.NOW)
    with pytest.raises(NotAllowed):
        services.withdraw_consent(person=person, purpose="terms", actor=other, now=make.NOW)
    assert not Consent.objects.exists()


def test_sign_up_needs_every_required_text() -> None:
    terms = text("terms")
    text("privacy")
    person = make.person()
    with pytest.raises(Invalid) as refused:
        services.give_consents(person=person, texts=[terms], actor=person, now=make.NOW, at_sign_up=True)
    assert list(refused.value.fields) == ["consent_privacy"]
    assert not Consent.objects.exists()


def test_repeating_gives_and_withdraws_once() -> None:
    news = text("news", required=False)
    person = make.person()
    for _ in range(2):
        services.give_consents(person=person, texts=[news], actor=person, now=make.NOW)
    assert Consent.objects.count() == 1
    assert queries.has_agreed(person, ConsentText.Purpose.NEWS, now=make.NOW)
    ended = [
        services.withdraw_consent(person=person, purpose="news", actor=person, now=make.NOW) for _ in range(2)
    ]
    assert ended == [1, 0]
    assert not queries.has_agreed(person, ConsentText.Purpose.NEWS, now=make.NOW)
    services.give_consents(person=person, texts=[news], actor=person, now=make.NOW)
    assert queries.consents_of(person).count() == 2
