"""``naite serve``: the web server, with a worker beside it unless told otherwise."""

import argparse
import os
import subprocess
import sys
import threading
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces, SSLProtocols

from naite.config.process import child_environment
from naite.flows import demo

HELP = "웹 서버를 띄웁니다. 작업 처리도 함께 합니다"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="기다릴 주소 (기본 127.0.0.1)")
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("PORT", "8000")), help="포트 (기본 8000)"
    )
    parser.add_argument("--tls-cert", type=Path, help="TLS 인증서 파일")
    parser.add_argument("--tls-key", type=Path, help="TLS 비밀키 파일")
    parser.add_argument("--threads", type=int, default=4, help="요청을 처리할 스레드 수 (기본 4)")
    parser.add_argument("--no-worker", action="store_true", help="작업 처리를 함께 하지 않습니다")
    parser.add_argument(
        "--prepare",
        action="store_true",
        help="먼저 데이터베이스를 맞추고, 시범 모드이면 시범 자료를 넣습니다",
    )


class WorkerKeeper(threading.Thread):
    """Keeps one ``naite worker`` running beside the server and starts it anew when it dies.

    The first one is started by ``begin`` in the main thread, before the server forks its web process: a fork
    in the midst of ``Popen`` inherits the pipe on which ``Popen`` waits, and it would wait for ever.
    """

    def __init__(self) -> None:
        super().__init__(name="worker-keeper", daemon=True)
        self.stopping = threading.Event()
        self.child: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        self.child = self._spawn()
        self.start()

    def run(self) -> None:
        while not self.stopping.is_set():
            if self.child is not None:
                self.child.wait()
            if not self.stopping.wait(1.0):
                self.child = self._spawn()

    def stop(self) -> None:
        self.stopping.set()
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.child.kill()

    @staticmethod
    def _spawn() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "naite.config.cli", "worker"], env=child_environment())


def _unapplied() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def prepare() -> None:
    """Bring the database to the present shape; in demo mode fill an empty one."""
    call_command("migrate", verbosity=0)
    if settings.DEMO and demo.is_empty():
        print("시범 자료를 넣고 있습니다 …", flush=True)
        # In a process of its own: the compiler of PDFs starts threads, which the server's forks would lack.
        subprocess.run([sys.executable, "-m", "naite.config.cli", "demo"], check=True, stdout=sys.stderr)


def run(options: argparse.Namespace) -> int:
    if (options.tls_cert is None) != (options.tls_key is None):
        print("--tls-cert와 --tls-key는 함께 주어야 합니다.", file=sys.stderr)
        return 2
    if options.prepare:
        prepare()
    elif _unapplied():
        print(
            "데이터베이스가 이 판과 맞지 않습니다. 먼저 `naite manage migrate`를 실행하세요.", file=sys.stderr
        )
        return 2
    connections.close_all()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    os.environ.update(child_environment())
    server = Granian(
        "naite.config.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        blocking_threads=options.threads,
        ssl_cert=options.tls_cert,
        ssl_key=options.tls_key,
        ssl_protocol_min=SSLProtocols.tls12,
        respawn_failed_workers=True,
        log_access=False,
    )
    if not options.no_worker:
        keeper = WorkerKeeper()
        server.on_startup(keeper.begin)
        server.on_shutdown(keeper.stop)
    scheme = "https" if options.tls_cert else "http"
    print(
        f"나이테: {scheme}://{'localhost' if options.host == '127.0.0.1' else options.host}:{options.port}",
        flush=True,
    )
    server.serve()
    return 0
