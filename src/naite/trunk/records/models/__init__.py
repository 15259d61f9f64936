"""The learning account (학습계좌), its entries and its documents.

Rows that belong to an account are keyed ``(account_id, id)``, so that the tables can be spread over machines
by account (design, section 5).
"""

from naite.trunk.records.models.accounts import AccountClosing, LearningAccount
from naite.trunk.records.models.applications import AccountApplication, ApplicationMove
from naite.trunk.records.models.certificates import (
    Certificate,
    CertificateKind,
    CertificateLanguage,
    DocumentNumber,
    DocumentSigner,
    PrintChoice,
)
from naite.trunk.records.models.confirmations import ConfirmationRequest
from naite.trunk.records.models.course_certificates import (
    CertificateBatch,
    CertificateLook,
    CourseCertificate,
)
from naite.trunk.records.models.entries import Entry
from naite.trunk.records.models.evidence import Evidence
from naite.trunk.records.models.outcomes import Outcome
from naite.trunk.records.models.passbooks import Passbook
from naite.trunk.records.models.personal import PersonalFacts
from naite.trunk.records.models.ring_shares import RingShare
from naite.trunk.records.models.transfers import RecognitionSweep, SectionTransfer
from naite.trunk.records.models.uploads import CompletionUpload, EntryObjection, UploadRow

__all__ = [
    "AccountApplication",
    "AccountClosing",
    "ApplicationMove",
    "Certificate",
    "CertificateBatch",
    "CertificateKind",
    "CertificateLanguage",
    "CertificateLook",
    "CompletionUpload",
    "ConfirmationRequest",
    "CourseCertificate",
    "DocumentNumber",
    "DocumentSigner",
    "Entry",
    "EntryObjection",
    "Evidence",
    "LearningAccount",
    "Outcome",
    "Passbook",
    "PersonalFacts",
    "PrintChoice",
    "RecognitionSweep",
    "RingShare",
    "SectionTransfer",
    "UploadRow",
]
