"""The states of private questions and of counselling appointments."""

from naite.branches.counselling.models import Appointment, Question
from naite.roots.workflow import Step, Workflow

S = Question.State
WAITING = Question.WAITING

QUESTION = Workflow(
    Step("submit", (S.DRAFT,), S.RECEIVED, "the asker sends it; the office in charge and the clock are set"),
    Step("take_back", (S.RECEIVED,), S.DRAFT, "the asker, as long as nobody has begun on it"),
    Step("hand_over", WAITING, S.HANDED_OVER, "with a reason"),
    Step("answer", (*WAITING, S.ANSWERED), S.ANSWERED, "a further answer is possible"),
    Step("ask_again", (S.ANSWERED,), S.FOLLOW_UP, "the clock starts anew"),
    Step(
        "close", (S.ANSWERED,), S.CLOSED, "the asker has what they need, or said nothing more for some days"
    ),
    Step("reopen", (S.CLOSED,), S.FOLLOW_UP, "within thirty days, with words"),
)

A = Appointment.State

APPOINTMENT = Workflow(
    Step("cancel", (A.BOOKED,), A.CANCELLED, "the person until a day before, the office at any time"),
    Step("hold", (A.BOOKED, A.MISSED), A.HELD, "the counsellor writes the record"),
    Step("miss", (A.BOOKED,), A.MISSED, "nobody came"),
)
