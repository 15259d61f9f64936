"""Issuing: a credential that keeps the model, signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from credcore import proofs
from credcore.keys import Signer
from credcore.model import checked, normalize


def issue(credential: dict[str, Any], signer: Signer, *, created: datetime) -> dict[str, Any]:
    """The signed credential, its text in NFC. The one entrance through which Naite signs badges.

    Refuses (InvalidDocument, UnsafeDocument) what breaks the data model, cannot be signed completely, or
    would be read differently elsewhere. Repeating with the same values gives the same bytes.
    """
    document: dict[str, Any] = normalize(credential)
    return proofs.sign(checked(document), signer, created=created)
