"""What the demo's learner does with what was learned: a package that a school opened twice, a request to answer."""

import re
from datetime import datetime, timedelta

from django.utils import timezone

from naite.flows.demo.cast import Cast
from naite.roots.notices.models import Message
from naite.trunk.records import queries as records
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
