from naite.branches.oversight.models.cancellations import Cancellation, Objection
from naite.branches.oversight.models.complaints import (
    Complaint,
    ComplaintEvent,
    ComplaintFile,
    ComplaintMessage,
)
from naite.branches.oversight.models.corrections import CorrectionAnswer, CorrectionFile, CorrectionOrder
from naite.branches.oversight.models.investigations import Checklist, Finding, Investigation, Photo

__all__ = [
    "Cancellation",
    "Checklist",
    "Complaint",
    "ComplaintEvent",
    "ComplaintFile",
    "ComplaintMessage",
    "CorrectionAnswer",
    "CorrectionFile",
    "CorrectionOrder",
    "Finding",
    "Investigation",
    "Objection",
    "Photo",
]
