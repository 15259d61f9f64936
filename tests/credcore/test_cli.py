"""The command line, as a person or a script uses it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from credcore import cli, keyfile
from credcore.errors import MalformedInput
from credcore.keys import Ed25519Key
from credcore.status import Bitstring
from tests.credcore.pictures import PNG
from tests.credcore.samples import KEY, World, credential, with_status


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CREDCORE_PASSPHRASE", raising=False)
    (tmp_path / "badge.json").write_bytes(orjson.dumps(credential()))
    (tmp_path / "key.json").write_bytes(keyfile.export_key(KEY))
    (tmp_path / "art.png").write_bytes(PNG)
    return tmp_path


def issued(place: Path) -> None:
    method = f"{World().signer.verification_method}"
    options = ["--key", "key.json", "--method", method, "--created", "2026-11-24T03:00:00Z"]
    assert cli.main(["issue", "badge.json", *options, "--out", "signed.json"]) == 0
    did = method.split("#")[0]
    assert cli.main(["keys", "document", did, "key-1=key.json"]) == 0


def test_issue_bake_unbake_verify(place: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    issued(place)
    (place / "did.json").write_bytes(capsysbinary.readouterr().out)
    assert cli.main(["bake", "art.png", "signed.json", "--out", "badge.png"]) == 0
    assert cli.main(["unbake", "badge.png", "--out", "out.json"]) == 0
    assert (place / "out.json").read_bytes() == (place / "signed.json").read_bytes()
    known = ["--did-document", "did.json", "--now", "2026-11-25T00:00:00Z"]
    assert cli.main(["verify", "badge.png", *known, "--lang", "ko"]) == 0
    assert "이 배지는 지금 유효합니다" in capsysbinary.readouterr().out.decode()
    assert cli.main(["verify", "badge.png", "--json"]) == 2
    report = json.loads(capsysbinary.readouterr().out)
    assert (report["verdict"], report["file"]) == ("unknown", "badge.png")
    (place / "spoiled.json").write_bytes((place / "signed.json").read_bytes().replace(b"2026-1", b"2026-2"))
    assert cli.main(["verify", "badge.png", "spoiled.json", *known]) == 1
    capsysbinary.readouterr()
    several = ["verify", "badge.png", "spoiled.json", "signed.json", *known, "--json"]
    assert cli.main(several) == 1
    in_turn = capsysbinary.readouterr().out
    assert cli.main([*several, "--jobs", "2"]) == 1
    assert capsysbinary.readouterr().out == in_turn


def test_a_status_list_from_a_file(place: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    world, bits = World(), Bitstring()
    bits.set(94567)
    world.publish_list(bits)
    (place / "badge.json").write_bytes(orjson.dumps(with_status()))
    issued(place)
    (place / "did.json").write_bytes(capsysbinary.readouterr().out)
    (place / "list.json").write_bytes(next(iter(world.lists.values())))
    options = ["--did-document", "did.json", "--now", "2026-11-25T00:00:00Z", "--json"]
    assert cli.main(["verify", "signed.json", *options]) == 2
    assert cli.main(["verify", "signed.json", *options, "--status-list", "list.json"]) == 1
    last = json.loads(capsysbinary.readouterr().out.splitlines()[-1])
    assert last["verdict"] == "revoked"


def test_keys_are_made_once_and_sealed(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CREDCORE_PASSPHRASE", "나이테 하나")
    assert cli.main(["keys", "new", "--out", "new.json"]) == 0
    did = capsys.readouterr().out.strip()
    assert (place / "new.json").stat().st_mode & 0o777 == 0o600
    assert "secretKeyMultibase" not in (place / "new.json").read_text()
    assert cli.main(["keys", "show", "new.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["did"] == did
    assert cli.main(["keys", "new", "--out", "new.json"]) == cli.NO_FILE
    monkeypatch.setenv("CREDCORE_PASSPHRASE", "다른 말")
    assert cli.main(["keys", "show", "new.json"]) == cli.REFUSED


def test_key_files_whose_halves_do_not_fit_are_refused() -> None:
    value = json.loads(keyfile.export_key(KEY))
    value["publicKeyMultibase"] = Ed25519Key.from_seed(bytes(32)).public_multikey
    for wrong in (value, {}, {"sealed": {"method": "rot13"}}):
        with pytest.raises(MalformedInput):
            keyfile.import_key(json.dumps(wrong).encode(), "x")


def test_a_log_of_digests(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digests = [sha256(b"%d" % number).hexdigest() for number in range(5)]
    (place / "leaves").write_text("\n".join(digests))
    assert cli.main(["log", "root", "leaves", "--json"]) == 0
    root = json.loads(capsys.readouterr().out)
    assert root["size"] == 5
    assert cli.main(["log", "prove", "leaves", "3", "--json"]) == 0
    proof = json.loads(capsys.readouterr().out)
    assert proof["root"] == root["root"]
    known = ["log", "check", "--index", "3", "--size", "5", "--root", root["root"], "--leaf"]
    assert cli.main([*known, digests[3], *proof["path"]]) == 0
    assert cli.main([*known, digests[2], *proof["path"]]) == 1
    assert cli.main(["log", "prove", "leaves", "5"]) == cli.REFUSED
    (place / "leaves").write_text("not a digest")
    assert cli.main(["log", "root", "leaves"]) == cli.REFUSED


def test_other_forms_of_proof(place: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    document = credential()
    document["issuer"] = {**document["issuer"], "id": KEY.did_key}
    (place / "badge.json").write_bytes(orjson.dumps(document))
    for form in ("rdfc", "jcs", "jwt"):
        options = ["--key", "key.json", "--form", form, "--created", "2026-11-24T03:00:00Z", "--out", "out"]
        assert cli.main(["issue", "badge.json", *options]) == 0
        assert cli.main(["verify", "out", "--now", "2026-11-25T00:00:00Z"]) == 0


def test_wrong_use_and_missing_files(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["verify"])
    assert caught.value.code == cli.USAGE
    assert cli.main(["verify", "nothing.json"]) == cli.NO_FILE
    assert cli.main(["unbake", "art.png", "--json"]) == cli.REFUSED
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "no_badge"
    (place / "badge.json").write_text("{}")
    assert cli.main(["issue", "badge.json", "--key", "key.json"]) == cli.REFUSED
    assert "credentialSubject" in capsys.readouterr().err


def test_it_runs_as_a_program_and_reads_standard_input(place: Path) -> None:
    source = Path(cli.__file__).parents[1]
    result = subprocess.run(
        [sys.executable, "-m", "credcore.cli", "verify", "-", "--json"],
        input=b"hello",
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(source)},
        check=False,
    )
    assert result.returncode == 1
    assert json.loads(result.stdout)["verdict"] == "not_a_badge"
