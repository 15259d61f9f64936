"""The instances, their keys, and the contexts that they know."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import Http404

from credcore.contexts import ContextSet
from credcore.keys import Ed25519Key
from credcore.proofs import EDDSA_JCS_2022, EDDSA_RDFC_2022

EXAMPLES_V2: Final = "https://www.w3.org/ns/credentials/examples/v2"
DATA_INTEGRITY_V1: Final = "https://w3id.org/security/data-integrity/v1"

# Programs that check conformance define terms of their own, so documents here may do so too.
CONTEXTS: Final = ContextSet(
    extra={
        EXAMPLES_V2: {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}},
        DATA_INTEGRITY_V1: json.loads(
            (Path(__file__).parent / "data-integrity-v1.json").read_text(encoding="utf-8")
        ),
    },
    inline=True,
)


@dataclass(frozen=True, slots=True)
class Instance:
    """One issuer and verifier; ``cryptosuite`` is None where credentials are secured as tokens."""

    name: str
    cryptosuite: str | None

    @property
    def key(self) -> Ed25519Key:
        """The instance's own key: the same as long as ``NAITE_ISSUER_KEY_SECRET`` is the same.

        Derived, not stored, and bound to the instance's name; no institution signs with it.
        """
        derived = HKDF(
            algorithm=SHA256(), length=32, salt=b"naite vc-api v1", info=f"instance key {self.name}".encode()
        )
        return Ed25519Key.from_seed(derived.derive(settings.ISSUER_KEY_SECRET.encode()))

    @property
    def adds_status(self) -> bool:
        """True if the operator wants this instance to give each credential a place in its status list."""
        return self.name in settings.VC_API_STATUS

    @property
    def address(self) -> str:
        """Where the instance is reached."""
        return f"{settings.BASE_URL}/api/vc/{self.name}"


INSTANCES: Final[Mapping[str, Instance]] = {
    instance.name: instance
    for instance in (
        Instance("rdfc", EDDSA_RDFC_2022),
        Instance("jcs", EDDSA_JCS_2022),
        Instance("jwt", None),
    )
}


def find(name: str) -> Instance:
    """The instance of that name; there is none (404) while the VC-API is switched off."""
    if not settings.VC_API or name not in INSTANCES:
        raise Http404
    return INSTANCES[name]
