"""Own words of every kind in the demo world, with papers, one confirmed, one declined, others waiting."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from naite.flows.demo.cast import Cast
from naite.roots.drawing.badges import render_png
from naite.roots.drawing.lettering import MissingGlyph, outline_text
from naite.roots.files.services import open_bytes
from naite.trunk.people.models import Organisation
from naite.trunk.records.confirmations import services as confirmations
from naite.trunk.records.confirmations.queries import who_answers
from naite.trunk.records.evidence import services as evidence
from naite.trunk.records.models import Entry
from naite.trunk.records.sections import services
from naite.trunk.records.sections.rules import OwnWords


@dataclass(frozen=True)
class Story:
    """What somebody wrote down; ``ask`` names whom they ask, ``answer`` what came back."""

    who: str
    kind: str
    title: str
    place: str
    on: date
    details: dict[str, str] = field(default_factory=dict)
    since: date | None = None
    hours: str = "0"
    area: str = ""
    paper: str = ""
    ask: str = ""
    answer: str = ""  # confirmed, or the reason of a decline


STORIES = (
    Story("garam", "national_technical", "컴퓨터활용능력", "대한상공회의소", date(2016, 9, 23),
          {"grade": "2", "number": "16-K9-031877"}, paper="자격증.png"),
    Story("garam", "accredited_private", "한국사능력검정", "국사편찬위원회", date(2019, 6, 14),
          {"grade": "2급"}, paper="인증서.png"),
    Story("garam", "training", "마을신문 기자 교실", "느티나무작은도서관", date(2019, 11, 29), {"way": "class"},
          date(2019, 9, 6), "24", "civic", "수료증.png", "zelkova", "confirmed"),
    Story("garam", "reading", "오래된 골목의 이름들", "정다운", date(2023, 2, 18),
          {"publisher": "느티서가", "together": "느티나무 책모임"}, date(2023, 1, 7), "6", "self_growth"),
    Story("garam", "volunteering", "어르신 휴대전화 배움 돕기", "한강평생학습관", date(2022, 12, 16), {},
          date(2022, 3, 4), "36", "civic", "봉사확인서.png", "hangang"),
    Story("garam", "publication", "우리 동네 우물 이야기", "마포구", date(2024, 10, 5), {"role": "coauthor"}, area="civic"),
    Story("garam", "award", "마포 시민기록 공모전", "마포구", date(2025, 6, 20), {"rank": "장려상", "work": "사진과 글 열두 편"},
          area="civic", paper="상장.png", ask="mapo",
          answer="2025년 수상자 명단에서 찾지 못했습니다. 상장 번호가 보이게 다시 찍어 주세요."),
    Story("garam", "patent", "접이식 화분 받침", "지식재산처", date(2021, 8, 11),
          {"state": "applied", "number": "10-2021-0105512", "role": "coinventor"}),
    Story("saebom", "literacy", "초등학력인정 문해교육", "늘푸른문해학교", date(2018, 2, 9),
          {"level": "elementary", "stage": "3", "office": "서울특별시교육청", "number": "서울 2018-0417"},
          date(2015, 3, 4), "720", "", "학력인정서.png", "seoul-education"),
    Story("saebom", "equivalency", "중졸 검정고시", "서울특별시교육청", date(2019, 8, 27),
          {"level": "middle", "round": "2019년 제2회"}, paper="합격증서.png", ask="seoul-education", answer="confirmed"),
    Story("saebom", "national_professional", "요양보호사", "서울특별시", date(2022, 4, 22),
          {"law": "노인복지법", "number": "2022-1104-0871"}, paper="자격증.png"),
    Story("saebom", "credit_bank", "사회복지전문학사", "국가평생교육진흥원", date(2025, 2, 21),
          {"degree": "associate", "major": "사회복지", "credits": "80"}, paper="학위증.png", ask="nile"),
    Story("강은결", "school", "한빛고등학교", "서울특별시교육청", date(2013, 2, 8), {"level": "high", "outcome": "graduated"},
          date(2010, 3, 2), paper="졸업장.png"),
    Story("강은결", "college", "가온대학교", "사회과학대학", date(2017, 8, 25),
          {"degree": "bachelor", "major": "사회학", "outcome": "graduated"}, date(2013, 3, 4), paper="학위증.png"),
    Story("고나래", "graduate", "가온대학교", "교육대학원", date(2020, 2, 21),
          {"degree": "master", "major": "평생교육", "outcome": "graduated"}, date(2018, 3, 2), paper="학위증.png"),
    Story("고나래", "overseas", "Université de Nantes", "프랑스", date(2016, 6, 30),
          {"degree": "Licence", "major": "Sociologie"}, date(2013, 9, 2), paper="diplome.png"),
    Story("고나래", "self_study", "국어국문학", "국가평생교육진흥원", date(2022, 5, 29), {"stage": "2"}),
)  # fmt: skip


def write_sections(cast: Cast, *, now: datetime) -> None:
    """Write all of it as these people would have, a month ago; and section 1 of two of them."""
    then = now - timedelta(days=30)
    for key, phone, work in (("garam", "010-2468-1357", "느티서점"), ("saebom", "010-1357-2468", "")):
        account = cast.accounts[key]
        services.save_personal(
            account=account,
            facts=services.Personal(
                phone=phone,
                workplace=work,
                no_workplace=not work,
                address="서울특별시 마포구" if work else "서울특별시 성북구",
            ),
            version=0,
            actor=account.person,
            now=then,
        )
    for story in STORIES:
        entry = _write(cast, story, then)
        if story.paper:
            evidence.attach(
                entry=entry,
                stream=open_bytes(picture(story.title, story.place)),
                name=story.paper,
                actor=entry.account.person,
                now=then,
            )
        if story.ask:
            _ask(cast, story, entry, cast.places[story.ask], now)


def _write(cast: Cast, story: Story, then: datetime) -> Entry:
    account = cast.accounts[story.who]
    return services.write(
        account=account,
        words=OwnWords(
            kind=story.kind,
            title=story.title,
            provider_name=story.place,
            started_on=story.since,
            completed_on=story.on,
            hours=Decimal(story.hours),
            area=story.area,
            details=story.details,
        ),
        token=f"demo-{story.kind}",
        accept=("young", "overlap", "duplicate", "much"),
        actor=account.person,
        now=then,
    )


def _ask(cast: Cast, story: Story, entry: Entry, where: Organisation, now: datetime) -> None:
    asked_at = now - timedelta(days=12 if story.who == "saebom" else 4)
    request = confirmations.ask(
        entry=entry,
        organisation=where,
        message=f"{story.on.year}년 것입니다. 명단을 찾아봐 주세요.",
        actor=entry.account.person,
        now=asked_at,
    )
    if story.answer:
        answering = who_answers(where, now=now)[0]
        confirmations.answer(
            request=request,
            confirmed=story.answer == "confirmed",
            reason="" if story.answer == "confirmed" else story.answer,
            actor=answering,
            now=asked_at + timedelta(days=2),
        )


def picture(title: str, place: str) -> bytes:
    """A paper as somebody photographed it, a little askew."""
    lines = [("증 서", 30.0, 120), (title, 22.0, 210), (place, 18.0, 400)]
    texts = "".join(
        f'<path transform="translate({240 - width / 2} {y})" d="{path}"/>'
        for text, size, y in lines
        for path, width in [_outline(text, size)]
    )
    rules = "".join(f'<path d="M130 {y}h220" stroke="#b9b2a6" stroke-width="3"/>' for y in (255, 280, 305))
    return render_png(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 480"><rect width="480" height="480" fill="#6d5a48"/>'
        '<g transform="rotate(-1.5 240 240)"><rect x="70" y="30" width="340" height="420" fill="#fdfbf5"/>'
        '<rect x="84" y="44" width="312" height="392" fill="none" stroke="#a8843f" stroke-width="3"/>'
        f'<g fill="#2b2622">{texts}</g>{rules}<circle cx="330" cy="392" r="20" fill="none" stroke="#b3261e" stroke-width="4"/>'
        "</g></svg>",
        480,
    )


def _outline(text: str, size: float) -> tuple[str, float]:
    font = Path(settings.VENDOR_DIR).parent / "vendor-fonts" / "PretendardGOV-Bold.otf"
    try:
        found = outline_text(font, text, size)
    except (MissingGlyph, OSError):
        return "", 0.0
    return found.path, found.width
