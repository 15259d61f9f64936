import pytest
from tests import factories as make

from naite.trunk.people.models import Role
from naite.trunk.people.policies import can_run_courses


@pytest.mark.django_db
def test_staff_run_courses_only_for_their_own_institution_and_time() -> None:
    mine, other = make.organisation(), make.organisation("다른 기관")
    someone = make.staff(mine)
    assert can_run_courses(someone, mine, now=make.NOW)
    assert not can_run_courses(someone, other, now=make.NOW)
    assert not can_run_courses(None, mine, now=make.NOW)
    assert not can_run_courses(make.staff(mine, Role.INSTRUCTOR), mine, now=make.NOW)
    someone.roles.update(valid_until=make.NOW)
    assert not can_run_courses(someone, mine, now=make.NOW)


@pytest.mark.django_db
def test_every_factory_makes_a_valid_row() -> None:
    version = make.version()
    assert make.run(version, sessions=3).sessions.count() == 3
    assert make.recognition(version).course == version.course
    assert make.account().person.learning_account
    assert make.region().full_name == "서울특별시 마포구"
