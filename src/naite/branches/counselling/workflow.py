"""The states of a private question."""

from naite.branches.counselling.models import Question
from naite.roots.workflow import Step, Workflow

S = Question.State
WAITING = Question.WAITING

QUESTION = Workflow(
    Step("submit", (S.DRAFT,), S.RECEIVED, "the asker sends it; the office in charge and the clock are set"),
    Step("take_back", (S.RECEIVED,), S.DRAFT, "the asker, as long as nobody has begun on it"),
    Step("hand_over", WAITING, S.HANDED_OVER, "with a reason"),
    Step("answer", (*WAITING, S.ANSWERED), S.ANSWERED, "a further answer is possible"),
    Step("ask_again", (S.ANSWERED,), S.FOLLOW_UP, "the clock starts anew"),
    Step("close", (S.ANSWERED,), S.CLOSED, "the asker has what they need"),
    Step("reopen", (S.CLOSED,), S.FOLLOW_UP, "within thirty days, with words"),
)
