"""``naite demo``: a small believable world for trying things out."""

import argparse
import sys

from django.conf import settings
from django.core.management import call_command

from naite.flows import demo

HELP = "빈 데이터베이스에 시범 자료를 넣습니다"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(options: argparse.Namespace) -> int:
    if not settings.DEMO:
        print("시범 모드가 아닙니다. NAITE_DEMO=1을 주세요. 실제 운영에서는 쓰지 마세요.", file=sys.stderr)
        return 2
    call_command("migrate", verbosity=0)
    if not demo.is_empty():
        print("이미 자료가 있는 데이터베이스입니다. 아무것도 바꾸지 않았습니다.", file=sys.stderr)
        return 1
    demo.load()
    print("시범 자료를 넣었습니다.")
    return 0
