"""What the demo's learner does with what was learned: a package that a school opened twice, a request to answer."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from naite.branches.design import services as design
from naite.flows.demo.cast import Cast
from naite.roots.notices.models import Message
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.standards.importing import import_standards
from naite.trunk.records import queries as records
from naite.trunk.records.outcomes import services as outcomes
from naite.trunk.wallet import queries as wallet
from naite.trunk.wallet.models import PackageLook
from naite.trunk.wallet.packages import queries, requests, services
from naite.trunk.wallet.packages.rules import PackageDraft


def send_packages(cast: Cast, *, now: datetime) -> None:
    """Send one package to a school, which looks twice and gives its receipt."""
    account = cast.accounts["garam"]
    sent_at = now - timedelta(days=3)
    package, token = services.send(
        account=account,
        draft=PackageDraft(
            recipient="가온고등학교 부설 방송통신고 교무실",
            purpose="편입학 서류",
            message="안녕하세요. 전화로 말씀하신 배움 기록을 보냅니다.\n더 필요한 것이 있으면 연락 주세요.",
            until=timezone.localdate(now) + timedelta(days=27),
            entry_ids=tuple(entry.id for entry in records.entries_of(account)[:6]),
            holding_ids=tuple(badge.id for badge in wallet.holdings_of(account.pk)[:3]),
        ),
        request_key="demo:school",
        actor=account.person,
        now=sent_at,
    )
    for hours, client in ((20, "컴퓨터 · Edge"), (45, "휴대전화 · 삼성 인터넷")):
        found = queries.linked(token)
        assert found is not None
        at = sent_at + timedelta(hours=hours)
        services.open_package(
            link=found.link, package=found.package, password="", client=client, viewer=None, now=at
        )
        services.note_use(
            package=found.package,
            act=PackageLook.Act.DOWNLOADED_LIST if hours < 24 else PackageLook.Act.CHECKED,
            title="" if hours < 24 else queries.items_of(package)[0].title,
            client=client,
            viewer=None,
            now=at + timedelta(minutes=4),
        )
    services.acknowledge(
        package=package,
        receiver="교무실 김선생",
        client="컴퓨터 · Edge",
        viewer=None,
        now=sent_at + timedelta(hours=21),
    )


def receive_request(cast: Cast, *, now: datetime) -> None:
    """Let a company ask the same learner, who keeps the request and has not answered yet."""
    asked_at = now - timedelta(days=1)
    row = requests.ask(
        draft=requests.RequestDraft(
            asker="나루소프트 인사팀",
            asker_person="문태오",
            asker_email="hr@naru-soft.example.kr",
            purpose="데이터 분석 직무 서류 심사",
            wanted=("badge", "recognised"),
            details="데이터 분석을 배운 기록이나 배지가 있으면 보내 주세요. 없어도 심사에는 지장이 없습니다.",
            until=timezone.localdate(now) + timedelta(days=12),
        ),
        place="demo",
        now=asked_at,
    )
    letter = Message.objects.filter(address=row.asker_email).latest("created_at")
    code = re.search(r"^\d{6}$", letter.body, re.MULTILINE)
    assert code is not None
    requests.confirm(request=row, typed=code[0], now=asked_at)
    account = cast.accounts["garam"]
    requests.keep(request=row, account=account, actor=account.person, now=asked_at + timedelta(hours=3))


def plan_ahead(cast: Cast, *, now: datetime) -> None:
    """Bring in a dozen NCS units and let the learner have a plan that is half done, shown to the municipality."""
    sample = Path(__file__).with_name("ncs_sample.csv")
    import_standards(
        content=sample.read_bytes(),
        file_name=sample.name,
        label="시연용 일부",
        source="국가직무능력표준(NCS) 누리집의 능력단위 이름과 번호",
        source_url="https://www.ncs.go.kr/",
        actor=None,
        now=now,
    )
    account = cast.accounts["garam"]
    me, started = account.person, now - timedelta(days=40)
    plan = design.make_plan(
        account=account,
        title="우리 동네 데이터 지킴이 되기",
        job_code="20010204",
        unit_codes=("2001020405_16v3", "2001020413_16v3", "2001020205_16v4", "2001020215_15v3"),
        target_on=timezone.localdate(now) + timedelta(days=200),
        actor=me,
        now=started,
    )
    learned = {entry.course_id for entry in records.entries_of(account) if entry.course_id}
    steps = list(Listing.objects.filter(course_id__in=learned, withdrawn_at=None).order_by("title")[:1])
    steps += list(
        Listing.objects.filter(withdrawn_at=None, registration_opens_at__gt=now)
        .exclude(course_id__in=learned)
        .order_by("registration_opens_at")[:1]
    )
    for listing in steps:
        unit = "2001020205_16v4" if listing.course_id in learned else ""
        design.add_course(
            plan=plan, listing=listing, unit_code=unit, why="", target_on=None, actor=me, now=now
        )
    for title, unit, done in (
        ("도서관에서 SQL 입문서 빌려 읽기", "2001020413_16v3", True),
        ("마을 기록 자료를 표로 정리해 보기", "2001020405_16v3", False),
    ):
        step = design.add_own_step(
            plan=plan,
            title=title,
            unit_code=unit,
            target_on=timezone.localdate(now) + timedelta(days=60),
            actor=me,
            now=started,
        )
        if done:
            plan.refresh_from_db()
            design.change_step(
                plan=plan,
                step_id=step.id,
                seen_version=plan.version,
                what="done",
                actor=me,
                now=now - timedelta(days=12),
            )
    design.share(plan=plan, organisation=cast.places["mapo"], actor=me, now=now - timedelta(days=2))


def apply_elsewhere(cast: Cast, *, now: datetime) -> None:
    """Let the learner have applied to the credit bank with a recognised course, without an answer yet."""
    account = cast.accounts["garam"]
    recognised = records.entries_of(account).exclude(recognition_number="").first()
    assert recognised is not None
    outcomes.keep_outcome(
        entry=recognised,
        route="credit_bank",
        state="applied",
        applied_on=timezone.localdate(now) - timedelta(days=9),
        decided_on=None,
        result="",
        actor=account.person,
        now=now - timedelta(days=9),
    )
