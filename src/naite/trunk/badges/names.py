"""The public names of what badges speak of: DIDs and addresses, all made from ``BASE_URL``."""

import re
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from credcore.did import did_web
from naite.trunk.people.models import Organisation


def issuer_url(slug: str) -> str:
    """Where an organisation presents itself as an issuer; its DID document lies below it."""
    return f"{settings.BASE_URL}/o/{slug}/"


def issuer_did(slug: str) -> str:
    """``did:web:<host>:o:<slug>``. did:web always means https; on a local http server only we resolve it."""
    return did_web(f"https://{urlsplit(settings.BASE_URL).netloc}/o/{slug}")


def slug_of_did(did: str) -> str | None:
    """The slug in one of our own DIDs, None for the DIDs of others."""
    prefix = issuer_did("x").removesuffix("x")
    slug = did.removeprefix(prefix)
    return slug if did.startswith(prefix) and slug and ":" not in slug else None


def achievement_url(organisation: Organisation, achievement_id: UUID) -> str:
    return f"{issuer_url(organisation.slug)}achievements/{achievement_id}/"


def achievement_id_of(url: str) -> UUID | None:
    """The achievement in one of our own addresses (``achievement_url``), None for any other address."""
    found = re.fullmatch(
        re.escape(f"{settings.BASE_URL}/o/") + r"[A-Za-z0-9_-]+/achievements/([0-9a-f-]{36})/", url
    )
    try:
        return UUID(found.group(1)) if found else None
    except ValueError:
        return None


def achievement_image_url(organisation: Organisation, achievement_id: UUID) -> str:
    return f"{achievement_url(organisation, achievement_id)}image.png"


def framework_url(code: str, version: int, term: str = "") -> str:
    return f"{settings.BASE_URL}/frameworks/{code}/{version}/" + (f"#{term}" if term else "")


def status_url(list_id: UUID) -> str:
    return f"{settings.BASE_URL}/status/{list_id}"


def list_id_of_url(url: str) -> UUID | None:
    """The id in the address of one of our own status lists, None for any other address."""
    prefix = f"{settings.BASE_URL}/status/"
    if not url.startswith(prefix):
        return None
    try:
        return UUID(url.removeprefix(prefix))
    except ValueError:
        return None


def badge_id_of(credential_id: str) -> UUID | None:
    """The number in the id of a credential that may be one of ours, ``urn:uuid:…``."""
    try:
        return (
            UUID(credential_id.removeprefix("urn:uuid:")) if credential_id.startswith("urn:uuid:") else None
        )
    except ValueError:
        return None
