"""``naite verify FILE``: is a badge genuine and still valid?"""

import argparse
import json
import sys
from pathlib import Path

from django.utils import timezone, translation

from naite.flows import verification

HELP = "배지 파일(JSON, PNG, SVG)을 확인합니다. 끝 값: 0 유효, 1 유효하지 않음, 2 알 수 없음"
_EXIT = {"valid": 0, "invalid": 1, "unknown": 2}
_MARKS = {"ok": "○", "failed": "×", "unknown": "?", "not_applicable": "-"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="확인할 파일. - 는 표준 입력")
    parser.add_argument("--json", action="store_true", help="결과를 JSON으로")


def run(options: argparse.Namespace) -> int:
    with translation.override("ko"):
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    try:
        data = _read(options.file)
    except OSError as error:
        print(f"파일을 읽을 수 없습니다: {options.file} ({error.strerror})", file=sys.stderr)
        return 2
    if len(data) > verification.LARGEST:
        print("파일이 너무 큽니다. 배지 파일은 5MB까지 확인할 수 있습니다.", file=sys.stderr)
        return 1
    found = verification.verify_bytes(data, now=timezone.now())
    if options.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
    else:
        _print(found)
    return _EXIT[found.report.outcome]


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(verification.LARGEST + 1)
    with Path(name).open("rb") as file:
        return file.read(verification.LARGEST + 1)


def _print(found: verification.Verification) -> None:
    print(found.title)
    if found.explanation:
        print(found.explanation)
    badge = found.badge
    if badge is not None:
        print()
        for label, value in (
            ("배지", badge.title),
            ("준 곳", badge.issuer_name or badge.issuer_id),
            ("받은 날", f"{timezone.localtime(badge.issued_at):%Y.%m.%d}" if badge.issued_at else ""),
            ("시간", f"{badge.hours}시간" if badge.hours else ""),
        ):
            if value:
                print(f"{label}: {value}")
    print()
    for line in found.lines:
        print(f"{_MARKS[line.mark]} {line.question}: {line.answer}")
    for item in found.advice:
        print(f"→ {item}")
