"""A municipality with its province and the nation, who answer questions, and somebody who asks."""

from dataclasses import dataclass
from datetime import date

import pytest
from tests import factories as make

from naite.branches.counselling.models import Question, QuestionCategory, ReplyRule
from naite.branches.counselling.services import questions
from naite.branches.counselling.services.questions import QuestionText
from naite.trunk.people.models import Organisation, Person, Role

Kind = Organisation.Kind


@dataclass
class Offices:
    nation: Organisation
    province: Organisation
    city: Organisation
    national: Person
    provincial: Person
    local: Person
    colleague: Person


@pytest.fixture
def offices(db: None) -> Offices:
    region = make.region()
    nation = make.organisation("국가평생교육진흥원", kind=Kind.NATIONAL_INSTITUTE)
    province = make.organisation(
        "서울특별시평생교육진흥원", kind=Kind.PROVINCIAL_INSTITUTE, region=region.parent, parent=nation
    )
    city = make.organisation("마포구", region=region, parent=province, phone="02-0000-0100")
    return Offices(
        nation,
        province,
        city,
        make.staff(nation, Role.NATIONAL_OFFICER, "강서연"),
        make.staff(province, Role.PROVINCIAL_OFFICER, "민다온"),
        make.staff(city, Role.LOCAL_OFFICER, "정도윤"),
        make.staff(city, Role.COUNSELLOR, "서아라"),
    )


@pytest.fixture
def asker(offices: Offices) -> Person:
    return make.person("한가람", region=offices.city.region)


@pytest.fixture
def category(db: None) -> QuestionCategory:
    found, _ = QuestionCategory.objects.get_or_create(key="account", defaults={"name": "학습계좌"})
    ReplyRule.objects.get_or_create(
        category=None,
        valid_from=date(2010, 1, 1),
        defaults={"working_days": 7, "count_first_day": True, "remind_days": 2},
    )
    return found


def ask(asker: Person, category: QuestionCategory, **fields: object) -> Question:
    """Write and send a question of somebody at ``make.NOW``."""
    text = {"region": asker.region, "title": "계좌를 합칠 수 있나요", "body": "두 개가 있습니다.", **fields}
    row = questions.start(person=asker, text=QuestionText(category, **text), actor=asker, now=make.NOW)  # type: ignore[arg-type]
    return questions.submit(question=row, actor=asker, now=make.NOW)


@pytest.fixture
def question(asker: Person, category: QuestionCategory) -> Question:
    return ask(asker, category)
