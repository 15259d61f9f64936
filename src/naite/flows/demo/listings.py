"""A file of listings as the provincial institute would upload it, its dates moved to today."""

import re
from datetime import date, datetime, timedelta
from importlib.resources import files

from django.utils import timezone

from naite.flows.demo.cast import Cast
from naite.flows.import_listings import apply_import
from naite.trunk.catalogue import imports

WRITTEN_ON = date(2026, 11, 22)
_DAY = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")


def sample(today: date) -> bytes:
    """Return the sample file with every date moved by whole weeks, so that weekdays still fit."""
    shift = timedelta(weeks=(today - WRITTEN_ON).days // 7)

    def move(found: re.Match[str]) -> str:
        try:
            return (date(*map(int, found.groups())) + shift).isoformat()
        except ValueError:  # the sample has days that are in no calendar
            return found.group()

    text = files("naite.trunk.catalogue").joinpath("data/sample_standard_file.csv").read_text("utf-8")
    return _DAY.sub(move, text).encode()


def upload(cast: Cast, *, now: datetime) -> None:
    """Upload the sample for one supplier and apply its good rows."""
    content = sample(timezone.localdate(now))
    batch = imports.receive(
        supplier=cast.places["hangang"],
        content=content,
        file_name="전국평생학습강좌_시범.csv",
        actor=cast.staff("hangang"),
        now=now,
    )
    apply_import(batch_id=batch.pk, actor=cast.staff("hangang"), now=now)
