"""The keys that sign documents: P-256 with a certificate for the PDF, Ed25519 for the attached record.

Given by settings, or made at first use and kept sealed in the data directory.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.conf import settings

from credcore.did import KeyWindow, build_did_document, did_web
from credcore.keys import Ed25519Key, Ed25519Signer
from naite.roots import sealing
from naite.trunk.records.certificates.content import clean

_YEARS = 10
_PURPOSE = "document key"
_SEED_PURPOSE = "record key"
FRAGMENT = "documents"


class KeyUnusable(RuntimeError):
    """The given key or certificate cannot sign; the message says what to give."""


@dataclass(frozen=True)
class PdfKey:
    """A private key and its certificate, the chain after it, all in DER."""

    private_der: bytes
    certificate_der: bytes
    chain_der: tuple[bytes, ...] = ()

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.certificate_der)

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()


def pdf_key(*, now: datetime) -> PdfKey:
    """Return the key that signs PDFs now; the first call makes one unless the settings give one.

    Raises KeyUnusable. Safe at once: of two first calls one makes the key, both return it.
    """
    if settings.PDF_CERT or settings.PDF_KEY:
        return _given(settings.PDF_CERT, settings.PDF_KEY)
    path = _folder() / "pdf-signer.sealed"
    if not path.exists():
        _write_once(path, sealing.seal(_make_pdf_key(now), purpose=_PURPOSE, row=b"pdf"))
    return _kept(path, path.stat().st_mtime_ns)


@dataclass(frozen=True)
class RecordKey:
    """An Ed25519 key of the installation, the name it is published under, and since when it signs."""

    fragment: str
    key: Ed25519Key
    since: datetime | None


def record_signer() -> Ed25519Signer:
    """Return the signer of attached records, under this installation's own DID."""
    current = record_keys()[-1]
    return current.key.signer(f"{installation_did()}#{current.fragment}")


def record_key() -> Ed25519Key:
    """Return the Ed25519 key with which this installation signs now; the first call makes it. Safe at once."""
    return record_keys()[-1].key


def record_keys() -> list[RecordKey]:
    """Return all keys of the installation, the latest last: old records verify by the keys before it."""
    first = _folder() / "record-signer.sealed"
    if not first.exists():
        _write_once(first, _sealed_seed(Ed25519Key.generate().seed, b"", b"record"))
    found = []
    for number, path in _record_files():
        plain = sealing.unseal(path.read_bytes(), purpose=_SEED_PURPOSE, row=_record_row(number))
        since = datetime.fromisoformat(plain[32:].decode()) if len(plain) > 32 else None
        name = FRAGMENT if number == 1 else f"{FRAGMENT}-{number}"
        found.append(RecordKey(name, Ed25519Key.from_seed(plain[:32]), since))
    return found


def rotate_record_key(*, now: datetime) -> RecordKey:
    """Sign records with a new key from now on. The keys before it stay published, with the end of their time."""
    number = len(record_keys()) + 1
    path = _folder() / f"record-signer-{number}.sealed"
    since = now.isoformat().encode()
    _write_once(path, _sealed_seed(Ed25519Key.generate().seed, since, _record_row(number)))
    return record_keys()[-1]


def rotate_pdf_key(*, now: datetime) -> PdfKey:
    """Sign PDFs with a new key from now on; the private half of the old one is destroyed.

    Old PDFs verify by the certificates that were used (``DocumentSigner``). Raises KeyUnusable where the
    settings give the key: then they give the new one too.
    """
    if settings.PDF_CERT or settings.PDF_KEY:
        raise KeyUnusable("NAITE_PDF_CERT and NAITE_PDF_KEY give the key: replace them instead.")
    path = _folder() / "pdf-signer.sealed"
    draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    _write_once(draft, sealing.seal(_make_pdf_key(now), purpose=_PURPOSE, row=b"pdf"))
    draft.replace(path)
    return pdf_key(now=now)


def _record_files() -> list[tuple[int, Path]]:
    first = _folder() / "record-signer.sealed"
    later = [
        (int(path.name.split("-")[2].split(".")[0]), path)
        for path in _folder().glob("record-signer-*.sealed")
        if path.name.split("-")[2].split(".")[0].isdigit()
    ]
    return [(1, first), *sorted(later)]


def _record_row(number: int) -> bytes:
    return b"record" if number == 1 else f"record-{number}".encode()


def _sealed_seed(seed: bytes, since: bytes, row: bytes) -> bytes:
    return sealing.seal(seed + since, purpose=_SEED_PURPOSE, row=row)


def reseal_files() -> int:
    """Put the kept keys under the ring's current key; return how many changed. Safe to repeat.

    Raises SealBroken when one does not open.
    """
    changed = 0
    for name, purpose, row in (
        ("pdf-signer.sealed", _PURPOSE, b"pdf"),
        *((path.name, _SEED_PURPOSE, _record_row(number)) for number, path in _record_files()),
    ):
        path = _folder() / name
        if not path.exists() or sealing.key_of(path.read_bytes()) == sealing.current_key():
            continue
        plain = sealing.unseal(path.read_bytes(), purpose=purpose, row=row)
        draft = path.with_name(f".{name}.{os.urandom(4).hex()}")
        _write_once(draft, sealing.seal(plain, purpose=purpose, row=row))
        draft.replace(path)
        changed += 1
    return changed


def installation_did() -> str:
    """``did:web:<host>``: the installation itself, which issues certificates."""
    return did_web(f"https://{urlsplit(settings.BASE_URL).netloc}")


def installation_did_document() -> dict[str, object]:
    """What is published at ``/.well-known/did.json``."""
    found = record_keys()
    ends = [each.since for each in found[1:]] + [None]
    return build_did_document(
        installation_did(),
        [
            KeyWindow(
                fragment=each.fragment,
                public_key=each.key.public_key,
                valid_from=each.since,
                valid_until=end,
            )
            for each, end in zip(found, ends, strict=True)
        ],
    )


def _folder() -> Path:
    folder = Path(settings.DATA_DIR) / "certificates"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _write_once(path: Path, content: bytes) -> None:
    """Put a whole file in its place unless somebody was faster."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


@lru_cache(maxsize=4)
def _kept(path: Path, _changed: int) -> PdfKey:
    both = sealing.unseal(path.read_bytes(), purpose=_PURPOSE, row=b"pdf")
    size = int.from_bytes(both[:4], "big")
    return PdfKey(both[4 : 4 + size], both[4 + size :])


def _make_pdf_key(now: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = clean(settings.CERTIFICATE_ISSUER)[:64]
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "KR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, issuer),
            x509.NameAttribute(NameOID.COMMON_NAME, issuer),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=366 * _YEARS))
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return len(private).to_bytes(4, "big") + private + certificate.public_bytes(Encoding.DER)


@lru_cache(maxsize=2)
def _given(certificates: str, key: str) -> PdfKey:
    try:
        found = x509.load_pem_x509_certificates(_pem(certificates))
        private = load_pem_private_key(_pem(key), password=None)
    except (ValueError, TypeError, OSError) as error:
        raise KeyUnusable(
            "NAITE_PDF_CERT and NAITE_PDF_KEY: give both as PEM without a password, as text or as the path "
            "of a file."
        ) from error
    fits = isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1)
    if not fits:
        raise KeyUnusable("NAITE_PDF_KEY: give a P-256 key (openssl ecparam -name prime256v1 -genkey).")
    if private.public_key() != found[0].public_key():
        raise KeyUnusable("NAITE_PDF_KEY is not the key of the first certificate in NAITE_PDF_CERT.")
    return PdfKey(
        private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        found[0].public_bytes(Encoding.DER),
        tuple(each.public_bytes(Encoding.DER) for each in found[1:]),
    )


def _pem(value: str) -> bytes:
    return value.encode() if "-----BEGIN" in value else Path(value).read_bytes()
