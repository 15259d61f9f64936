"""Lists that go with official letters: what was forwarded under one number, and what became of a round's cases."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _

from naite.roots.dates import day_of
from naite.roots.papers import Block, Facts, Heading, Paper, Points, Table
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.letters.rules import head_of
from naite.trunk.recognition.models import Application, Hop, LocalNotice, ResultNotice


def numbers_of(offices: Sequence[Organisation]) -> QuerySet[Hop, Any]:
    """Return the official numbers under which offices forwarded cases: how many, and when last; latest first."""
    return (
        Hop.objects.filter(office__in=offices, left_at__isnull=False)
        .exclude(letter_number="")
        .order_by()
        .values("letter_number", "office_id", "office__name")
        .annotate(cases=Count("pk"), sent=Max("left_at"))
        .order_by("-sent", "letter_number")
    )


def forwarded(offices: Sequence[Organisation], number: str) -> list[Hop]:
    """Return the hops of offices that left under one number, in the order of the cases' numbers."""
    return list(
        Hop.objects.filter(office__in=offices, letter_number=number, left_at__isnull=False)
        .select_related(
            "office", "application__organisation__region", "application__version", "application__round"
        )
        .order_by("application__number", "pk")
    )


def receiver_of(hops: Sequence[Hop]) -> Organisation | None:
    """Return the office that came next on the route of forwarded cases."""
    following = (
        Hop.objects.filter(application=hops[0].application_id, position__gt=hops[0].position)
        .select_related("office")
        .order_by("position")
        .first()
        if hops
        else None
    )
    return following.office if following else None


def forwarding(hops: Sequence[Hop], *, number: str, sender: Person) -> Paper:
    """Return the official list of forwarded cases (송부 목록) as a letter to the next office."""
    office, receiver = hops[0].office, receiver_of(hops)
    day = max(day_of(hop.left_at) for hop in hops if hop.left_at)
    rounds = sorted({str(hop.application.round) for hop in hops})
    subject = _("학습과정 평가인정 신청 송부(%(n)s건)") % {"n": len(hops)}
    rows = [
        [
            str(place),
            hop.application.number,
            hop.application.organisation.name,
            hop.application.version.title if hop.application.version else "",
            str(hop.application.get_kind_display()),
            f"{day_of(hop.application.submitted_at):%Y.%m.%d}" if hop.application.submitted_at else "",
        ]
        for place, hop in enumerate(hops, start=1)
    ]
    return Paper(
        title=subject,
        subject=subject,
        recipient=_("%(name)s의 장") % {"name": receiver.name} if receiver else "–",
        issuer=office.name,
        signer=head_of(office.name),
        number=number,
        day=day,
        blocks=[
            Points(
                [
                    _(
                        "「평생교육법」 제23조에 따른 학습과정 평가인정 신청을 접수하여 서류가 갖추어졌음을 확인하였습니다."
                    ),
                    _("%(rounds)s 신청 %(n)s건을 아래와 같이 송부합니다.")
                    % {"rounds": ", ".join(rounds), "n": len(hops)},
                ]
            ),
            Heading(_("송부 목록")),
            Table(
                heads=[_("연번"), _("접수번호"), _("기관"), _("과정"), _("과정 구분"), _("제출한 날")],
                rows=rows,
                widths=(0.6, 1.4, 2, 2.6, 1.3, 1.3),
                numbers=(0,),
            ),
        ],
        contact=contact_of(office, sender),
    )


def results_of(local: LocalNotice, letters: Sequence[ResultNotice], *, sender: Person) -> Paper:
    """Return the list of results that one local government tells its institutions, for its files."""
    rows = [
        [
            str(place),
            row.application.number,
            row.organisation.name,
            row.application.version.title if row.application.version else "",
            str(row.get_kind_display()),
            row.application.recognition_number or "–",
            f"{day_of(row.sent_at):%Y.%m.%d}" if row.sent_at else "–",
            f"{row.received_on:%Y.%m.%d}" if row.received_on else "–",
        ]
        for place, row in enumerate(letters, start=1)
    ]
    facts: list[tuple[str, str]] = [
        (_("차수"), str(local.batch.round)),
        (_("결과를 받은 날"), _day(local.arrived_on)),
        (_("통보 기한"), _day(local.due_on)),
        (_("통보를 마친 날"), _day(local.done_on)),
    ]
    return Paper(
        title=_("평가인정 결과 통보 목록"),
        issuer=local.office.name,
        day=local.done_on or local.arrived_on,
        number=local.batch.number,
        blocks=[
            Facts(facts),
            Table(
                heads=[
                    _("연번"),
                    _("접수번호"),
                    _("기관"),
                    _("과정"),
                    _("결과"),
                    _("인정번호"),
                    _("보낸 날"),
                    _("받은 날"),
                ],
                rows=rows,
                widths=(0.6, 1.3, 1.7, 2.2, 1, 1.3, 1.2, 1.2),
                numbers=(0,),
            ),
        ],
        contact=contact_of(local.office, sender),
    )


def cases(rows: Sequence[Application]) -> list[Block]:
    """Return the cases of a round with where each stands, as the last part of a report; nothing of none."""
    table = Table(
        heads=[_("연번"), _("접수번호"), _("기관"), _("과정"), _("상태"), _("인정번호")],
        rows=[
            [
                str(place),
                row.number,
                row.organisation.name,
                row.version.title if row.version else "",
                str(row.get_state_display()),
                row.recognition_number or "–",
            ]
            for place, row in enumerate(rows, start=1)
        ],
        widths=(0.6, 1.4, 2, 2.6, 1.2, 1.4),
        numbers=(0,),
    )
    return [Heading(_("신청 목록")), table] if rows else []


def contact_of(office: Organisation, sender: Person) -> list[str]:
    """Return who made a paper and how the office is reached, for its last lines."""
    lines = [_("담당 %(name)s") % {"name": sender.name}]
    return [*lines, *(line for line in (office.address, office.phone) if line)]


def _day(day: date | None) -> str:
    return f"{day:%Y.%m.%d}" if day else "–"
