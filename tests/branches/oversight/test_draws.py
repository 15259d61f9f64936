"""The draw: committed beforehand, repeatable by anybody, and silent until its last visit is closed."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests import factories as make
from tests import oversight_rows as rows
from tests import recognition_rows
from tests.clock import hold
from tests.oversight_rows import NOW

from naite.branches.oversight import draw_queries, drawing
from naite.branches.oversight.models import Candidate, Draw, Investigation
from naite.branches.oversight.services import draws, investigations
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.people.models import Organisation, Role
from naite.trunk.recognition.models import Application, CaseEvent, Recognition

DAY = timedelta(days=1)
hexes = st.text("0123456789abcdef", min_size=1, max_size=64)


@pytest.mark.req("A13", "rule")
@given(hexes, st.sets(st.uuids().map(str), max_size=40))
def test_the_draw_takes_a_fifth_rounded_up_whatever_the_order(seed: str, candidates: set[str]) -> None:
    drawn = drawing.draw(seed, candidates)
    assert len(drawn) == (len(candidates) + 4) // 5
    assert set(drawn) <= candidates and drawn == drawing.draw(seed, sorted(candidates, reverse=True))
    rest = candidates - set(drawn)
    if drawn and rest:
        last = max(drawing.order_of(seed, each) for each in drawn)
        assert all(drawing.order_of(seed, each) > last for each in rest)


def old(on: rows.Ground, count: int, where: Organisation | None = None) -> list[Recognition]:
    """Recognitions granted in 2022 that are still valid."""
    return [
        make.recognition(
            make.version(where or on.where.institution, title=f"오래된 과정 {n}"),
            granted_by=on.where.national,
            granted_on=date(2022, 5, 2),
            received_on=date(2022, 5, 4),
            valid_from=date(2022, 5, 4),
            valid_until=date(2027, 5, 4),
        )
        for n in range(count)
    ]


def finish(visit: Investigation, on: rows.Ground) -> None:
    investigations.begin(investigation=visit, actor=on.officer, now=NOW)
    investigations.save(
        investigation=visit,
        edition=1,
        findings={each.position: ("fine", "") for each in visit.findings.all()},
        summary="이상 없음",
        actor=on.officer,
        now=NOW,
    )
    investigations.report(investigation=visit, edition=2, conclusion="nothing", actor=on.officer, now=NOW)


@pytest.mark.django_db
@pytest.mark.req("A13", "rule")
def test_who_can_be_drawn() -> None:
    on = rows.ground()
    fits = old(on, 2)
    shared = {"granted_by": on.where.national, "granted_on": date(2022, 5, 2)}
    assert on.course.current is not None
    version = on.course.current
    make.recognition(
        version, **shared, valid_from=date(2023, 11, 25), valid_until=date(2028, 11, 25)
    )  # too young
    make.recognition(version, **shared, valid_from=date(2021, 5, 4), valid_until=date(2026, 5, 4))  # over
    make.recognition(
        version,
        **shared,
        valid_from=date(2022, 5, 4),
        valid_until=date(2027, 5, 4),
        cancelled_on=date(2025, 1, 1),
    )
    just = make.recognition(
        version, **shared, valid_from=date(2023, 11, 24), valid_until=date(2028, 11, 24)
    )  # three years today
    in_round = old(on, 1)[0]
    of = recognition_rows.round_(on.where.national)
    application = recognition_rows.application(on.where, of, Application.State.RECOGNISED)
    Application.objects.filter(pk=application.pk).update(recognition=in_round)
    today = date(2026, 11, 24)
    assert {row.pk for row in draw_queries.eligible(of=None, year=2022, on=today)} == {
        *(row.pk for row in fits),
        just.pk,
    }
    assert draw_queries.eligible(of=of, year=None, on=today) == [in_round]
    assert [(c.of, c.year, c.eligible, c.to_draw) for c in draw_queries.choices(on=today)] == [
        (of, None, 1, 1),
        (None, 2022, 3, 1),
    ]


@pytest.mark.django_db
@pytest.mark.req("A13", "refusal")
def test_only_the_institute_draws_once_and_not_before_the_hash_was_public() -> None:
    on = rows.ground()
    with pytest.raises(Refused) as refused:
        draws.commit(of=None, year=2022, actor=on.officer, now=NOW)
    assert refused.value.code == "nobody_eligible"
    old(on, 6)
    for person in (on.staff, on.where.local_officer, on.where.official):
        with pytest.raises(NotAllowed):
            draws.commit(of=None, year=2022, actor=person, now=NOW)
    row = draws.commit(of=None, year=2022, actor=on.officer, now=NOW)
    with pytest.raises(Refused) as refused:
        draws.commit(of=None, year=2022, actor=on.officer, now=NOW)
    assert refused.value.code == "drawn_already"
    with pytest.raises(NotAllowed):
        draws.draw(committed=row, actor=on.staff, now=NOW + DAY)
    with pytest.raises(Refused) as refused:
        draws.draw(committed=row, actor=on.officer, now=NOW + DAY - timedelta(minutes=1))
    assert refused.value.code == "too_early" and not Candidate.objects.filter(drawn=True).exists()
    draws.draw(committed=row, actor=on.officer, now=NOW + DAY)
    assert Candidate.objects.filter(drawn=True).count() == 2
    with pytest.raises(Refused) as refused:
        draws.draw(committed=row, actor=on.officer, now=NOW + DAY)
    assert refused.value.code == "moved_meanwhile"
    visit = Investigation.objects.first()
    assert visit is not None
    with pytest.raises(Refused) as refused:
        investigations.drop(investigation=visit, reason="멀어서", actor=on.officer, now=NOW + DAY)
    assert refused.value.code == "drawn"


@pytest.mark.django_db
@pytest.mark.req("A13", "browser")
def test_nothing_leaks_before_the_last_visit_and_then_anybody_repeats_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hold(monkeypatch, NOW + DAY)
    on = rows.ground()
    old(on, 6)
    row = draws.commit(of=None, year=2022, actor=on.officer, now=NOW)
    draws.draw(committed=row, actor=on.officer, now=NOW + DAY)
    chosen = list(Candidate.objects.filter(drawn=True).select_related("recognition__course__current"))
    names = {each.recognition.number for each in chosen} | {str(each.recognition_id) for each in chosen}
    seed = Draw.objects.get().seed
    clients = {"stranger": Client()}
    for name, person in (
        ("staff", on.staff),
        ("local", on.where.local_officer),
        ("ministry", on.where.official),
    ):
        clients[name] = Client()
        clients[name].force_login(person)
    pages = [
        "/spot-checks/",
        f"/spot-checks/{row.pk}/",
        f"/spot-checks/{row.pk}/candidates.txt",
        "/work/oversight/",
        "/office/oversight/draws/",
        f"/office/oversight/draws/{row.pk}/",
        "/office/oversight/visits/",
        *(f"/office/oversight/visits/{each.investigation_id}/" for each in chosen),
        *(f"/recognitions/{each.recognition_id}/" for each in chosen),
        "/api/v1/openapi.json",
    ]
    told_publicly = Client().get(f"/spot-checks/{row.pk}/").content.decode()
    assert row.seed_hash in told_publicly and row.list_hash in told_publicly

    def leaks() -> list[tuple[str, str]]:
        found = []
        for who, client in clients.items():
            for path in pages:
                text = client.get(path).content.decode()
                about_draw = not path.startswith("/recognitions/")
                if (
                    seed in text
                    or (about_draw and any(name in text for name in names))
                    or "점검 대상" in text
                ):
                    found.append((who, path))
        return found

    assert leaks() == []
    assert not CaseEvent.objects.exists() and not Message.objects.exists()
    logged = json.dumps(
        [[e.detail, e.action, e.subject_id] for e in AuditEvent.objects.all()], ensure_ascii=False
    )
    assert seed not in logged and not any(name in logged for name in names)

    first, last = (each.investigation for each in chosen)
    assert first is not None and last is not None
    finish(first, on)
    row.refresh_from_db()
    assert row.state == Draw.State.DRAWN and row.published_seed == ""
    assert seed not in Client().get(f"/spot-checks/{row.pk}/").content.decode()
    assert Client().get(f"/spot-checks/{row.pk}/candidates.txt").status_code == 404
    finish(last, on)
    row.refresh_from_db()
    assert (row.state, row.published_seed) == (Draw.State.CLOSED, seed)
    page = Client().get(f"/spot-checks/{row.pk}/").content.decode()
    assert seed in page and all(name in page for name in names)
    assert CaseEvent.objects.filter(act="spot_checked", audience="public").count() == 2

    # The printed script, as a stranger runs it.
    script = tmp_path / "draw.py"
    script.write_bytes(b"".join(Client().get("/spot-checks/draw.py")))
    listed = b"".join(Client().get(f"/spot-checks/{row.pk}/candidates.txt")).decode()
    command = [sys.executable, str(script), seed, row.seed_hash, row.list_hash]
    run = subprocess.run(command, input=listed, capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) == {str(each.recognition_id) for each in chosen}
    tampered = subprocess.run(command, input=listed[37:], capture_output=True, text=True, check=False)
    assert tampered.returncode != 0 and "committed" in tampered.stderr


@pytest.mark.django_db
def test_visits_are_spread_and_nobody_visits_their_own() -> None:
    on = rows.ground()
    mine = make.organisation("담당자의 기관")
    make.role(on.second, mine, Role.INSTITUTION_STAFF)
    old(on, 10)
    old(on, 10, mine)
    row = draws.commit(of=None, year=2022, actor=on.officer, now=NOW)
    draws.draw(committed=row, actor=on.second, now=NOW + DAY)
    for visit in Investigation.objects.select_related("lead"):
        assert visit.organisation_id != mine.pk or visit.lead == on.officer
    assert len(draw_queries.visits_of(row, on.officer)[0]) == 4
    seen = draw_queries.visits_of(row, on.second)[0]
    assert all(each.recognition.course.organisation_id != mine.pk for each in seen)


@pytest.mark.django_db
@pytest.mark.req("A13", "browser")
def test_the_office_commits_and_draws(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, NOW)
    on = rows.ground()
    old(on, 6)
    client.force_login(on.officer)
    assert "2022년에 인정받은 과정" in client.get("/office/oversight/draws/").content.decode()
    client.post("/office/oversight/draws/", {"round": "", "year": "2022"})
    row = Draw.objects.get()
    path = f"/office/oversight/draws/{row.pk}/"
    client.post(path + "draw/")
    row.refresh_from_db()
    assert row.state == Draw.State.COMMITTED  # too early
    hold(monkeypatch, NOW + DAY)
    client.post(path + "draw/")
    assert client.get(path).content.decode().count("오래된 과정") == 2
