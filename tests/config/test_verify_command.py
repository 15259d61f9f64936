import json
from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone
from tests import badge_rows as rows
from tests import factories as make

from credcore.keys import Ed25519Key
from naite.config.cli import main
from naite.trunk.badges import services
from naite.trunk.badges.models import Award, StatusList


@pytest.fixture
def award(db: None, monkeypatch: pytest.MonkeyPatch) -> Award:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    badge = rows.published()
    entry = rows.completed(badge.course_version)
    return services.issue(
        account_id=entry.account_id,
        entry_id=entry.id,
        achievement=badge,
        recipient=services.Recipient(did=Ed25519Key.generate().did_key),
        now=make.NOW,
    )


def saved(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


@pytest.mark.req("B9", "rule")
def test_the_exit_code_says_valid_not_valid_or_unknown(
    award: Award, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path / "badge.json", bytes(award.credential))
    assert main(["verify", file]) == 0
    told = capsys.readouterr().out
    assert told.startswith("이 배지는 지금 유효합니다")
    assert "받은 날: 2026.11.24" in told
    assert "○ 바뀌지 않았나요" in told
    services.revoke(account_id=award.account_id, award_id=award.id, reason="고침", actor=None, now=make.NOW)
    assert main(["verify", file]) == 1
    assert "취소되었습니다" in capsys.readouterr().out
    StatusList.objects.update(credential=None)
    assert main(["verify", file]) == 2
    assert main(["verify", saved(tmp_path / "x.png", b"\x89PNG")]) == 1


def test_json_for_scripts(award: Award, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", saved(tmp_path / "badge.json", bytes(award.credential)), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["verdict"], told["format"]) == ("valid", "valid", "ob3")
    assert datetime.fromisoformat(told["checked_at"]) == make.NOW
    assert {line["code"] for line in told["lines"]} >= {"issuer", "signature", "status"}


def test_a_file_that_cannot_be_read_or_is_too_large(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(tmp_path / "nothing.json")]) == 2
    assert "파일을 읽을 수 없습니다" in capsys.readouterr().err
    assert main(["verify", saved(tmp_path / "large", b"0" * 6_000_000)]) == 1
    assert "너무 큽니다" in capsys.readouterr().err
