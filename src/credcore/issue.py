"""Issuing: a credential that keeps the model, signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from credcore import jose, proofs
from credcore.keys import Signer
from credcore.model import checked, normalize


def issue(
    credential: dict[str, Any],
    signer: Signer,
    *,
    created: datetime,
    cryptosuite: str = proofs.EDDSA_RDFC_2022,
) -> dict[str, Any]:
    """The signed credential, its text in NFC. The one entrance through which Naite signs badges.

    Refuses (InvalidDocument, UnsafeDocument) what breaks the data model, cannot be signed completely, or
    would be read differently elsewhere. Repeating with the same values gives the same bytes.
    """
    document: dict[str, Any] = normalize(credential)
    return proofs.sign(checked(document), signer, created=created, cryptosuite=cryptosuite)


def issue_token(credential: dict[str, Any], signer: Signer, *, created: datetime) -> str:
    """The credential as a signed token (``vc+jwt``); refuses what breaks the data model."""
    document: dict[str, Any] = normalize(credential)
    return jose.issue_token(checked(document), signer, created=created)
