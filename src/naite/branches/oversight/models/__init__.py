from naite.branches.oversight.models.complaints import (
    Complaint,
    ComplaintEvent,
    ComplaintFile,
    ComplaintMessage,
)

__all__ = ["Complaint", "ComplaintEvent", "ComplaintFile", "ComplaintMessage"]
