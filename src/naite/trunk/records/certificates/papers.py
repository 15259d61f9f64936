"""Papers that carry no record of their own, signed like certificates: a recognition, a portfolio.

Whoever holds one finds out on the page for checking documents that it is as it was made, by whom, what it is called
and where its present state stands.
"""

from datetime import datetime

from naite.trunk.records.certificates import keys, signing
from naite.trunk.records.models import DocumentSigner


def signed(pdf: bytes, *, title: str, issuer: str, address: str, now: datetime) -> bytes:
    """Return the PDF with the installation's signature (PAdES), which names the paper, its issuer and its address.

    Remembers the certificate of a new key, so that later checks know it. Safe to repeat.
    """
    key = keys.pdf_key(now=now)
    made = signing.sign_pdf(pdf, key, reason=title, name=issuer, location=address)
    DocumentSigner.objects.get_or_create(
        fingerprint=key.fingerprint, defaults={"pem": key.pem, "first_used_at": now}
    )
    return made
