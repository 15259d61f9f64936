"""A learner's whole record: Comprehensive Learner Record 2.0.

The record holds badges that were signed one by one and is signed itself, so the collection as a whole is
somebody's word too. Each badge inside is still verified by its own proof and status.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from credcore.contexts import CLR_V2, OB_V3, VC_V2
from credcore.errors import InvalidDocument
from credcore.instants import format_instant
from credcore.model import Profile, checked, normalize, profile_node
from credcore.validation import is_open_badge

CONTEXTS: Final = (VC_V2, OB_V3, CLR_V2)


def build_clr_credential(
    *,
    id: str,
    issuer: Profile,
    subject_id: str,
    credentials: Sequence[Mapping[str, Any]],
    name: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
) -> dict[str, Any]:
    """An unsigned ClrCredential that holds signed badges, each exactly as it was signed.

    Raises InvalidDocument for a record without badges, for one that holds something unsigned or twice the same,
    and for what breaks the data model. Repeating gives the same document.
    """
    if not credentials:
        raise InvalidDocument("a record holds at least one badge (CLR 2.0 ClrSubject)")
    seen: set[object] = set()
    for credential in credentials:
        if not is_open_badge(credential) or not credential.get("proof"):
            raise InvalidDocument("a record holds signed badges (CLR 2.0 ClrSubject)")
        if credential.get("id") in seen:
            raise InvalidDocument("a record holds each badge once")
        seen.add(credential.get("id"))
    frame = normalize({"name": name, "issuer": profile_node(issuer)})
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": id,
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": frame["name"],
        "issuer": frame["issuer"],
        "validFrom": format_instant(valid_from),
    }
    if valid_until is not None:
        document["validUntil"] = format_instant(valid_until)
    document["credentialSubject"] = {
        "id": subject_id,
        "type": ["ClrSubject"],
        # Not normalised: a changed character would break the badge's own signature.
        "verifiableCredential": [dict(credential) for credential in credentials],
    }
    return checked(document)


def badges_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The badges of a record, to be verified one by one."""
    subject = document.get("credentialSubject")
    value = subject.get("verifiableCredential") if isinstance(subject, Mapping) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
