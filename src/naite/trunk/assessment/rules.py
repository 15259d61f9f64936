"""Was it completed? Exact arithmetic on plain values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from django.utils.translation import gettext as _

from naite.roots.dates import show_moment
from naite.roots.errors import Refused
from naite.trunk.assessment.models import Completion
from naite.trunk.delivery.models import CourseRun, Session

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the figures of one enrolment come to, and why in words."""

    outcome: Completion.Outcome
    rate: Decimal
    reason: str


def attendance_rate(attended: int, counted: int) -> Decimal:
    """Return percent cut to hundredths, so that what is shown never reaches a mark that was missed."""
    return (Decimal(attended * 100) / Decimal(counted)).quantize(HUNDREDTH, ROUND_DOWN)


def show_rate(rate: Decimal) -> str:
    """Return the rate as read: 83.33, 80, 100."""
    return f"{rate.normalize():f}"


def decide(
    *, attended: int, counted: int, min_attendance: int, score: Decimal | None, pass_mark: Decimal | None
) -> Decision:
    """Decide completion: the attendance rate, and the pass mark where the run has one; on the mark passes.

    The comparison is on whole numbers (``attended·100 ≥ min·counted``), never on the rounded rate. Refuses a
    run without sessions, and a missing score on which the outcome would depend.
    """
    if counted < 1 or not 0 <= attended <= counted:
        raise Refused(_("출석을 셀 차시가 없습니다."), code="no_sessions")
    rate = attendance_rate(attended, counted)
    present = _("%(counted)d번 가운데 %(attended)d번 출석(%(rate)s%%)") % {
        "counted": counted,
        "attended": attended,
        "rate": show_rate(rate),
    }
    if attended * 100 < min_attendance * counted:
        return Decision(
            Completion.Outcome.NOT_COMPLETED,
            rate,
            _("%(present)s: 기준 %(min)d%%에 이르지 못함") % {"present": present, "min": min_attendance},
        )
    if pass_mark is None:
        return Decision(
            Completion.Outcome.COMPLETED,
            rate,
            _("%(present)s: 기준 %(min)d%% 이상") % {"present": present, "min": min_attendance},
        )
    if score is None:
        raise Refused(_("점수를 먼저 넣어 주세요."), code="score_missing")
    words = {"present": present, "score": f"{score:f}", "mark": f"{pass_mark:f}"}
    if score < pass_mark:
        return Decision(
            Completion.Outcome.NOT_COMPLETED,
            rate,
            _("%(present)s, %(score)s점: 합격 점수 %(mark)s점에 이르지 못함") % words,
        )
    return Decision(
        Completion.Outcome.COMPLETED, rate, _("%(present)s, %(score)s점: 합격 점수 %(mark)s점 이상") % words
    )


def refuse_early(run: CourseRun, sessions: list[Session], *, now: datetime) -> None:
    """Raise when the run is cancelled or not all of its sessions have been held."""
    if run.state == CourseRun.State.CANCELLED:
        raise Refused(_("폐강된 강좌입니다."), code="run_cancelled")
    undated = next((each for each in sessions if each.ends_at is None), None)
    if undated is not None:
        raise Refused(
            _(
                "%(number)d차시의 날짜가 정해지지 않았습니다. 날짜를 정하거나, 열지 않을 차시면 지운 뒤 판정하세요."
            )
            % {"number": undated.number},
            code="session_undated",
        )
    last = max((each.ends_at for each in sessions if each.ends_at is not None), default=None)
    if last is not None and last > now:
        raise Refused(
            _("마지막 차시가 끝나는 %(end)s 뒤에 판정할 수 있습니다.") % {"end": show_moment(last)},
            code="not_over",
        )
