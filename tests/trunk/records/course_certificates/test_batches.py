"""수료증 for a class: who gets one, made once however often interrupted, checked by anyone, taken back."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from tests import factories as make
from tests.course_certificate_rows import LATER, a_class, completion
from tests.factories import NOW

from naite.flows.course_certificates import make_certificates, order_certificates
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.assessment.models import Completion
from naite.trunk.people.models import Person
from naite.trunk.records.certificates import check, clr, keys, numbers, signing
from naite.trunk.records.course_certificates import batches, document, services
from naite.trunk.records.course_certificates.batches import Order
from naite.trunk.records.models import CertificateBatch, CourseCertificate, DocumentNumber

pytestmark = [pytest.mark.django_db, pytest.mark.req("A20", "rule")]


def start(run, staff, completions, **how) -> CertificateBatch:
    given = {"order": Order(), "request_key": str(uuid4()), "actor": staff, "now": NOW, **how}
    return batches.start(run=run, completion_ids=[each.pk for each in completions], **given)


def made(batch: CertificateBatch, now=NOW) -> list[CourseCertificate]:
    list(batches.make_next(batch_id=batch.pk, now=now))
    return list(batch.certificates.order_by("place"))


def pdf_of(row: CourseCertificate) -> bytes:
    with default_storage.open(row.pdf) as file:
        return file.read()


def key_in(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "one.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout.decode()
    found = re.search(r"확인 열쇠 ([0-9A-Z]{4})-([0-9A-Z]{4})", told)
    assert found
    return found[1] + found[2]


def test_a_class_gets_one_document_each_with_its_own_number_and_signature() -> None:
    run, staff, completions = a_class("한가람", "오하린", "남궁가람")
    batch = start(run, staff, completions)
    assert [row.state for row in batch.certificates.all()] == ["waiting"] * 3
    rows = made(batch)
    batch.refresh_from_db()
    assert batch.state == "ready"
    assert [row.serial for row in rows] == ["2026-1", "2026-2", "2026-3"]
    assert len({row.number for row in rows}) == 3
    assert bytes(batch.key_secret) == b""
    for row in rows:
        pdf = pdf_of(row)
        signature = signing.read_signature(pdf)
        assert signature is not None
        assert signature.intact
        assert signature.whole
        record = clr.holds(signature.attachment or b"", public_key=keys.record_key().public_key)
        assert record is not None
        assert clr.number_in(record) == row.number
        found = check.by_file(pdf, now=NOW)
        assert (found.verdict, found.name) == ("valid", numbers.masked(row.content["name"]))
    told = AuditEvent.objects.filter(action="records.issue_course_certificate")
    assert told.count() == 3


def test_the_zip_holds_the_signed_files_and_the_print_file_a_page_each(tmp_path: Path) -> None:
    run, staff, completions = a_class("한가람", "a/b:c", "남궁가람")
    batch = start(run, staff, completions)
    rows = made(batch)
    batch.refresh_from_db()
    with services.open_bundle(batch=batch, what="zip", actor=staff, now=NOW) as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    assert archive.namelist() == ["001_한가람_수료증.pdf", "002_abc_수료증.pdf", "003_남궁가람_수료증.pdf"]
    assert archive.read("001_한가람_수료증.pdf") == pdf_of(rows[0])
    with services.open_bundle(batch=batch, what="print", actor=staff, now=NOW) as file:
        whole = file.read()
    # Nobody can hand the file for the printer in as the document of the first person.
    assert check.by_file(whole, now=NOW).verdict == "unknown"
    if shutil.which("pdftotext"):
        path = tmp_path / "all.pdf"
        path.write_bytes(whole)
        text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout.decode()
        assert text.count("\f") == 3
        for row in rows:
            assert numbers.printed_number(row.number) in text
            assert key_in(pdf_of(row), tmp_path)[:4] in text


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler")
def test_the_paper_is_checked_by_number_and_key_in_every_state(tmp_path: Path) -> None:
    cache.clear()
    run, staff, completions = a_class("한가람")
    (row,) = made(start(run, staff, completions))
    key = key_in(pdf_of(row), tmp_path)

    def verdict(now=NOW) -> str:
        return check.by_number(number=row.number, key=key, now=now).verdict

    assert verdict() == "valid"
    assert check.by_number(number=row.number, key="ABCDEFGH", now=NOW).verdict == "unknown"
    after = NOW + timedelta(days=91)
    assert verdict(after) == "expired"
    assert check.by_file(pdf_of(row), now=after).verdict == "valid"
    pdf = pdf_of(row)
    assert check.by_file(pdf[:5000] + b"!" + pdf[5001:], now=NOW).verdict == "altered"
    Completion.objects.filter(pk=completions[0].pk).update(superseded_at=NOW)
    assert verdict() == "corrected"
    Completion.objects.filter(pk=completions[0].pk).update(superseded_at=None)
    (new,) = made(start(run, staff, completions), LATER)
    row.refresh_from_db()
    assert (row.state, row.replaced_by) == ("replaced", new.pk)
    assert verdict() == "replaced"
    services.withdraw(certificate=new, reason="잘못 줌", actor=staff, now=LATER)
    assert check.by_file(pdf_of(new), now=LATER).verdict == "withdrawn"


class TestRepeated:
    def test_the_same_order_twice_is_one_batch(self) -> None:
        run, staff, completions = a_class("한가람")
        one = start(run, staff, completions, request_key="a")
        assert start(run, staff, completions, request_key="a") == one
        assert CourseCertificate.objects.count() == 1

    def test_the_flow_enqueues_once(self) -> None:
        run, staff, completions = a_class("한가람")
        given = {"run": run, "completion_ids": [completions[0].pk], "order": Order(), "actor": staff}
        batch = order_certificates(request_key="a", now=NOW, **given)
        assert order_certificates(request_key="a", now=NOW, **given) == batch
        assert make_certificates.call(str(batch.pk)) == 1
        assert make_certificates.call(str(batch.pk)) == 0
        assert DocumentNumber.objects.count() == 1

    def test_killed_between_any_two_steps_it_goes_on_without_doubling(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batches, "STEP", 2)
        run, staff, completions = a_class(*[f"사람{n}" for n in range(5)])
        batch = start(run, staff, completions)
        for _ in range(9):
            for _made in batches.make_next(batch_id=batch.pk, now=NOW):
                break  # the worker dies here
        batch.refresh_from_db()
        assert batch.state == "ready"
        rows = batch.certificates.all()
        assert len({row.number for row in rows}) == 5
        assert DocumentNumber.objects.count() == 5

    def test_killed_inside_a_document_nothing_of_it_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        run, staff, completions = a_class("한가람", "오하린")
        batch = start(run, staff, completions)

        def die(*_args: object) -> bool:
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr(batches, "_keep", die)
            with pytest.raises(KeyboardInterrupt):
                made(batch)
        assert DocumentNumber.objects.count() == 0
        assert [row.state for row in made(batch)] == ["valid", "valid"]

    def test_a_rival_that_was_faster_keeps_its_document(self, monkeypatch: pytest.MonkeyPatch) -> None:
        run, staff, completions = a_class("한가람")
        batch = start(run, staff, completions)
        really = batches._keep
        times = []

        def slow(row, *rest) -> bool:
            times.append(1)
            if len(times) == 1:
                made(batch)  # another worker makes it meanwhile
            return really(row, *rest)

        monkeypatch.setattr(batches, "_keep", slow)
        (row,) = made(batch)
        assert row.state == "valid"
        assert DocumentNumber.objects.count() == 1
        assert check.by_file(pdf_of(row), now=NOW).verdict == "valid"


class TestRefused:
    def test_only_staff_of_the_institution(self) -> None:
        run, _staff, completions = a_class("한가람")
        for someone in (make.person(), make.staff(make.organisation("다른 곳", slug="other")), None):
            with pytest.raises(NotAllowed):
                start(run, someone, completions)

    def test_nobody_chosen_or_somebody_who_did_not_complete(self) -> None:
        run, staff, completions = a_class("한가람")
        with pytest.raises(Invalid, match="하나 이상"):
            start(run, staff, [])
        failed = completion(run, "오하린", outcome="not_completed")
        with pytest.raises(Refused, match="판정이 바뀐"):
            start(run, staff, [*completions, failed])
        assert not CertificateBatch.objects.exists()

    def test_a_second_batch_waits_for_the_first(self) -> None:
        run, staff, completions = a_class("한가람", "오하린")
        batch = start(run, staff, completions[:1])
        with pytest.raises(Refused, match="만드는 중"):
            start(run, staff, completions[1:])
        made(batch)
        made(start(run, staff, completions[1:]))
        assert list(CourseCertificate.objects.order_by("serial").values_list("serial", flat=True)) == [
            "2026-1",
            "2026-2",
        ]

    def test_stopped_the_made_stay_and_the_rest_can_be_ordered_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batches, "STEP", 1)
        run, staff, completions = a_class("한가람", "오하린")
        batch = start(run, staff, completions)
        next(batches.make_next(batch_id=batch.pk, now=NOW))
        with pytest.raises(NotAllowed):
            batches.stop(batch=batch, actor=make.person(), now=NOW)
        batches.stop(batch=batch, actor=staff, now=NOW)
        assert [row.state for row in made(batch)] == ["valid", "withdrawn"]
        again = start(run, staff, completions[1:])
        assert [row.state for row in made(again)] == ["valid"]

    def test_what_cannot_be_made_keeps_nobody_waiting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        run, staff, completions = a_class("한가람", "오하린")
        really = batches._signed

        def broken(said, **how) -> bytes:
            if said["name"] == "한가람":
                raise RuntimeError("cannot")
            return really(said, **how)

        batch = start(run, staff, completions)
        with monkeypatch.context() as patched:
            patched.setattr(batches, "_signed", broken)
            rows = made(batch)
        assert [row.state for row in rows] == ["failed", "valid"]
        assert batches.progress(batch)["failed"] == 1
        assert [row.state for row in made(start(run, staff, completions[:1]))] == ["valid"]

    def test_somebody_whose_decision_changed_meanwhile_gets_none(self) -> None:
        run, staff, completions = a_class("한가람", "오하린")
        batch = start(run, staff, completions)
        Completion.objects.filter(pk=completions[0].pk).update(superseded_at=NOW)
        assert [row.state for row in made(batch)] == ["withdrawn", "valid"]


class TestHandedOut:
    def test_the_person_and_the_staff_open_it_and_nobody_else(self) -> None:
        run, staff, completions = a_class("한가람")
        (row,) = made(start(run, staff, completions))
        row = services.certificate_of(row.pk)
        for someone in (Person.objects.get(name="한가람"), staff):
            with services.open_certificate(certificate=row, actor=someone, now=NOW) as file:
                assert file.read(5) == b"%PDF-"
        with pytest.raises(NotAllowed):
            services.open_certificate(certificate=row, actor=make.person("오하린"), now=NOW)
        assert [each.pk for each in services.given_to(Person.objects.get(name="한가람"))] == [row.pk]

    def test_taking_back_needs_staff_and_a_reason_and_the_first_stays(self) -> None:
        run, staff, completions = a_class("한가람")
        (row,) = made(start(run, staff, completions))
        with pytest.raises(NotAllowed):
            services.withdraw(certificate=row, reason="x", actor=row.person, now=NOW)
        with pytest.raises(Invalid):
            services.withdraw(certificate=row, reason=" ", actor=staff, now=NOW)
        services.withdraw(certificate=row, reason="이름이 틀림", actor=staff, now=NOW)
        services.withdraw(certificate=row, reason="다른 까닭", actor=staff, now=LATER)
        assert row.withdraw_reason == "이름이 틀림"


class TestDocument:
    def text(self, tmp_path: Path, **order) -> str:
        run, staff, completions = a_class("뷁똠가람")
        (row,) = made(start(run, staff, completions, order=Order(**order)))
        path = tmp_path / "one.pdf"
        path.write_bytes(pdf_of(row))
        told = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
        return told.stdout.decode()

    @pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler")
    def test_it_says_who_what_when_and_how_long(self, tmp_path: Path) -> None:
        text = self.text(tmp_path)
        for said in ("제 2026-1 호", "뷁똠가람", "1968. 5. 12.", "2026.09.01 ~ 2026.11.20", "20시간"):
            assert said in text

    @pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler")
    def test_english_and_without_the_birth_date(self, tmp_path: Path) -> None:
        text = self.text(tmp_path, language="en", birth=CertificateBatch.Birth.NONE)
        assert "Certificate of Completion" in text
        assert "1968" not in text

    def test_characters_that_no_font_has_are_said_to_be_missing(self) -> None:
        run, _staff, (one,) = a_class("金")
        one.enrolment.person.name = "𠮷가람"
        said = batches.content_of(
            one,
            order=Order(),
            look={"issuer": "관장", "representative": "", "sentence": ""},
            serial="2026-1",
            number="",
            now=None,
        )
        data, _carried = document.page_data([said], keys=[""], check_url="", seal="")
        (doc,) = data["docs"]
        assert doc["facts"][0][1] == "□가람"
        assert doc["missing"]
        assert said["name"] == "𠮷가람"
        assert said["entries"][0]["completed_on"] == date(2026, 11, 20).isoformat()
        assert run.version.title == said["entries"][0]["title"]
