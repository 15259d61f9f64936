"""The registry of institutions in the demo: pages with documents, a change to decide, one sent back, one that waits."""

from datetime import date, datetime, timedelta
from io import BytesIO

from naite.flows.demo.cast import Cast
from naite.roots.dates import day_of
from naite.roots.papers import Facts, Paper, pdf
from naite.trunk.people.models import InstitutionProposal, Organisation, Person
from naite.trunk.people.registry import documents, pages, proposals
from naite.trunk.recognition import delegations
from naite.trunk.recognition.models import Delegation

# Institution, its staff, the officer who decides; how it was set up, number, since when, representative, law of (다).
PAGES = (
    ("hangang", "harin", "doyun", "reported", "제2011-3호", date(2011, 3, 2), "한이슬", ""),
    ("seoul-my-college", "jiho", "daon", "ordinance", "서울-2013-1", date(2013, 3, 4), "구름새", ""),
    ("evergreen", "haein", "official-seongbuk", "reported", "제2009-17호", date(2009, 9, 1), "늘참", ""),
    ("zelkova", "yerin", "official-eunpyeong", "reported", "제2016-5호", date(2016, 5, 9), "조은빛", ""),
    (
        "midland-hub",
        "taeo",
        "official-yuseong",
        "designated",
        "K-2021-7",
        date(2021, 4, 1),
        "문바름",
        "국민 평생 직업능력 개발법 제27조",
    ),
    ("moonlight", "areum", "official-haeundae", "reported", "제2014-2호", date(2014, 3, 3), "노마루", ""),
    ("suwon-learning", "ijun", "official-suwon", "reported", "제2012-8호", date(2012, 9, 3), "백한결", ""),
    ("saeum", "staff-saeum", "doyun", "registered", "제2018-4호", date(2018, 3, 5), "차온유", ""),
    ("dohwa", "staff-dohwa", "doyun", "reported", "제2019-6호", date(2019, 5, 7), "노해솔", ""),
)


def play(cast: Cast, *, now: datetime) -> None:
    """Fill the registry: every page rests on an accepted request with its certificate."""
    paper = _paper(day_of(now))
    begun = now - timedelta(days=60)
    for slug, staff, officer, act, number, on, representative, law in PAGES:
        place, who, decides = cast.places[slug], cast.people[staff], cast.people[officer]
        pages.open_page(organisation=place, actor=decides, now=begun)
        row = _asked(
            place,
            who,
            {
                "act": act,
                "number": number,
                "registered_on": on.isoformat(),
                "opened_on": (on + timedelta(days=14)).isoformat(),
                "representative": representative,
                "other_law": law,
            },
            reason="기관 대장을 처음 엽니다",
            now=begun,
        )
        expires = day_of(now) + timedelta(days=20) if slug == "evergreen" else None
        _document(row, "registration", "신고증.pdf", paper, who, begun, issued_on=on)
        _document(row, "charter", "운영규칙.pdf", paper, who, begun)
        _document(row, "insurance", "배상책임보험증권.pdf", paper, who, begun, expires_on=expires)
        proposals.submit(proposal=row, actor=who, now=begun + timedelta(hours=1))
        proposals.accept(proposal=row, actor=decides, now=begun + timedelta(days=2))
    _going_on(cast, paper, now=now)
    delegations.delegate(
        power=Delegation.Power.CHANGES,
        institute=cast.places["seoul-institute"],
        valid_from=day_of(now),
        ground="교육부 고시(시연)",
        actor=cast.people["seoyeon"],
        now=now,
    )


def _going_on(cast: Cast, paper: bytes, *, now: datetime) -> None:
    """One change waits for Mapo, one was sent back, one was accepted for a day to come."""
    asked = now - timedelta(days=3)
    moving = _asked(
        cast.places["hangang"],
        cast.people["harin"],
        {"address": "서울특별시 마포구 월드컵로 25길 8", "representative": "강이든"},
        reason="넓은 곳으로 옮기고 대표자가 바뀌었습니다",
        now=asked,
        on=day_of(now) + timedelta(days=7),
    )
    _document(moving, "premises", "임대차계약서.pdf", paper, cast.people["harin"], asked)
    _document(moving, "representative", "임명장.pdf", paper, cast.people["harin"], asked)
    proposals.submit(proposal=moving, actor=cast.people["harin"], now=asked)
    named = _asked(
        cast.places["saeum"],
        cast.people["staff-saeum"],
        {"name": "새움평생학습원"},
        reason="이사회에서 이름을 바꾸었습니다",
        now=asked,
    )
    _document(named, "charter", "정관.pdf", paper, cast.people["staff-saeum"], asked)
    proposals.submit(proposal=named, actor=cast.people["staff-saeum"], now=asked)
    proposals.send_back(
        proposal=named,
        reason="정관에 이사회 의결 날짜가 없습니다. 의결서를 함께 붙여 주세요.",
        actor=cast.people["doyun"],
        now=now - timedelta(days=1),
    )


def _asked(
    place: Organisation,
    who: Person,
    changes: dict[str, str],
    *,
    reason: str,
    now: datetime,
    on: date | None = None,
) -> InstitutionProposal:
    place.refresh_from_db()
    row = proposals.begin(organisation=place, actor=who, now=now)
    return proposals.save(
        proposal=row,
        values={**pages.values_of(place, place.registry), **changes},
        reason=reason,
        effective_on=on or day_of(now),
        revision=row.revision,
        actor=who,
        now=now,
    )


def _document(
    row: InstitutionProposal,
    kind: str,
    name: str,
    paper: bytes,
    who: Person,
    now: datetime,
    *,
    issued_on: date | None = None,
    expires_on: date | None = None,
) -> None:
    documents.add(
        proposal=row,
        kind=kind,
        stream=BytesIO(paper),
        name=name,
        issued_on=issued_on,
        expires_on=expires_on,
        actor=who,
        now=now,
    )


def _paper(day: date) -> bytes:
    """One sheet that says it is made up; every document of the demo is this one."""
    facts = Facts((("쓰임", "나이테 시연"), ("내용", "꾸며 낸 서류입니다")))
    return pdf(Paper(title="시연용 서류", issuer="나이테", day=day, blocks=(facts,)))
