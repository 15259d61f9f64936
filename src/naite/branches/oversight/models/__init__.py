from naite.branches.oversight.models.cancellations import Cancellation, Objection
from naite.branches.oversight.models.complaints import (
    Complaint,
    ComplaintEvent,
    ComplaintFile,
    ComplaintMessage,
)
from naite.branches.oversight.models.corrections import CorrectionAnswer, CorrectionFile, CorrectionOrder
from naite.branches.oversight.models.draws import Candidate, Draw
from naite.branches.oversight.models.investigations import Checklist, Finding, Investigation, Photo
from naite.branches.oversight.models.result_objections import ResultObjection

__all__ = [
    "Cancellation",
    "Candidate",
    "Checklist",
    "Complaint",
    "ComplaintEvent",
    "ComplaintFile",
    "ComplaintMessage",
    "CorrectionAnswer",
    "CorrectionFile",
    "CorrectionOrder",
    "Draw",
    "Finding",
    "Investigation",
    "Objection",
    "Photo",
    "ResultObjection",
]
