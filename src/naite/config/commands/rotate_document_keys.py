"""``naite rotate-document-keys``: sign certificates with new keys from now on."""

import argparse
import json
import sys

from django.utils import timezone

from naite.trunk.records.certificates import keys

HELP = (
    "증명서에 서명하는 열쇠를 새로 만듭니다. 이미 발급한 문서는 그대로 확인됩니다. "
    "끝냄 값: 0 바꿈, 1 설정이 준 열쇠라 바꾸지 못함"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("which", choices=["record", "pdf", "all"], help="붙는 전자기록, PDF 서명, 둘 다")
    parser.add_argument("--json", action="store_true", help="결과를 JSON으로 찍습니다")


def run(options: argparse.Namespace) -> int:
    """Rotate what is named; a key that the settings give is told about and stays."""
    now = timezone.now()
    done: dict[str, str] = {}
    try:
        if options.which in {"pdf", "all"}:
            done["pdf"] = keys.rotate_pdf_key(now=now).fingerprint
        if options.which in {"record", "all"}:
            done["record"] = keys.rotate_record_key(now=now).fragment
    except keys.KeyUnusable as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(json.dumps(done) if options.json else "\n".join(f"{name}: {value}" for name, value in done.items()))
    return 0
