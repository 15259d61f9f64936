"""Certificates from content to signed PDF on one core, and beside them WeasyPrint setting the same page.

Ours end to end (attached signed record, PDF/A-3a and PDF/UA-1, PAdES signature); WeasyPrint the setting alone, with the
same fonts, seal and QR code, as it signs nothing. Both are measured in turn.
"""

import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 40
PEER_ROUNDS = 8
TURNS = 4


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
    from naite.trunk.records.course_certificates import document  # noqa: PLC0415
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
        start = time.process_time()
        record = clr.signed_record(what, id=uuid4(), signer=signer, now=now)
        after_record = time.process_time()
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
        after_pdf = time.process_time()
        signed = signing.sign_pdf(pdf, key, reason="평생학습이력증명서", name=what["issuer"])
        spent["record"] += after_record - start
        spent["typeset"] += after_pdf - after_record
        spent["sign"] += time.process_time() - after_pdf
        return signed

    def seconds(held: list[Entry], rounds: int) -> tuple[float, int]:
        size = len(one(held))  # warm
        start = time.process_time()
        for _ in range(rounds):
            one(held)
        return (time.process_time() - start) / rounds, size

    def whole_class() -> bytes:
        """One 수료증, as a class gets it."""
        what = document.build(
            completion_id=str(uuid4()),
            language="ko",
            name="한가람",
            birth="1968. 5. 12.",
            course="마을 기록가 되기",
            organisation="가온시평생학습관",
            started_on=date(2025, 9, 1),
            completed_on=date(2025, 12, 19),
            hours=Decimal(20),
            area="civic",
            recognition="제2024-12호",
            look={"issuer": "가온시평생학습관장", "representative": "강마루", "sentence": ""},
            serial="2026-1",
            number=numbers.new_number(),
            issued_at=now,
            check_until=now,
        )
        record = clr.signed_record(what, id=uuid4(), signer=signer, now=now)
        data, carried = document.page_data(
            [what],
            keys=["ABCDEFGH"],
            check_url="https://naite.example/verify/document/",
            seal=document.seal_picture(what["issuer"], None, ""),
            clr=record.decode(),
        )
        pdf = render.pdf(data, carried, template=document.TEMPLATE)
        return signing.sign_pdf(pdf, key, reason="수료증", name=what["issuer"])

    small = entries(6)
    one(small), whole_class()  # warm
    for name in spent:
        spent[name] = 0.0
    peer = _peer(said(small, numbers.new_number()), render.fonts_dir())
    ours: list[float] = []
    class_: list[float] = []
    theirs: list[float] = []
    for _ in range(TURNS):
        ours.append(_cpu(lambda: one(small), ROUNDS // TURNS))
        class_.append(_cpu(whole_class, ROUNDS // TURNS))
        if peer is not None:
            theirs.append(_cpu(peer, PEER_ROUNDS // TURNS))
    each = statistics.median(ours)
    parts = {f"{name}_ms": round(value / ROUNDS * 1000, 1) for name, value in spent.items()}
    many = entries(800)
    large = _cpu(lambda: one(many), 2)
    figures: dict[str, Any] = {
        "certificates_per_second_per_core": round(1 / each, 1),
        "class_certificates_per_second_per_core": round(1 / statistics.median(class_), 1),
        "one_page_cpu_ms": round(each * 1000, 1),
        **parts,
        "one_page_kilobytes": round(len(one(small)) / 1000, 1),
        "800_entries_cpu_seconds": round(large, 2),
        "800_entries_kilobytes": round(len(one(many)) / 1000),
    }
    ratios: dict[str, Any] = {}
    if peer is None:
        figures["weasyprint"] = "not measured: its native libraries are not installed"
    else:
        figures["weasyprint_per_second_per_core"] = round(1 / statistics.median(theirs), 1)
        ratios["ours_end_to_end_to_weasyprint_setting_alone"] = round(statistics.median(theirs) / each, 1)
    return {"figures": figures, "ratios": ratios}


def _cpu(work: Callable[[], object], rounds: int) -> float:
    start = time.process_time()
    for _ in range(rounds):
        work()
    return (time.process_time() - start) / rounds


def _peer(what: dict[str, Any], fonts: Path) -> Callable[[], bytes] | None:
    """The same page by WeasyPrint; None where Pango is not installed."""
    from naite.roots.drawing.qr import draw_qr  # noqa: PLC0415
    from naite.trunk.records.certificates.seal import seal  # noqa: PLC0415

    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    except OSError:
        return None
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("weasyprint.progress").setLevel(logging.ERROR)
    faces = FontConfiguration()
    style = CSS(
        string="".join(
            f'@font-face{{font-family:P;font-weight:{weight};src:url("{(fonts / name).as_uri()}")}}'
            for name, weight in (("PretendardGOV-Regular.otf", 400), ("PretendardGOV-Bold.otf", 700))
        )
        + "@page{size:A4;margin:24mm 22mm}body{font:10pt P}h1{text-align:center;font-size:25pt}"
        "table{width:100%;border-collapse:collapse}td,th{border-bottom:.4pt solid #8a949e;padding:1.7mm}"
        "svg{width:22mm;height:22mm}",
        font_config=faces,
    )

    def work() -> bytes:
        rows = "".join(
            f"<tr><td>{place}<td>시민소양<td>{row['title']}<td>{row['provider']}<td>{row['completed_on']}"
            f"<td>{row['hours']}<td>{row['recognition']}"
            for place, row in enumerate(what["entries"], start=1)
        )
        page = (
            f"<html lang=ko><title>평생학습이력증명서</title><p>제 {what['number']} 호<h1>평생학습이력증명서</h1>"
            f"<p>성명 <b>{what['name']}</b><p>생년월일 {what['birth']}"
            "<p>위 사람은 아래와 같이 평가인정 학습과정을 이수하였음을 증명합니다."
            f"<table><thead><tr><th>번호<th>분야<th>배운 것<th>기관<th>마친 날<th>시간<th>인정번호{rows}</table>"
            f"<p>합계 {what['count']}건 {what['hours']}시간<p>{what['issued_on']}<h2>{what['issuer']}</h2>"
            + seal(what["issuer"])
            + draw_qr(f"https://naite.example/verify/document/?n={what['number']}", decorative=True)
        )
        made = HTML(string=page).write_pdf(
            stylesheets=[style], font_config=faces, pdf_variant="pdf/a-3u", pdf_tags=True
        )
        return bytes(made)

    work()
    return work
