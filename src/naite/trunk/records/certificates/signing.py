"""Signing PDFs (PAdES-B, ECDSA P-256) and telling of a PDF whether its signature covers all of it."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from naite.trunk.records.certificates.keys import PdfKey

FIELD = "Issuer"
ATTACHMENT = "learning-record.json"


@dataclass(frozen=True)
class Signature:
    """What a PDF's signature says of it."""

    fingerprint: str
    intact: bool  # the signed bytes are those that were signed, by the key of the certificate inside
    whole: bool  # nothing stands outside the signed bytes
    attachment: bytes | None


def sign_pdf(pdf: bytes, key: PdfKey, *, reason: str, name: str) -> bytes:
    """Return the PDF with an invisible certifying signature that permits no change after it."""
    registry: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple(asn1_x509.Certificate.load(der) for der in key.chain_der)
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(key.certificate_der),
        signing_key=asn1_keys.PrivateKeyInfo.load(key.private_der),
        cert_registry=registry,
    )
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        reason=reason,
        name=name,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    out = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer=signer)
    return bytes(out.getvalue())


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
        )
    except Exception:
        return None


def _attachment(reader: Any) -> bytes | None:
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    for at in range(0, len(names), 2):
        if str(names[at]) == ATTACHMENT:
            return bytes(names[at + 1]["/EF"]["/F"].data)
    return None
