"""Keeping, opening and erasing."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from pytest_django import Settings
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks
from tests import samples_of_files as sample
from tests.factories import NOW

from naite.roots.errors import Invalid, Refused
from naite.roots.files import EVIDENCE, services
from naite.roots.files.models import StoredFile
from naite.web.files import download

pytestmark = pytest.mark.django_db


def _keep(content: bytes = b"", name: str = "수료증.pdf", **more: object) -> StoredFile:
    return services.keep(
        BytesIO(content or sample.pdf()),
        name=name,
        kinds=EVIDENCE,
        purpose="test",
        now=NOW,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.req("A17", "rule")
def test_a_file_is_kept_as_it_came_under_a_name_that_says_nothing() -> None:
    stored = _keep()
    with services.open_file(stored) as file:
        assert file.read() == sample.pdf()
    assert (stored.name, stored.media_type, stored.size) == (
        "수료증.pdf",
        "application/pdf",
        len(sample.pdf()),
    )
    assert "수료증" not in stored.location
    assert ".pdf" not in stored.location
    assert Path(default_storage.path(stored.location)).stat().st_mode & 0o077 == 0
    assert stored.scan == StoredFile.Scan.UNSCANNED


def test_a_refused_file_leaves_nothing() -> None:
    with pytest.raises(Invalid):
        _keep(b"MZ\0\0")
    assert not StoredFile.objects.exists()


@pytest.mark.req("A17", "rule")
def test_the_same_file_is_known_under_another_name() -> None:
    first, other = _keep(), _keep(sample.png(), "a.png")
    again = services.digest(sample.pdf())
    assert services.same_content(among=[first.pk, other.pk], sha256=again) == first
    assert services.same_content(among=[other.pk], sha256=again) is None


@pytest.mark.req("X6", "rule")
def test_erasing_destroys_the_content_when_the_transaction_commits(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    stored = _keep()
    place = Path(default_storage.path(stored.location))
    with django_capture_on_commit_callbacks(execute=True):
        services.erase(stored, now=NOW)
        assert place.exists()
        services.erase(stored, now=NOW + timedelta(days=1))
    assert not place.exists()
    stored.refresh_from_db()
    assert stored.erased_at == NOW
    with pytest.raises(services.FileGone):
        services.open_file(stored)


@pytest.mark.req("X6", "rule")
def test_what_is_past_its_time_goes_and_interrupted_erasures_are_finished() -> None:
    short, interrupted, long = (
        _keep(keep_until=NOW + timedelta(days=1)),
        _keep(sample.png(), "a.png"),
        _keep(sample.jpeg(), "b.jpg"),
    )
    StoredFile.objects.filter(pk=interrupted.pk).update(erased_at=NOW)
    assert services.erase_due(now=NOW) == 1
    assert services.erase_due(now=NOW + timedelta(days=1)) == 1
    assert services.erase_due(now=NOW + timedelta(days=1)) == 0
    assert not default_storage.exists(short.location)
    assert default_storage.exists(long.location)


def test_contents_whose_transaction_never_committed_are_swept() -> None:
    kept = _keep()
    try:
        with transaction.atomic():
            lost = _keep(sample.png(), "a.png")
            raise RuntimeError
    except RuntimeError:
        pass
    later = NOW.replace(year=2100)
    for stored in (kept, lost):
        services.sweep_orphans(now=later, folder=stored.location.split("/")[1])
    assert default_storage.exists(kept.location)
    assert not default_storage.exists(lost.location)
    young = default_storage.save("files/zz/young", ContentFile(b"1"))
    assert services.sweep_orphans(now=NOW.replace(year=2000), folder="zz") == 0
    default_storage.delete(young)


@pytest.mark.req("A17", "rule")
def test_a_file_is_handed_out_so_that_no_browser_runs_it() -> None:
    stored = _keep(sample.png(), "사진 1.png")
    for response, how in ((download(stored), "attachment"), (download(stored, inline=True), "inline")):
        assert response["Content-Disposition"].startswith(f"{how}; filename*=UTF-8''%EC%82%AC")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
        assert "sandbox" in response["Content-Security-Policy"]
        assert b"".join(response.streaming_content) == sample.png()  # type: ignore[arg-type]
    word = _keep(sample.hwp(), "a.hwp")
    assert download(word, inline=True)["Content-Disposition"].startswith("attachment")


@pytest.fixture
def clamd(settings: Settings, tmp_path: Path) -> Iterator[list[bytes]]:
    """A scanner that speaks clamd's protocol and finds a virus in what contains EICAR."""
    seen: list[bytes] = []
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(tmp_path / "clamd"))
    server.listen()

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as file:
                assert file.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(file.read(4), "big"):
                    content += file.read(size)
                seen.append(content)
                found = b"stream: Eicar-Test FOUND\0" if b"EICAR" in content else b"stream: OK\0"
                line.sendall(found)

    threading.Thread(target=serve, daemon=True).start()
    settings.VIRUS_SCAN = f"unix:{tmp_path / 'clamd'}"
    yield seen
    server.close()


@pytest.mark.req("A17", "refusal")
def test_the_scanner_sees_every_file_and_infected_ones_stay_outside(clamd: list[bytes]) -> None:
    assert _keep().scan == StoredFile.Scan.CLEAN
    with pytest.raises(Invalid) as refused:
        _keep(sample.pdf(b"(EICAR) "))
    assert refused.value.code == "infected"
    assert clamd == [sample.pdf(), sample.pdf(b"(EICAR) ")]
    assert StoredFile.objects.count() == 1


def test_while_the_scanner_is_away_files_wait_and_are_locked_when_found_infected(
    clamd: list[bytes], settings: Settings
) -> None:
    there = settings.VIRUS_SCAN
    settings.VIRUS_SCAN = "unix:/nowhere/clamd"
    good, bad = _keep(), _keep(sample.pdf(b"(EICAR) "))
    with pytest.raises(Refused) as waiting:
        services.open_file(good)
    assert waiting.value.code == "not_scanned"
    assert services.rescan(now=NOW) == 0
    settings.VIRUS_SCAN = there
    assert services.rescan(now=NOW) == 2
    good.refresh_from_db()
    bad.refresh_from_db()
    services.open_file(good).close()
    with pytest.raises(services.FileGone):
        services.open_file(bad)
    assert (bad.scan, bad.scan_detail) == (StoredFile.Scan.INFECTED, "Eicar-Test")


def test_a_scanner_may_be_a_program(settings: Settings, tmp_path: Path) -> None:
    program = tmp_path / "scanner"
    program.write_text("#!/bin/sh\ngrep -q EICAR && { echo 'stdin: Eicar FOUND'; exit 1; }\nexit 0\n")
    program.chmod(0o700)
    settings.VIRUS_SCAN = f"command:{program}"
    assert _keep().scan == StoredFile.Scan.CLEAN
    with pytest.raises(Invalid):
        _keep(sample.pdf(b"(EICAR) "))
