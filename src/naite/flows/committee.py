"""Closing a meeting of the committee: its decisions take effect and its minutes are set and kept."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from naite.roots.dates import show_moment
from naite.roots.files import kinds
from naite.roots.files import services as files
from naite.roots.papers import Block, Facts, Heading, Paper, Points, Table, Text, pdf
from naite.trunk.people.models import Person
from naite.trunk.recognition.committee import meetings, queries
from naite.trunk.recognition.models import AgendaItem, Application, Meeting, MeetingSeat


def close(*, meeting: Meeting, remarks: str = "", actor: Person, now: datetime) -> Meeting:
    """Close a meeting (``meetings.close``) and keep its minutes as PDF, both or neither."""
    with transaction.atomic():
        meeting = meetings.close(meeting=meeting, remarks=remarks, actor=actor, now=now)
        with translation.override("ko"):
            paper = minutes(meeting)
            stored = files.keep(
                files.open_bytes(pdf(paper)),
                name=f"{paper.title}.pdf",
                kinds=[kinds.PDF],
                purpose="committee minutes",
                now=now,
            )
        meetings.attach_minutes(meeting=meeting, file=stored)
    return meeting


def minutes(meeting: Meeting) -> Paper:
    """Return the minutes: who was there, each case with who stayed out of it, the votes and the grounds."""
    items, seats = queries.agenda(meeting), queries.seats(meeting)
    blocks: list[Block] = [
        Facts(_facts(meeting, seats)),
        Heading(_("출석")),
        _presence(seats),
        Heading(_("의결")),
        _decisions(items),
        *_details(items),
    ]
    if meeting.remarks:
        blocks += [Heading(_("그 밖의 논의")), Text(meeting.remarks)]
    chair = next((seat.member for seat in seats if seat.member.is_chair and seat.is_present), None)
    secretary = meeting.closed_by.name if meeting.closed_by else ""
    blocks.append(
        Facts(
            [
                (_("위원장"), _("%(name)s (서명 또는 인)") % {"name": chair.person.name if chair else ""}),
                (_("간사"), _("%(name)s (서명 또는 인)") % {"name": secretary}),
            ]
        )
    )
    return Paper(
        title=_("%(meeting)s 회의록") % {"meeting": meeting},
        issuer=meeting.institute.name,
        day=timezone.localdate(meeting.closed_at or meeting.starts_at),
        blocks=blocks,
        signer=_("평가인정심의위원회"),
    )


def _facts(meeting: Meeting, seats: list[MeetingSeat]) -> list[tuple[str, str]]:
    present = sum(seat.is_present for seat in seats)
    return [
        (_("일시"), f"{meeting.year}.{show_moment(meeting.starts_at)}"),
        (_("장소"), meeting.place or str(meeting.get_manner_display())),
        (_("방식"), str(meeting.get_manner_display())),
        (_("의결 요건"), str(meeting.get_quorum_display())),
        (
            _("재적과 출석"),
            _("재적 %(all)s명, 출석 %(present)s명") % {"all": len(seats), "present": present},
        ),
    ]


def _presence(seats: list[MeetingSeat]) -> Table:
    return Table(
        heads=[_("위원"), _("소속"), _("분야"), _("출석")],
        widths=[2, 4, 3, 1],
        rows=[
            [
                _("%(name)s (위원장)") % {"name": seat.member} if seat.member.is_chair else str(seat.member),
                seat.member.affiliation.name if seat.member.affiliation else "–",
                seat.member.field or "–",
                _("출석") if seat.is_present else _("불참"),
            ]
            for seat in seats
        ],
    )


def _decisions(items: list[AgendaItem]) -> Table:
    verdicts = dict(Application.Verdict.choices)
    return Table(
        heads=[_("순서"), _("접수번호"), _("과정"), _("기관"), _("평가단"), _("결정"), _("표결")],
        widths=[0.8, 1.9, 3.2, 2.2, 1.1, 1.1, 1.5],
        rows=[
            [
                str(place),
                item.application.number,
                item.application.version.title if item.application.version else "–",
                item.application.organisation.name,
                str(verdicts.get(Application.Verdict(item.found), "–")) if item.found else "–",
                str(item.get_outcome_display()),
                votes_in_words(item),
            ]
            for place, item in enumerate(items, start=1)
        ],
    )


def votes_in_words(item: AgendaItem) -> str:
    """전원 합의, or 찬성 5 · 반대 2 · 기권 0."""
    if item.how == AgendaItem.How.CONSENSUS:
        return _("전원 합의(%(count)s명)") % {"count": item.voters}
    return _("찬성 %(yes)s · 반대 %(no)s · 기권 %(none)s") % {
        "yes": item.votes_for,
        "no": item.votes_against,
        "none": item.votes_abstained,
    }


def _details(items: list[AgendaItem]) -> list[Block]:
    said = [
        _("%(number)s: %(grounds)s") % {"number": item.application.number, "grounds": item.grounds}
        for item in items
        if item.grounds
    ]
    out = [
        _("%(number)s: %(name)s, %(ground)s")
        % {
            "number": item.application.number,
            "name": recusal.member,
            "ground": recusal.get_ground_display(),
        }
        for item in items
        for recusal in item.recused  # type: ignore[attr-defined]
    ]
    found: list[Block] = []
    if said:
        found += [Heading(_("까닭")), Points(said)]
    if out:
        found += [Heading(_("제척·기피·회피")), Points(out)]
    return found
