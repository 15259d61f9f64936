"""The states of an application for an account."""

from naite.roots.workflow import Step, Workflow
from naite.trunk.records.models import AccountApplication

S = AccountApplication.State

APPLICATION = Workflow(
    Step(
        "approve", (S.APPLIED,), S.APPROVED, "by the office in charge, or by itself where nobody has to look"
    ),
    Step("send_back", (S.APPLIED,), S.RETURNED, "with what has to be corrected"),
    Step("apply_again", (S.RETURNED,), S.APPLIED, "corrected; the clock starts anew"),
    Step("withdraw", AccountApplication.LIVE, S.WITHDRAWN, "the person, or a guardian"),
)
