"""Issuing, withdrawing, and the authenticity check by number and by file."""

import hashlib
import resource
import shutil
import subprocess
import zlib
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.cache import cache
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.world import entry

from credcore.verify import Resolvers, verify
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.records import services as records
from naite.trunk.records.certificates import check, keys, numbers, services, signing
from naite.trunk.records.certificates.services import Wishes
from naite.trunk.records.models import (
    Certificate,
    CertificateKind,
    CertificateLanguage,
    DocumentNumber,
    Entry,
    LearningAccount,
)

pytestmark = pytest.mark.django_db
STATEMENT, PORTFOLIO = CertificateKind.STATEMENT, CertificateKind.PORTFOLIO
KEY = "ABCDEFGH"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> LearningAccount:
    cache.clear()
    monkeypatch.setattr(numbers, "new_key", lambda: KEY)
    return make.account(make.person(birth_date=date(1968, 5, 12)))


def given(
    account: LearningAccount, *entries: Entry, kind: CertificateKind = STATEMENT, **how: Any
) -> Certificate:
    if not entries:
        entries = (entry(account, 2025, "20", section=4, title="주민참여예산 학교"),)
    how = {"request_key": str(uuid4()), "actor": account.person, "now": NOW, **how}
    return services.issue_certificate(account=account, kind=kind, entry_ids=[e.id for e in entries], **how)


def pdf_of(certificate: Certificate) -> bytes:
    return services.file_of(certificate=certificate, actor=certificate.account.person, now=NOW)


def looked_up(certificate: Certificate, now: Any = NOW) -> check.Finding:
    return check.by_number(number=numbers.printed_number(certificate.number), key="abcd-efgh", now=now)


class TestIssuing:
    @pytest.mark.req("A20", "rule")
    def test_a_snapshot_a_number_and_a_signed_file_are_kept(self, account: LearningAccount) -> None:
        made = given(account, entry(account, 2025, "20.5", section=4), entry(account, 2024, "18", section=4))
        assert (made.entry_count, str(made.hours), made.state) == (2, "38.5", "valid")
        assert made.content["birth"] == "1968. 5. **."
        assert made.check_until == NOW + timedelta(days=90)
        row = DocumentNumber.objects.get(pk=made.number)
        assert (row.account_id, row.certificate_id) == (account.pk, made.id)
        assert KEY not in row.key_digest
        pdf = pdf_of(made)
        assert hashlib.sha256(pdf).hexdigest() == made.pdf_sha256
        assert b"pdfaid:part>3" in pdf
        event = AuditEvent.objects.get(action="records.issue_certificate")
        assert event.data_subject_id == account.person_id

    @pytest.mark.req("A20", "rule")
    def test_the_same_form_sent_twice_issues_once(self, account: LearningAccount) -> None:
        one = entry(account, section=4)
        first = given(account, one, request_key="form-1")
        assert given(account, one, request_key="form-1").id == first.id
        assert Certificate.objects.filter(account_id=account.pk).count() == 1
        assert given(account, one, request_key="form-2").number != first.number

    def test_what_the_learner_wished_is_printed(self, account: LearningAccount) -> None:
        wishes = Wishes(
            language=CertificateLanguage.ENGLISH, purpose="취업", roman_name="HAN Garam", hide_birth_day=False
        )
        made = given(account, wishes=wishes)
        assert made.language == "en"
        assert made.content["roman_name"] == "HAN Garam"
        assert made.content["birth"] == "1968. 5. 12."

    @pytest.mark.req("A20", "refusal")
    def test_what_is_refused_changes_nothing(self, account: LearningAccount) -> None:
        recognised, other = entry(account, section=4), entry(account, section=5)
        foreign = entry(make.account(), section=4)
        gone = entry(account, section=4, voided_at=NOW)
        with pytest.raises(Invalid, match="담을 것을 하나 이상"):
            services.issue_certificate(
                account=account, kind=STATEMENT, entry_ids=[], request_key="a", actor=account.person, now=NOW
            )
        with pytest.raises(Invalid, match="이력철에 담아 주세요"):
            given(account, recognised, other)
        for bad in (foreign, gone):
            with pytest.raises(Refused, match="그 사이에 지워진"):
                given(account, recognised, bad)
        with pytest.raises(Invalid, match="알파벳"):
            given(account, recognised, wishes=Wishes(roman_name="한가람"))
        with pytest.raises(Invalid, match="100자"):
            given(account, recognised, wishes=Wishes(purpose="가" * 101))
        account.closed_at = NOW
        with pytest.raises(Refused, match="닫은 학습계좌"):
            given(account, recognised)
        assert not Certificate.objects.exists()
        assert not DocumentNumber.objects.exists()

    @pytest.mark.req("A20", "refusal")
    def test_only_the_owner_issues_downloads_withdraws_and_previews(self, account: LearningAccount) -> None:
        made, stranger = given(account), make.person()
        held = [Entry.objects.get(account=account).id]
        for actor in (stranger, make.staff(make.organisation()), None):
            with pytest.raises(NotAllowed):
                given(account, Entry.objects.get(account=account), actor=actor)
            with pytest.raises(NotAllowed):
                services.file_of(certificate=made, actor=actor, now=NOW)
            with pytest.raises(NotAllowed):
                services.withdraw(certificate=made, reason="", actor=actor, now=NOW)
            with pytest.raises(NotAllowed):
                services.preview(account=account, kind=STATEMENT, entry_ids=held, actor=actor)
        assert Certificate.objects.get().state == "valid"

    def test_a_file_that_cannot_be_recorded_is_not_kept(
        self, account: LearningAccount, own_data: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("no audit")

        monkeypatch.setattr(services.audit, "record", fail)
        with pytest.raises(RuntimeError):
            given(account)
        assert not list((own_data / "private").rglob("*.pdf"))
        assert not Certificate.objects.exists()

    def test_the_preview_is_a_picture_of_the_page_asked_for(self, account: LearningAccount) -> None:
        many = [entry(account, section=4) for _ in range(60)]
        ids = [e.id for e in many]
        first, pages = services.preview(account=account, kind=STATEMENT, entry_ids=ids, actor=account.person)
        last, _ = services.preview(
            account=account, kind=STATEMENT, entry_ids=ids, page=99, actor=account.person
        )
        assert first.startswith(b"\x89PNG")
        assert pages > 1
        assert first != last
        assert not Certificate.objects.exists()


class TestByNumber:
    @pytest.mark.req("A20", "rule")
    def test_a_valid_one_says_what_it_holds_and_masks_the_name(self, account: LearningAccount) -> None:
        found = looked_up(given(account))
        assert (found.verdict, found.name) == ("valid", "한○람")
        assert found.content["entries"][0]["title"] == "주민참여예산 학교"
        assert AuditEvent.objects.filter(
            action="records.check_certificate", data_subject_id=account.person_id
        ).exists()

    @pytest.mark.req("A20", "rule")
    def test_after_the_period_only_the_file_speaks(self, account: LearningAccount) -> None:
        made = given(account)
        assert looked_up(made, NOW + timedelta(days=89, hours=23)).verdict == "valid"
        late = looked_up(made, NOW + timedelta(days=90))
        assert (late.verdict, late.name, late.content) == ("expired", "", {})
        assert check.by_file(pdf_of(made), now=NOW + timedelta(days=4000)).verdict == "valid"

    @pytest.mark.req("A20", "rule")
    def test_withdrawn_replaced_and_corrected(self, account: LearningAccount) -> None:
        one = entry(account, section=4, source="learner")
        made = given(account, one)
        newer = given(account, one, replaces=made.id)
        assert looked_up(made).verdict == "replaced"
        assert check.by_file(pdf_of(made), now=NOW).verdict == "replaced"
        assert looked_up(newer).verdict == "valid"
        records.void_entry(entry=one, reason="잘못 적음", actor=account.person, now=NOW)
        found = looked_up(newer)
        assert (found.verdict, found.gone) == ("corrected", 1)
        services.withdraw(certificate=newer, reason="쓰지 않음", actor=account.person, now=NOW)
        again = services.withdraw(certificate=newer, reason="다시", actor=account.person, now=NOW)
        assert again.withdraw_reason == "쓰지 않음"
        assert looked_up(newer).verdict == "withdrawn"
        assert looked_up(newer, NOW + timedelta(days=100)).verdict == "withdrawn"
        with pytest.raises(Refused, match="이미 거둔"):
            given(account, one if one.voided_at is None else entry(account, section=4), replaces=made.id)

    @pytest.mark.req("A20", "refusal")
    def test_a_wrong_key_says_no_more_than_a_number_that_is_not_there(self, account: LearningAccount) -> None:
        made = given(account)
        wrong = check.by_number(number=made.number, key="ZZZZZZZZ", now=NOW)
        absent = check.by_number(number=numbers.new_number(), key=KEY, now=NOW)
        assert wrong == absent
        assert wrong.verdict == "unknown"

    @pytest.mark.req("A20", "refusal")
    def test_slips_in_typing_are_named(self, account: LearningAccount) -> None:
        with pytest.raises(Invalid) as caught:
            check.by_number(number="1234-5678", key="0O1I", now=NOW)
        assert set(caught.value.fields) == {"number", "key"}

    @pytest.mark.req("A20", "refusal")
    def test_guessing_is_stopped_by_number_and_by_place(self, account: LearningAccount) -> None:
        made = given(account)
        for _ in range(check.MISSES):
            assert check.by_number(number=made.number, key="ZZZZZZZZ", now=NOW).verdict == "unknown"
        with pytest.raises(check.TooOften):
            looked_up(made)
        assert looked_up(made, NOW + timedelta(hours=1, seconds=1)).verdict == "valid"
        for _ in range(check.ASKS):
            check.admit(who="192.0.2.1", now=NOW)
        with pytest.raises(check.TooOften):
            check.admit(who="192.0.2.1", now=NOW)
        check.admit(who="192.0.2.2", now=NOW)


class TestByFile:
    @pytest.mark.req("A20", "rule")
    def test_the_signed_file_is_genuine_and_its_record_verifies_as_a_credential(
        self, account: LearningAccount
    ) -> None:
        made = given(account)
        found = check.by_file(pdf_of(made), now=NOW)
        assert (found.verdict, found.signature_ok, found.record_ok) == ("valid", True, True)
        signature = signing.read_signature(pdf_of(made))
        assert signature is not None and signature.attachment is not None

        class Own:
            def resolve(self, did: str) -> dict[str, object]:
                assert did == keys.installation_did()
                return keys.installation_did_document()

        report = verify(signature.attachment, resolvers=Resolvers(did=Own()), now=NOW)
        assert report.outcome == "valid", report

    @pytest.mark.req("A20", "rule")
    def test_every_changed_byte_is_caught(self, account: LearningAccount) -> None:
        pdf = pdf_of(given(account))
        for at in range(20, len(pdf), len(pdf) // 40):
            changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
            assert check.by_file(changed, now=NOW).verdict in ("altered", "unknown"), at
        assert check.by_file(pdf[: len(pdf) // 2], now=NOW).verdict != "valid"
        assert check.by_file(pdf + b"\n%", now=NOW).verdict == "altered"

    @pytest.mark.req("A20", "rule")
    def test_a_change_appended_to_the_file_is_caught_though_the_signed_part_is_whole(
        self, account: LearningAccount
    ) -> None:
        from io import BytesIO

        made = given(account)
        writer = IncrementalPdfFileWriter(BytesIO(pdf_of(made)))
        writer.root["/Lang"] = writer.root["/Lang"]
        writer.update_root()
        out = BytesIO()
        writer.write(out)
        assert check.by_file(out.getvalue(), now=NOW).verdict == "altered"
        DocumentNumber.objects.all().delete()
        assert check.by_file(out.getvalue(), now=NOW).verdict == "altered"

    @pytest.mark.req("A20", "rule")
    def test_without_its_row_the_signature_and_the_record_speak(self, account: LearningAccount) -> None:
        made = given(account)
        pdf = pdf_of(made)
        DocumentNumber.objects.all().delete()
        found = check.by_file(pdf, now=NOW)
        assert (found.verdict, found.known_here, found.name) == ("valid", False, "한○람")
        assert found.content["entries"][0]["hours"] == "20"
        assert found.content["number"] == made.number
        middle = len(pdf) // 3
        assert check.by_file(pdf[:middle] + b"\x00" + pdf[middle + 1 :], now=NOW).verdict != "valid"

    @pytest.mark.req("A20", "refusal")
    def test_a_signature_by_somebody_else_is_not_ours(self, account: LearningAccount, settings: Any) -> None:
        made = given(account)
        pdf = pdf_of(made)
        DocumentNumber.objects.all().delete()
        own = keys.pdf_key(now=NOW)
        settings.DATA_DIR = settings.DATA_DIR / "other"
        stranger = keys.pdf_key(now=NOW)
        assert stranger.fingerprint != own.fingerprint
        end = pdf.index(b"%%EOF") + 6
        forged = signing.sign_pdf(pdf[:end], stranger, reason="x", name="가온시평생학습관장")
        found = check.by_file(forged, now=NOW)
        assert (found.verdict, found.known_here) == ("unknown", False)

    @pytest.mark.req("A20", "refusal")
    def test_what_is_no_pdf_is_refused_and_rubbish_is_unknown(self) -> None:
        with pytest.raises(Invalid, match="PDF 파일이 아닙니다"):
            check.by_file(b"PK\x03\x04", now=NOW)
        for rubbish in (
            b"%PDF-1.7\n",
            b"%PDF-1.7\n" + bytes(range(256)) * 50,
            b"%PDF-1.7 trailer<<>>startxref 0",
        ):
            assert check.by_file(rubbish, now=NOW).verdict == "unknown"

    @pytest.mark.slow
    @pytest.mark.req("A20", "refusal")
    def test_a_file_made_to_fill_the_memory_is_given_up(self) -> None:
        packer, zeros = zlib.compressobj(1), bytes(64 * 1024**2)
        bomb = b"".join(packer.compress(zeros) for _ in range(48)) + packer.flush()  # unpacks to 3 GB
        objects = b"1 0 obj<</Type/XRef/Size 9/W[1 4 2]/Filter/FlateDecode/Length %d>>stream\n" % len(bomb)
        pdf = b"%PDF-1.7\n" + objects + bomb + b"\nendstream endobj\nstartxref\n9\n%%EOF"
        assert signing.read_foreign(pdf) is None
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1.1 * 1024**2  # in kilobytes

    @pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig (poppler-utils) is not installed")
    @pytest.mark.req("A20", "rule")
    def test_poppler_agrees(self, account: LearningAccount, tmp_path: Path) -> None:
        pdf, path = pdf_of(given(account)), tmp_path / "document.pdf"
        path.write_bytes(pdf)

        def told() -> str:
            done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, check=False)
            return done.stdout.decode(errors="replace")

        assert "Signature is Valid" in told()
        assert "Total document signed" in told()
        at = pdf.index(b"/Type/Page") if b"/Type/Page" in pdf else len(pdf) // 3
        path.write_bytes(pdf[:at] + b"X" + pdf[at + 1 :])
        assert "Signature is Valid" not in told()


class TestKeys:
    @pytest.mark.req("A20", "rule")
    def test_after_new_keys_old_documents_stay_genuine_and_verify_as_credentials(
        self, account: LearningAccount
    ) -> None:
        old = given(account)
        keys.rotate_record_key(now=NOW + timedelta(days=1))
        keys.rotate_pdf_key(now=NOW + timedelta(days=1))
        later = NOW + timedelta(days=2)
        new = given(account, now=later)
        assert new.signer_fingerprint != old.signer_fingerprint
        for made in (old, new):
            found = check.by_file(pdf_of(made), now=later)
            assert (found.verdict, found.signature_ok, found.record_ok) == ("valid", True, True)

            class Own:
                def resolve(self, did: str) -> dict[str, object]:
                    return keys.installation_did_document()

            signature = signing.read_signature(pdf_of(made))
            assert signature is not None and signature.attachment is not None
            report = verify(signature.attachment, resolvers=Resolvers(did=Own()), now=later)
            assert report.outcome == "valid", report
        methods = keys.installation_did_document()["verificationMethod"]
        assert len(methods) == 2  # type: ignore[arg-type]
        assert keys.reseal_files() == 0

    def test_keys_that_the_settings_give_are_not_rotated_here(self, settings: Any) -> None:
        settings.PDF_CERT, settings.PDF_KEY = _pair(ec.SECP256R1())
        with pytest.raises(keys.KeyUnusable):
            keys.rotate_pdf_key(now=NOW)

    def test_a_signature_from_the_template_is_what_pyhanko_makes(self, account: LearningAccount) -> None:
        key = keys.pdf_key(now=NOW)
        signing._signer.cache_clear()
        made = given(account)
        containers = []
        for _ in range(2):
            reader = PdfFileReader(BytesIO(pdf_of(made)))
            containers.append(reader.embedded_signatures[0].signer_info)
            made = given(account)
        first, second = containers
        for name in ("version", "sid", "digest_algorithm", "signature_algorithm"):
            assert first[name].dump() == second[name].dump()
        assert {each["type"].native for each in first["signed_attrs"]} == {
            each["type"].native for each in second["signed_attrs"]
        }
        assert "signing_certificate_v2" in {each["type"].native for each in second["signed_attrs"]}
        assert key.fingerprint == made.signer_fingerprint

    def test_the_key_is_made_once_and_kept_sealed(self, own_data: Path) -> None:
        first = keys.pdf_key(now=NOW)
        assert keys.pdf_key(now=NOW + timedelta(days=1)).fingerprint == first.fingerprint
        kept = (own_data / "certificates" / "pdf-signer.sealed").read_bytes()
        assert first.private_der not in kept
        assert first.private_der[-32:] not in kept
        assert [p.name for p in (own_data / "certificates").iterdir()] == ["pdf-signer.sealed"]

    def test_a_key_can_be_given_and_old_documents_stay_genuine(
        self, account: LearningAccount, settings: Any
    ) -> None:
        old = given(account)
        settings.PDF_CERT, settings.PDF_KEY = _pair(ec.SECP256R1())
        new = given(account)
        assert new.signer_fingerprint != old.signer_fingerprint
        for made in (old, new):
            assert check.by_file(pdf_of(made), now=NOW).verdict == "valid"

    def test_a_key_that_cannot_sign_is_named(self, settings: Any) -> None:
        good_certificate, good_key = _pair(ec.SECP256R1())
        for certificate, key, words in (
            (good_certificate, "", "give both"),
            ("nonsense", good_key, "give both"),
            (*_pair(ec.SECP384R1()), "P-256"),
            (good_certificate, _pair(ec.SECP256R1())[1], "not the key of"),
        ):
            settings.PDF_CERT, settings.PDF_KEY = certificate, key
            with pytest.raises(keys.KeyUnusable, match=words):
                keys.pdf_key(now=NOW)


def _pair(curve: ec.EllipticCurve) -> tuple[str, str]:
    key = ec.generate_private_key(curve)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "시험 기관")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1000))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM).decode(), private.decode()
