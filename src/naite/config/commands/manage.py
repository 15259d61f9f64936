"""Django's own commands, for maintainers."""

import argparse

from django.core.management import execute_from_command_line

HELP = "Django 관리 명령을 그대로 실행합니다 (예: naite manage migrate)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def run(options: argparse.Namespace) -> int:
    execute_from_command_line(["naite manage", *options.arguments])
    return 0
