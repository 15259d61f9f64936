"""An institution's file of completions: some enter, some wait for their people, some have to be corrected."""

import csv
import io
from datetime import datetime, timedelta

from django.utils import timezone

from naite.flows import recognised_later
from naite.flows import upload_completions as flow
from naite.flows.demo.cast import Cast
from naite.trunk.catalogue.models import Course
from naite.trunk.recognition import queries as recognition
from naite.trunk.records.models import RecognitionSweep
from naite.trunk.records.uploads import columns as col

PLACE = "hangang"


def upload(cast: Cast, *, now: datetime) -> None:
    """Hand in a file of the learning centre as its officer would, errors included, and apply it."""
    home, officer = cast.places[PLACE], cast.staff(PLACE)
    courses = list(
        Course.objects.filter(organisation=home, current__isnull=False, retired_at=None)
        .select_related("current")
        .order_by("current__title")
    )
    if not courses:
        return
    titles = [course.current.title for course in courses if course.current]
    hours = [course.current.total_hours for course in courses if course.current]
    today = timezone.localdate(now)
    garam, saebom = cast.people["garam"], cast.people["saebom"]
    ended = [(today - timedelta(days=days)).isoformat() for days in (12, 19, 40)]
    told = [
        (garam.name, f"{garam.birth_date}", garam.email, titles[0], ended[0], str(hours[0])),
        (saebom.name, f"{saebom.birth_date}", saebom.email, titles[0], ended[0], str(hours[0])),
        ("서지호", "1975-03-02", "jiho.seo@example.kr", titles[0], ended[0], str(hours[0])),
        ("문다온", "1959-10-21", "daon.moon@example.kr", titles[0], ended[0], str(hours[0])),
        ("윤겨울", "840911", "winter.yoon@example.kr", titles[0], ended[0], str(hours[0])),
        ("백은솔", "1991-06-30", "", titles[0], ended[1], str(hours[0])),
        ("진보라", "1988-01-15", "bora.jin@example.kr", f"{titles[-1]} 심화", ended[1], str(hours[-1])),
        ("고운길", "1966-04-09", "gil.go@example.kr", titles[-1], ended[2], str(hours[-1] * 3)),
    ]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([col.NAME, col.BIRTH, col.EMAIL, col.TITLE, col.COMPLETED, col.HOURS])
    writer.writerows(told)
    at = now - timedelta(days=2)
    batch = flow.receive(
        organisation=home,
        content=out.getvalue().encode("cp949"),
        file_name="가을학기 수료자.csv",
        actor=officer,
        now=at,
    )
    flow.apply(upload_id=batch.pk, actor=officer, now=at + timedelta(minutes=6))
    _recognise(cast, courses[0], now=now)


def _recognise(cast: Cast, course: Course, *, now: datetime) -> None:
    """Let the institute recognise the course after all, so that its completions may move to section 4."""
    today = timezone.localdate(now)
    if recognition.of_courses([course.pk], on=today):
        return
    given = recognised_later.grant(
        course=course,
        number=f"제{today.year}-0871호",
        granted_on=today - timedelta(days=15),
        received_on=today - timedelta(days=14),
        actor=cast.people["seoyeon"],
        now=now - timedelta(days=1),
    )
    for sweep in RecognitionSweep.objects.filter(recognition_id=given.pk):
        recognised_later.propose_transfers.call(sweep_id=str(sweep.pk))
