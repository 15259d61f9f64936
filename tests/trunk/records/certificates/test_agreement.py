"""For generated accounts: record, 증명서, 이력철, the attached CLR and the text on paper say the same."""

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.world import entry

from naite.trunk.records.certificates import check, clr, content, keys, services, signing
from naite.trunk.records.models import Certificate, CertificateKind, Entry, LearningAccount

pytestmark = [pytest.mark.django_db, pytest.mark.req("A20", "rule")]
WORDS = st.text(st.sampled_from("배움마을기록학교책abc12 ·()뷁金"), min_size=1, max_size=40).filter(str.strip)
FACTS = st.lists(
    st.fixed_dictionaries(
        {
            "section": st.sampled_from([2, 3, 4, 5]),
            "area": st.sampled_from(["", "civic", "career", "self_growth", "practical_literacy"]),
            "title": WORDS,
            "provider_name": WORDS,
            "hours": st.decimals(0, 999, places=1),
            "completed_on": st.dates(date(1970, 1, 1), date(2026, 11, 24)),
        }
    ),
    min_size=1,
    max_size=12,
)


def pdf_of(made: Certificate) -> bytes:
    with default_storage.open(made.pdf) as file:
        return bytes(file.read())


def squeezed(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in "\u200b\u00ad")


def issued(account: LearningAccount, kind: CertificateKind, held: list[Entry]) -> Certificate:
    return services.issue_certificate(
        account=account,
        kind=kind,
        entry_ids=[each.id for each in held],
        request_key=str(uuid4()),
        actor=account.person,
        now=NOW,
    )


def in_record(record: dict[str, Any]) -> list[tuple[str, Decimal, str]]:
    return sorted(
        (
            each["credentialSubject"]["achievement"]["name"],
            Decimal(str(each["credentialSubject"]["creditsEarned"])),
            clr.day_of(each["credentialSubject"]["activityEndDate"]),
        )
        for each in record["credentialSubject"]["verifiableCredential"]
    )


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FACTS)
def test_all_documents_of_an_account_say_what_the_account_says(facts: list[dict[str, Any]]) -> None:
    account = make.account(make.person("한가람"))
    entries = [entry(account, **values) for values in facts]
    for kind in CertificateKind:
        held = [each for each in entries if kind == CertificateKind.PORTFOLIO or each.section == 4]
        if not held:
            continue
        made = issued(account, kind, held)
        pdf = pdf_of(made)
        told = sorted((content.clean(each.title), each.hours, each.completed_on.isoformat()) for each in held)
        # The row, its snapshot, the check by file and the attached record.
        assert (made.entry_count, made.hours) == (len(held), sum(each.hours for each in held))
        found = check.by_file(pdf, now=NOW)
        assert found.verdict == "valid"
        assert (
            sorted(
                (row["title"], Decimal(row["hours"]), row["completed_on"]) for row in found.content["entries"]
            )
            == told
        )
        signature = signing.read_signature(pdf)
        assert signature is not None and signature.attachment is not None
        record = clr.holds(signature.attachment, public_key=keys.record_key().public_key)
        assert record is not None
        assert in_record(record) == told
        # The paper.
        if shutil.which("pdftotext"):
            done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
            text = squeezed(done.stdout.decode())
            for each in held:
                row = (each.title, each.provider_name, f"{each.completed_on:%Y.%m.%d}")
                assert squeezed("".join(map(content.clean, row)) + content.plain_hours(each.hours)) in text
            total = sum((each.hours for each in held), Decimal(0))
            assert squeezed(f"{len(held)}건 {content.plain_hours(total)}시간") in text


@pytest.mark.parametrize("kind", list(CertificateKind))
def test_signed_files_keep_the_marks_of_pdf_a_and_pdf_ua(kind: CertificateKind) -> None:
    account = make.account(make.person("한가람"))
    made = issued(account, kind, [entry(account, section=4), entry(account, section=4)])
    root = PdfFileReader(BytesIO(pdf_of(made))).root
    described = root["/Metadata"].data.decode()
    for mark in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part"):
        assert mark in described
    assert ">3<" in described.split("pdfaid:part", 1)[1][:20] or 'pdfaid:part="3"' in described
    assert bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]).startswith("ko")
    assert root["/StructTreeRoot"]["/Type"] == "/StructTreeRoot"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/AF"][0]["/AFRelationship"] == "/Data"
    assert "/JavaScript" not in root["/Names"]
    assert "/OpenAction" not in root
