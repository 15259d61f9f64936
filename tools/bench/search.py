"""How long a search page takes at 100,000 listings: text, facets, both, deep pages; and the index's cost.

The listings are made up, the same in every run: titles, places and dates are drawn as in the national
standard file, where most registrations are over and some dates are missing. The page is timed as Django
serves it, from the request to the finished HTML; the first page after the start, which fills the columns in
memory, is told apart.
"""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from naite.trunk.catalogue.classification import Area, Category, DeliveryMode, SubArea
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.search_index import index_listings
from naite.trunk.people.models import Organisation, Region

DATABASE = True
LISTINGS = int(os.environ.get("NAITE_BENCH_LISTINGS", "100000"))
ROUNDS = 60
SUBJECTS = (
    "요가 필라테스 수채화 서예 민화 캘리그라피 통기타 하모니카 합창 우쿨렐레 영어회화 일본어 중국어 한글 한문 인문학 "
    "철학 미술사 엑셀 파이썬 스마트폰 키오스크 동영상편집 사진 드론 바리스타 제과제빵 한식조리 정리수납 원예 목공 "
    "도자기 뜨개질 재봉 글쓰기 그림책 독서토론 마을기록 주민자치 환경 기후행동 성인권 부모교육 재테크 세금 건강체조 "
    "라인댄스 탁구 명상 심리상담 노래교실 장구 가야금 보드게임지도사 한국사 커피 와인 창업"
).split()
LEVELS = (
    "기초",
    "초급",
    "중급",
    "심화",
    "입문",
    "자격증 과정",
    "교실",
    "1기",
    "2기",
    "아카데미",
    "지도사 과정",
)
TIMES = ("아침", "오전", "오후", "저녁", "주말", "직장인", "어르신", "청년", "생활", "쉬운", "처음 만나는")
PLACES = ("평생학습관", "주민센터", "도서관", "문화원", "여성회관", "청소년수련관", "복지관")
SENTENCES = (
    "처음이어도 괜찮습니다.",
    "재료비는 따로 있습니다.",
    "이론과 실습을 함께 합니다.",
    "이웃과 함께 배우는 즐거움을 나눕니다.",
    "수료하면 동아리 활동으로 이어집니다.",
    "요가 매트를 가져오세요.",
    "컴퓨터실에서 합니다.",
    "시민 누구나 들을 수 있습니다.",
)
QUERIES = {
    "text": [
        "q=요가",
        "q=스마트폰",
        "q=아침+요가",
        "q=영어회화+초급",
        "q=도서관",
        "q=가",
        "q=보드게임지도사",
    ],
    "facets": [
        "",
        "state=open",
        "state=open&area=civic",
        "region={sido}",
        "region={sigungu}&state=open",
        "fee=free&day=sat&day=sun",
        "category=vocational&mode=offline&state=upcoming",
    ],
    "text+facets": [
        "q=요가&state=open",
        "q=교실&region={sido}",
        "q=엑셀&fee=free",
        "q=도서관&area=self_growth&day=mon",
        "q=저녁+요가&state=open&state=always&sort=deadline",
    ],
    "deep page": ["page=2000", "state=closed&page=1500", "q=교실&page=300", "sort=start&page=1000"],
}


def made_up(count: int, supplier: Organisation, regions: list[Region], now: datetime) -> Iterator[Listing]:
    """Yield listings that look like the national file's; the same for the same day."""
    chance = random.Random(20261124)
    today = now.date()
    for number in range(count):
        subject, level = chance.choice(SUBJECTS), chance.choice(LEVELS)
        region = chance.choice(regions)
        starts_on = today + timedelta(days=int(chance.triangular(-330, 90, -60)))
        ends_on = starts_on + timedelta(days=chance.choice((0, 27, 55, 83)))
        opens_on = starts_on - timedelta(days=chance.randrange(10, 50))
        closes_on = opens_on + timedelta(days=chance.randrange(3, 40))
        always = chance.random() < 0.08
        capacity = chance.choice((10, 12, 15, 20, 20, 25, 30, 100))
        yield Listing(
            source=Listing.Source.STANDARD_FILE,
            source_key=f"bench-{number}",
            supplier=supplier,
            provider_name=f"{region.name} {chance.choice(PLACES)}",
            provider_phone="02-000-0000",
            title=f"{chance.choice(TIMES)} {subject} {level}",
            description=" ".join(chance.choices(SENTENCES, k=3)),
            instructor=f"강사{chance.randrange(4000)}",
            audience=chance.choice(("성인", "누구나", "청소년", "어르신")),
            category=chance.choice(Category.values) if chance.random() < 0.3 else "",
            area=chance.choice(Area.values) if chance.random() < 0.3 else "",
            sub_area=chance.choice(SubArea.values) if chance.random() < 0.2 else "",
            mode=chance.choice((DeliveryMode.OFFLINE,) * 8 + (DeliveryMode.ONLINE, DeliveryMode.BLENDED)),
            region=region if chance.random() < 0.97 else None,
            place=f"{chance.choice(PLACES)} {chance.randrange(1, 6)}강의실",
            address=f"{region.full_name} 배움로 {chance.randrange(1, 300)}",
            starts_on=starts_on,
            ends_on=ends_on if not always else date(today.year, 12, 31),
            weekdays=chance.choice((1, 2, 4, 8, 16, 32, 64, 5, 10, 31, 0)),
            registration_opens_at=_midnight(opens_on) if chance.random() < 0.87 and not always else None,
            registration_closes_at=_midnight(closes_on) if not always else None,
            always_open=always,
            capacity=capacity if chance.random() < 0.95 else None,
            fee=chance.choice((0, 0, 0, 20_000, 50_000)) if chance.random() < 0.97 else None,
            created_at=now,
            updated_at=now,
        )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)


def _regions() -> list[Region]:
    """Return municipalities, those of the installation or, where it has none, 17 × 15 made up."""
    found = list(Region.objects.filter(level="sigungu", valid_until=None).select_related("parent"))
    if found:
        return found
    for sido in range(11, 28):
        parent = Region.objects.create(code=f"{sido}000", name=f"제{sido}도", level="sido")
        Region.objects.bulk_create(
            Region(code=f"{sido}{number:03}", name=f"가온{number}구", level="sigungu", parent=parent)
            for number in range(110, 260, 10)
        )
    return list(Region.objects.filter(level="sigungu").select_related("parent"))


def fill(count: int) -> float:
    """Write the listings and index them; return how many were indexed a second."""
    now = timezone.now()
    supplier = Organisation.objects.create(
        name="가온시청", slug="bench", kind=Organisation.Kind.LOCAL_GOVERNMENT, created_at=now
    )
    rows = made_up(count, supplier, _regions(), now)
    spent = 0.0
    while chunk := list(islice(rows, 5_000)):
        with transaction.atomic():
            Listing.objects.bulk_create(chunk)
            started = time.perf_counter()
            index_listings([row.id for row in chunk])
            spent += time.perf_counter() - started
    return count / spent


def _timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return the milliseconds by the clock and by this process's processor; a busy machine moves the first."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000


def run() -> dict[str, Any]:
    """Time search pages; milliseconds unless the name says otherwise."""
    figures: dict[str, Any] = {"listings": LISTINGS, "indexed rows/s": round(fill(LISTINGS))}
    client = Client(headers={"host": "localhost"})
    place = Region.objects.filter(level="sigungu", valid_until=None).order_by("code").first()
    assert place is not None

    def page(query: str) -> None:
        filled = query.format(sido=place.parent_id, sigungu=place.code)
        response = client.get(f"/courses/?{filled}", follow=True)
        assert response.status_code == 200, filled

    figures["first page ms"] = round(_timed(lambda: page(""))[0], 1)
    everything: list[tuple[float, float]] = []
    for name, queries in QUERIES.items():
        times = [_timed(lambda query=query: page(query)) for _ in range(ROUNDS // 5) for query in queries]
        figures[f"{name} p50 ms"], figures[f"{name} p95 ms"] = _quantiles([clock for clock, _ in times])
        everything += times
    figures["all p50 ms"], figures["all p95 ms"] = _quantiles([clock for clock, _ in everything])
    processor = _quantiles([spent for _, spent in everything])
    figures["all p50 ms of the web process"], figures["all p95 ms of the web process"] = processor
    return {"figures": figures, "ratios": {}}


def _quantiles(times: list[float]) -> tuple[float, float]:
    return round(statistics.median(times), 1), round(statistics.quantiles(times, n=20)[-1], 1)
