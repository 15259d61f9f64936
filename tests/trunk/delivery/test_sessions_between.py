from datetime import timedelta

import pytest
from tests import factories as make

from naite.trunk.delivery import queries


@pytest.mark.django_db
def test_a_session_past_midnight_is_still_todays_until_it_ends() -> None:
    run = make.run(sessions=1)
    session = run.sessions.get()
    assert session.starts_at and session.ends_at

    def found(hours: float) -> bool:
        start = session.starts_at + timedelta(hours=hours)
        between = queries.sessions_between(run.organisation, start, start + timedelta(days=1))
        return session in between

    assert found(-1)
    assert found(1)  # it lasts two hours: the day that begins in its midst has it too
    assert not found(2)
    assert not found(-25)
