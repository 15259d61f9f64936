"""The desk of the demo world: who serves there, and a card holder without e-mail."""

from datetime import date, datetime, timedelta

from naite.branches.privacy.queries import current_texts
from naite.flows.demo.cast import Cast
from naite.flows.desk import Newcomer, open_at_desk
from naite.flows.family import open_for_child
from naite.roots.audit import services as audit
from naite.roots.notices import services as notices
from naite.trunk.people import desk, representation
from naite.trunk.people.representation import Scopes

# Known to whoever looks at the demo; the sign-in page of the demo tells it.
PIN = "7304"


def serve_at_the_desk(cast: Cast, *, now: datetime) -> None:
    """Open an account for a grandmother on paper, make her card, and leave a letter for her."""
    mapo, staff = cast.places["mapo"], cast.people["deulle"]
    then = now - timedelta(days=5)
    visit = open_at_desk(
        newcomer=Newcomer(name="김복순", birth_date=date(1944, 4, 18), region=mapo.region),
        agreed=[text for text in current_texts(now=then) if text.required],
        paper=None,
        kept_where="민원실 캐비닛 3, 11월 묶음",
        organisation=mapo,
        actor=staff,
        now=then,
    )
    desk.issue_card(visit=visit, pin=PIN, actor=staff, now=then)
    desk.end(visit=visit, actor=staff, now=then + timedelta(minutes=12))
    cast.people["boksun"] = visit.person
    notices.tell(
        to=visit.person,
        subject="한글 다시 배우기: 첫 모임 안내",
        body="김복순 님, 안녕하세요.\n\n한글 다시 배우기의 첫 모임은 다음 주 화요일 오전 10시입니다.\n돋보기를 가져오시면 좋습니다.",
        now=then,
    )
    _family(cast, then=then)


def _family(cast: Cast, *, then: datetime) -> None:
    """Let a grandson look after his grandmother's courses, and a mother her child's account."""
    _row, code = representation.invite(
        principal=cast.people["boksun"],
        scopes=Scopes(sections=frozenset({4, 5}), courses=True, certificates=True, badges=True),
        relation="손자",
        days=365,
        actor=cast.people["boksun"],
        now=then,
    )
    row = representation.accept(code=code, actor=cast.people["haneul"], now=then)
    with audit.in_manner(row.kind):
        audit.record(
            "records.view_account",
            actor=cast.people["haneul"],
            now=then + timedelta(days=2),
            subject=row,
            about=row.principal_id,
        )
    open_for_child(
        guardian=cast.people["saebom"],
        name="윤나무",
        birth_date=date(then.year - 9, 5, 5),
        relation="어머니",
        agreed=[text for text in current_texts(now=then) if text.required],
        now=then,
    )
