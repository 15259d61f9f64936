"""Signing PDFs (PAdES-B, ECDSA P-256) and telling of a PDF whether its signature covers all of it.

Imports nothing of Django, so that a child process that reads one file starts quickly.
"""

import base64
import hashlib
import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

if TYPE_CHECKING:
    from naite.trunk.records.certificates.keys import PdfKey

# What a child process may take to read a file of unknown origin.
_SECONDS, _BYTES = 10, 1024**3
FIELD = "Issuer"
ATTACHMENT = "learning-record.json"


@dataclass(frozen=True)
class Signature:
    """What a PDF's signature says of it."""

    fingerprint: str
    intact: bool  # the signed bytes are those that were signed, by the key of the certificate inside
    whole: bool  # nothing stands outside the signed bytes
    attachment: bytes | None
    title: str = ""  # what the paper calls itself, who issued it, where its present state stands
    issuer: str = ""
    address: str = ""
    signed_at: str = ""  # as the signer says (ISO 8601)


def sign_pdf(pdf: bytes, key: "PdfKey", *, reason: str, name: str, location: str = "") -> bytes:
    """Return the PDF with an invisible certifying signature that permits no change after it."""
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        reason=reason,
        name=name,
        location=location or None,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    # Room enough for the signature, in hexadecimal; else pyHanko signs twice to find its size.
    room = 2 * (2048 + len(key.certificate_der) + sum(map(len, key.chain_der)))
    out = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer=_signer(key), bytes_reserved=room
    )
    return bytes(out.getvalue())


@lru_cache(maxsize=2)
def _signer(key: "PdfKey") -> Any:
    registry: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple(asn1_x509.Certificate.load(der) for der in key.chain_der)
    return _TemplateSigner(
        signing_cert=asn1_x509.Certificate.load(key.certificate_der),
        signing_key=asn1_keys.PrivateKeyInfo.load(key.private_der),
        cert_registry=registry,
    )


class _TemplateSigner(signers.SimpleSigner):
    """Builds the signature container once with pyHanko; after that only digest and signature are new.

    Certificates, algorithms and signed attributes are the same in every document of a key, and building them
    anew takes longer than signing.
    """

    async def async_sign(  # type: ignore[override]
        self, data_digest: bytes, digest_algorithm: str, **how: Any
    ) -> cms.ContentInfo:
        if digest_algorithm != "sha256" or how.get("dry_run") or how.get("timestamper"):
            return await super().async_sign(data_digest, digest_algorithm, **how)
        template: _Template | None = self.__dict__.get("template")
        if template is None:
            made = await super().async_sign(_PLACE, digest_algorithm, **how)
            template = self.__dict__["template"] = _Template(made)
            self.__dict__["key"] = load_der_private_key(self.signing_key.dump(), None)
        return cms.ContentInfo.load(template.filled(data_digest, self.__dict__["key"]))


class _Template:
    """A container of which the digest and the signature are left open."""

    def __init__(self, made: cms.ContentInfo) -> None:
        self.kind = made["content_type"].dump()
        signed = made["content"]
        names = ("version", "digest_algorithms", "encap_content_info", "certificates")
        self.head = b"".join(signed[name].dump() for name in names)
        (info,) = signed["signer_infos"]
        self.who = b"".join(info[name].dump() for name in ("version", "sid", "digest_algorithm"))
        self.attributes: bytes = info["signed_attrs"].dump()
        self.algorithm: bytes = info["signature_algorithm"].dump()
        if self.attributes.count(_PLACE) != 1:
            raise ValueError("the digest does not stand exactly once in the signed attributes")

    def filled(self, digest: bytes, key: Any) -> bytes:
        attributes = self.attributes.replace(_PLACE, digest)
        # What is signed is the set itself, in the container it is tagged (RFC 5652, section 5.4).
        signature = key.sign(b"\x31" + attributes[1:], ec.ECDSA(hashes.SHA256()))
        info = _der(0x30, self.who + attributes + self.algorithm + _der(0x04, signature))
        return _der(0x30, self.kind + _der(0xA0, _der(0x30, self.head + _der(0x31, info))))


_PLACE = hashlib.sha256(b"the place of a digest").digest()


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def read_signature(data: bytes) -> Signature | None:
    """Return what the first signature of a PDF says; None when there is none or nothing can be read.

    Raises nothing whatever the bytes are. Whether the certificate is one of ours is for the caller to say.
    """
    try:
        reader = PdfFileReader(BytesIO(data), strict=False)
        signatures = reader.embedded_signatures
        if not signatures:
            return None
        first = signatures[0]
        certificate = first.signer_cert
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = validate_pdf_signature(first, signer_validation_context=context, skip_diff=True)
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and len(signatures) == 1
        intact = bool(status.intact and status.valid)
        return Signature(
            fingerprint=certificate.sha256.hex(),
            intact=intact,
            whole=whole,
            attachment=_attachment(reader) if intact and whole else None,
            **(_said(first) if intact and whole else {}),
        )
    except Exception:
        return None


def read_foreign(data: bytes) -> Signature | None:
    """The same of a file that may be made to harm: read in a process of its own with bounded time and memory.

    A small PDF can unpack to more than a machine holds.
    """
    command = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=_SECONDS * 3, env=_environment(), check=True
        )
        told: dict[str, Any] | None = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None
    if told is None:
        return None
    attached = told.pop("attachment")
    return Signature(**told, attachment=base64.b64decode(attached) if attached else None)


def _environment() -> dict[str, str]:
    """Where the child finds this package; no secrets of the installation."""
    return {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}


def _child() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    found = read_signature(sys.stdin.buffer.read())
    told = asdict(found) if found else None
    if told and told["attachment"]:
        told["attachment"] = base64.b64encode(told["attachment"]).decode()
    print(json.dumps(told))


def _said(signature: Any) -> dict[str, str]:
    """What the signature says of the paper (ISO 32000-1, table 252); bounded, as it is shown."""
    told = {
        field: str(signature.sig_object.get(name, ""))[:500]
        for field, name in (("title", "/Reason"), ("issuer", "/Name"), ("address", "/Location"))
    }
    at = signature.self_reported_timestamp
    return {**told, "signed_at": at.isoformat() if at else ""}


def _attachment(reader: Any) -> bytes | None:
    if "/Names" not in reader.root or "/EmbeddedFiles" not in reader.root["/Names"]:
        return None
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    for at in range(0, len(names), 2):
        if str(names[at]) == ATTACHMENT:
            return bytes(names[at + 1]["/EF"]["/F"].data)
    return None


if __name__ == "__main__":
    _child()
