"""Accounts with entries and badges, written straight into the tables."""

from datetime import date
from decimal import Decimal

from tests import factories as make
from tests.factories import NOW

from naite.trunk.badges.models import Achievement, Award, StatusList
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models import Entry, LearningAccount


def entry(account: LearningAccount, year: int = 2020, hours: str = "10", **fields) -> Entry:
    number = Entry.objects.count() + 1
    values = {
        "section": Entry.Section.OTHER,
        "title": f"배움 {number}",
        "provider_name": "가온시청",
        "area": "career",
        "hours": Decimal(hours),
        "completed_on": date(year, 5, 1 + number % 28),
        "provenance": Entry.Provenance.SYSTEM,
        "source": Entry.Source.COMPLETION,
        "source_key": f"test:{number}",
        "added_at": NOW,
        **fields,
    }
    return Entry.objects.create(account=account, **values)


def badge(of: Entry, badge_type: str = "achievement") -> Award:
    organisation = Organisation.objects.first() or make.organisation()
    achievement = Achievement.objects.create(
        organisation=organisation,
        framework="seoul",
        framework_version=1,
        badge_type=badge_type,
        area=of.area,
        name="배지",
        description="배지",
        criteria="배지",
        published_at=NOW,
    )
    lists = [
        StatusList.objects.get_or_create(
            organisation=organisation, purpose=purpose, number=1, defaults={"changed_at": NOW}
        )[0]
        for purpose in ("revocation", "suspension")
    ]
    return Award.objects.create(
        account=of.account,
        achievement=achievement,
        entry_id=of.id,
        credential=b"{}",
        credential_id="urn:test",
        issued_at=NOW,
        revocation_list=lists[0],
        revocation_index=0,
        suspension_list=lists[1],
        suspension_index=0,
    )


def grown(name: str = "한가람") -> tuple[Person, LearningAccount]:
    """Somebody who learnt in 2014, 2020 (thrice, one badge, one thing unclassified) and 2026."""
    person = make.person(name)
    account = make.account(person, ring_seed="b")
    entry(account, 2014, "20", area="practical_literacy")
    badge(entry(account, 2020, "40.5", title="엑셀 실무"), "achievement")
    entry(account, 2020, "10", title="동네 모임", area="")
    entry(account, 2020, "9.5", title="바리스타 2급")
    entry(account, 2026, "18", area="civic", title="마을 기록가 되기")
    return person, account
