"""What panels put on the desks of evaluators and of the institute."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import factories as make
from tests import panel_rows as panels
from tests.clock import hold

from naite.trunk.recognition.models import Assignment
from naite.trunk.recognition.panels import challenges

pytestmark = pytest.mark.django_db


@pytest.mark.req("A1", "browser")
@pytest.mark.req("A7", "browser")
def test_reviews_lie_on_the_evaluators_desk_and_what_hangs_on_the_institutes(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, make.NOW)
    world = panels.world(members=5)
    application, given = world.seated()
    client.force_login(given[1].evaluator.person)
    assert application.number in client.get("/office/desk/").content.decode()
    with CaptureQueriesContext(connection) as few:
        client.get("/office/desk/")
    for _ in range(3):
        world.seated()
    with CaptureQueriesContext(connection) as many:
        client.get("/office/desk/")
    assert abs(len(many) - len(few)) <= 1
    client.force_login(world.where.officer)
    assert "위원 빈 자리" not in client.get("/office/desk/").content.decode()
    challenges.recuse(assignment=given[0], reason="관계", actor=given[0].evaluator.person, now=make.NOW)
    challenges.challenge(
        application=application,
        evaluator=given[1].evaluator,
        reason="다툼",
        actor=world.where.staff,
        now=make.NOW,
    )
    Assignment.objects.filter(pk=given[2].pk).update(due_on=make.NOW.date() - timedelta(days=2))
    page = client.get("/office/desk/").content.decode()
    assert "위원 빈 자리" in page
    assert "기피 결정" in page
    assert given[2].evaluator.person.name in client.get("/office/desk/?due=others").content.decode()
    client.force_login(world.where.local_officer)
    assert "기피 결정" not in client.get("/office/desk/").content.decode()
