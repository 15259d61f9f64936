"""How many rows of the standard file are taken in a second: first time, again unchanged, again changed."""

import csv
import io
import random
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from naite.trunk.catalogue import imports
from naite.trunk.catalogue.import_plan import plan
from naite.trunk.catalogue.models import ImportBatch, Listing
from naite.trunk.catalogue.standard_file import COLUMNS, read_table
from naite.trunk.people.models import Organisation

DATABASE = True
ROWS = 20_000
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
_WORDS = [
    "생활",
    "겨울",
    "처음",
    "만나는",
    "함께",
    "걷는",
    "우리",
    "동네",
    "작은",
    "저녁",
    "아침",
    "주말",
    "손으로",
    "쓰는",
    "디지털",
    "인문",
    "그림",
    "노래",
    "요리",
    "도예",
    "영어",
    "기초",
    "심화",
]
_PLACES = (
    "서울특별시 마포구 나루길",
    "부산광역시 해운대구 달맞이로",
    "경기도 수원시 팔달구 화성로",
    "제주특별자치도 서귀포시 중앙로",
)


def rows(count: int, seed: int = 1) -> list[list[str]]:
    """Return rows as a large city publishes them; the same for the same seed."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        start = date(2026, 12, 1) + timedelta(days=chance.randrange(90))
        made.append(
            [
                f"[{chance.choice('가나다라')}{chance.randrange(1, 9)}] {' '.join(chance.sample(_WORDS, 3))} {number}반",
                f"강사{chance.randrange(900):03d}",
                start.isoformat(),
                (start + timedelta(days=chance.randrange(80))).isoformat(),
                f"{chance.randrange(9, 20)}:{chance.choice(('00', '30'))}",
                "21:30",
                " ".join(chance.choices(_WORDS, k=chance.randrange(1, 20))),
                "성인",
                chance.choice(("오프라인", "온라인")),
                chance.choice(("월요일", "화요일+목요일", "월~금", "목용일", "토", "")),
                f"평생학습센터 {chance.randrange(1, 40)}강의실",
                str(chance.randrange(5, 60)),
                str(chance.randrange(0, 20) * 6000),
                f"{chance.choice(_PLACES)} {chance.randrange(1, 300)}",
                f"{chance.choice('동서남북')}구청",
                "02-000-0000",
                "2026-11-16",
                "2026-11-30",
                "인터넷",
                "선착순",
                "www.example.kr",
                "N",
                "N",
                chance.choice("YN"),
                "2026-11-20",
            ]
        )
    return made


def as_bytes(made: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(made)
    return out.getvalue().encode("cp949")


def run() -> dict[str, Any]:
    supplier = Organisation.objects.create(
        slug="bench", name="큰도시", kind=Organisation.Kind.LOCAL_GOVERNMENT, created_at=NOW
    )
    made = rows(ROWS)
    content = as_bytes(made)

    started = time.perf_counter()
    table = read_table(content, max_bytes=len(content))
    plan(table, supplier=supplier, now=NOW)
    parsed = time.perf_counter() - started

    first = _take_in(supplier, content)
    again = _take_in(supplier, content)
    for each in made:
        each[11] = str(int(each[11]) + 1)
    changed = _take_in(supplier, as_bytes(made))
    assert Listing.objects.count() == ROWS
    assert ImportBatch.objects.order_by("-uploaded_at", "-id")[0].updated_count == ROWS
    return {
        "figures": {
            "rows": ROWS,
            "read and compare, rows/s": round(ROWS / parsed),
            "first import, rows/s": round(ROWS / first),
            "import again unchanged, rows/s": round(ROWS / again),
            "import again, every row changed, rows/s": round(ROWS / changed),
        },
        "ratios": {"import again ÷ first import": round(first / again, 2)},
    }


def _take_in(supplier: Organisation, content: bytes) -> float:
    """Take a file in from its bytes to the last listing and its search entry; return the seconds."""
    started = time.perf_counter()
    batch = imports.receive(supplier=supplier, content=content, file_name="bench.csv", actor=None, now=NOW)
    batch = imports.start(batch_id=batch.pk, actor=None, now=NOW)
    for done in imports.apply_next(batch_id=batch.pk, now=NOW):
        batch = done
    assert batch.state == ImportBatch.State.APPLIED, batch.state
    return time.perf_counter() - started
