"""Handing in with a snapshot of past runs: rates and completions, and nobody's name."""

import json
from datetime import date, timedelta

import pytest
from tests import factories as make
from tests import recognition_rows as rows

from naite.flows import apply
from naite.roots.errors import Invalid
from naite.trunk.assessment.models import Completion
from naite.trunk.delivery.models import Enrolment
from naite.trunk.recognition.applications import writing
from naite.trunk.recognition.models import Application

CONTENT = dict.fromkeys(
    ("purpose", "operation", "instructors", "contact_name", "contact_phone"), "적었습니다"
)


@pytest.mark.django_db
@pytest.mark.req("A4", "rule")
def test_a_finished_course_brings_its_runs_along_without_names() -> None:
    where = rows.offices()
    version = make.version(where.institution)
    over = make.run(version, starts_on=date(2026, 9, 3), ends_on=date(2026, 10, 8))
    coming = make.run(version)
    for number, (rate, outcome) in enumerate(
        [("95.00", "completed"), ("62.50", "not_completed"), ("88.00", "completed")], start=1
    ):
        place = Enrolment.objects.create(
            run=over,
            person=make.person(f"학습자{number}"),
            number=number,
            state="confirmed",
            applied_at=make.NOW,
        )
        Completion.objects.create(
            enrolment=place,
            outcome=outcome,
            attended_sessions=1,
            counted_sessions=2,
            attendance_rate=rate,
            hours=4,
            decided_at=make.NOW,
            completed_on=date(2026, 10, 8),
        )
    a_round = rows.round_(where.national)
    draft = writing.begin(
        round=a_round, course=version.course, kind="finished", actor=where.staff, now=make.NOW
    )
    assert list(apply.past_runs(draft, now=make.NOW)) == [over]
    texts = {row.item_id: "적었습니다" for row in draft.items.all()}

    def chosen(*ids: object) -> Application:
        row = Application.objects.get(pk=draft.pk)
        return writing.save(
            application=row,
            revision=row.revision,
            content=CONTENT,
            texts=texts,
            run_ids=[str(each) for each in ids],
            actor=where.staff,
            now=make.NOW,
        )

    with pytest.raises(Invalid) as nothing:
        apply.submit(application=chosen(), actor=where.staff, now=make.NOW)
    assert set(nothing.value.fields) == {"runs"}
    for wrong in (coming.pk, make.run(make.version(where.institution), ends_on=date(2026, 11, 1), starts_on=date(2026, 10, 1)).pk, "x"):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            apply.submit(application=chosen(over.pk, wrong), actor=where.staff, now=make.NOW)
        assert refusal.value.code == "unknown_run"
    case = apply.submit(application=chosen(over.pk), actor=where.staff, now=make.NOW)
    (run,) = case.snapshot["runs"]
    assert (run["seats"], run["decided"], run["completed"], run["attendance_mean"]) == (3, 3, 2, "81.83")
    assert [each["attendance_rate"] for each in run["people"]] == ["62.50", "88.00", "95.00"]
    assert "학습자" not in json.dumps(case.snapshot, ensure_ascii=False)
    assert len(case.snapshot["sha256"]) == 64
    Completion.objects.all().delete()
    later = Application.objects.get(pk=case.pk)
    assert later.snapshot == case.snapshot
    assert apply.submit(application=later, actor=where.staff, now=make.NOW + timedelta(days=1)).number
