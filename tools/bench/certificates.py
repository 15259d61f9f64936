"""Certificates from content to signed PDF: setting, the attached record, the signature; one core."""

import os
import tempfile
import time
from typing import Any

ROUNDS = 40


def run() -> dict[str, Any]:
    """Measure whole certificates of one page and of many, and the parts of one; in one process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naite.config.settings")
    with tempfile.TemporaryDirectory(prefix="naite-bench-") as folder:
        os.environ["NAITE_DATA_DIR"] = folder
        import django  # noqa: PLC0415 - the settings read the data directory

        django.setup()
        return _measured()


def _measured() -> dict[str, Any]:
    from datetime import UTC, date, datetime  # noqa: PLC0415
    from decimal import Decimal  # noqa: PLC0415
    from uuid import uuid4  # noqa: PLC0415

    from naite.roots.drawing.qr import draw_qr  # noqa: PLC0415
    from naite.trunk.records.certificates import (  # noqa: PLC0415
        clr,
        content,
        keys,
        layout,
        numbers,
        render,
        signing,
    )
    from naite.trunk.records.certificates.seal import seal  # noqa: PLC0415
    from naite.trunk.records.models import CertificateKind, Entry  # noqa: PLC0415

    now = datetime(2026, 11, 24, 1, tzinfo=UTC)
    key, signer = keys.pdf_key(now=now), keys.record_signer()

    def entries(count: int) -> list[Entry]:
        return [
            Entry(
                id=uuid4(),
                section=4,
                area="civic",
                title=f"마을 기록가 되기: 우리 동네 이야기 {n}",
                provider_name="가온시평생학습관",
                hours=Decimal(20),
                completed_on=date(2025, 12, 19),
                provenance="system",
                recognition_number="제2024-12호",
            )
            for n in range(count)
        ]

    def said(held: list[Entry], number: str) -> content.Content:
        return content.build(
            kind=CertificateKind.STATEMENT,
            language="ko",
            entries=held,
            name="한가람",
            birth="1968. 5. **.",
            issuer="국가평생교육진흥원장",
            number=number,
            issued_at=now,
            check_until=now,
        )

    spent = {"record": 0.0, "typeset": 0.0, "sign": 0.0}

    def one(held: list[Entry]) -> bytes:
        number = numbers.new_number()
        what = said(held, number)
        start = time.perf_counter()
        record = clr.signed_record(what, id=uuid4(), signer=signer, now=now)
        after_record = time.perf_counter()
        address = f"https://naite.example/verify/document/?n={number}&k=ABCDEFGH"
        data, carried = layout.page_data(
            what,
            key="ABCDEFGH",
            check_url="https://naite.example/verify/document/",
            qr=draw_qr(address, decorative=True),
            seal=seal(what["issuer"]),
            clr=record.decode(),
        )
        pdf = render.pdf(layout.printable(data, known=render.characters(), language="ko"), carried)
        after_pdf = time.perf_counter()
        signed = signing.sign_pdf(pdf, key, reason="평생학습이력증명서", name=what["issuer"])
        spent["record"] += after_record - start
        spent["typeset"] += after_pdf - after_record
        spent["sign"] += time.perf_counter() - after_pdf
        return signed

    def seconds(held: list[Entry], rounds: int) -> tuple[float, int]:
        size = len(one(held))  # warm
        start = time.process_time()
        for _ in range(rounds):
            one(held)
        return (time.process_time() - start) / rounds, size

    small, size = entries(6), 0
    for name in spent:
        spent[name] = 0.0
    each, size = seconds(small, ROUNDS)
    parts = {f"{name}_ms": round(value / (ROUNDS + 1) * 1000, 1) for name, value in spent.items()}
    large, large_size = seconds(entries(800), 2)
    return {
        "figures": {
            "certificates_per_second_per_core": round(1 / each, 1),
            "one_page_cpu_ms": round(each * 1000, 1),
            **parts,
            "one_page_kilobytes": round(size / 1000, 1),
            "800_entries_cpu_seconds": round(large, 2),
            "800_entries_kilobytes": round(large_size / 1000),
        },
        "ratios": {},
    }
