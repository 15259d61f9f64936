"""``naite``: the operators' command line. Each subcommand is a module of ``naite.config.commands``."""

import argparse
import importlib
import os
import pkgutil
import sys

import django

from naite.config import commands


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand; its module has ``HELP``, ``add_arguments(parser)`` and ``run(options) -> int``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naite.config.settings")
    django.setup()
    parser = argparse.ArgumentParser(prog="naite", description="나이테 운영 명령")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    modules = {}
    for found in pkgutil.iter_modules(commands.__path__):
        module = importlib.import_module(f"{commands.__name__}.{found.name}")
        name = found.name.replace("_", "-")
        modules[name] = module
        module.add_arguments(subparsers.add_parser(name, help=module.HELP, description=module.HELP))
    options = parser.parse_args(argv)
    result: int = modules[options.command].run(options)
    return result


if __name__ == "__main__":
    sys.exit(main())
