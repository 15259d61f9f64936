"""The states of oversight's cases as data."""

from naite.branches.oversight.models import (
    Cancellation,
    Complaint,
    CorrectionOrder,
    Draw,
    Investigation,
    Objection,
)
from naite.roots.workflow import Step, Workflow

C, V, R, K, J = (
    Complaint.State,
    Investigation.State,
    CorrectionOrder.State,
    Cancellation.State,
    Objection.State,
)

COMPLAINT = Workflow(
    Step("accept", (C.RECEIVED,), C.ACCEPTED, "접수: it is about a course that the institute oversees"),
    Step("put_out_of_scope", (C.RECEIVED, C.ACCEPTED), C.OUT_OF_SCOPE, "with a reason"),
    Step("merge", (C.RECEIVED, C.ACCEPTED), C.MERGED, "another complaint says the same"),
    Step("investigate", (C.ACCEPTED,), C.INVESTIGATING, "an on-site investigation was planned for it"),
    Step("come_back", (C.INVESTIGATING,), C.ACCEPTED, "the investigation has ended"),
    Step("close", (C.ACCEPTED, C.INVESTIGATING), C.CLOSED, "the complainant is told what came of it"),
)

INVESTIGATION = Workflow(
    Step("begin", (V.PLANNED,), V.ONGOING, "the officers are there"),
    Step("report", (V.ONGOING,), V.REPORTED, "every item has its finding"),
    Step("drop", (V.PLANNED, V.ONGOING), V.DROPPED, "with a reason; never one that was drawn"),
)

ORDER = Workflow(
    Step("answer", (R.ISSUED, R.ANSWERED), R.ANSWERED, "the institution says what it has put right"),
    Step("send_back", (R.ANSWERED,), R.ISSUED, "something is missing and there is time left"),
    Step("fulfil", (R.ISSUED, R.ANSWERED), R.FULFILLED, "it was put right"),
    Step("fail", (R.ISSUED, R.ANSWERED), R.NOT_FULFILLED, "only after the deadline"),
    Step("lift", (R.ISSUED, R.ANSWERED, R.NOT_FULFILLED), R.LIFTED, "an objection was upheld"),
)

CANCELLATION = Workflow(
    Step("cancel", (K.NOTICED,), K.CANCELLED, "after opinion and, where demanded, hearing"),
    Step("drop", (K.NOTICED,), K.DROPPED, "the grounds did not hold"),
    Step("reverse", (K.CANCELLED,), K.REVERSED, "an objection was upheld; the recognition comes back"),
)

OBJECTION = Workflow(
    Step("uphold", (J.FILED,), J.UPHELD, "by another official than the decider"),
    Step("reject", (J.FILED,), J.REJECTED, "with an answer"),
    Step("withdraw", (J.FILED,), J.WITHDRAWN, "by the institution"),
)

DRAW = Workflow(
    Step("draw", (Draw.State.COMMITTED,), Draw.State.DRAWN, "a day after the hashes were made public"),
    Step(
        "close",
        (Draw.State.DRAWN,),
        Draw.State.CLOSED,
        "the last visit is reported; seed and list are public",
    ),
)
