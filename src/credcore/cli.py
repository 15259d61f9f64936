"""``credcore``: issue, verify, bake, unbake, keep keys and prove what a log holds, from the command line.

Exit codes of ``verify``: 0 valid, 1 not valid, 2 unknown (the worst of several files). Elsewhere 0 is
success; 64 wrong use, 65 refused input, 66 a file that cannot be read or written. ``-`` is the standard
input or output. Nothing here uses the network: DID documents and status lists come from files.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

import orjson

from credcore import bake, did, jsonio, keyfile, merkle
from credcore.errors import CredentialError, MalformedInput, ProofError, Unavailable
from credcore.instants import parse_instant
from credcore.issue import issue, issue_token
from credcore.keys import Ed25519Key
from credcore.parallel import Workers
from credcore.report import Report
from credcore.verify import Resolvers

USAGE, REFUSED, NO_FILE = 64, 65, 66
_EXIT: Final = {"valid": 0, "invalid": 1, "unknown": 2}
_PASSPHRASE: Final = "CREDCORE_PASSPHRASE"  # noqa: S105 - the name of a variable


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except CredentialError as error:
        return _complain(options, REFUSED, error.code, str(error))
    except OSError as error:
        return _complain(options, NO_FILE, "file", f"{error.filename}: {error.strerror}")


def _complain(options: argparse.Namespace, code: int, name: str, message: str) -> int:
    if options.json:
        sys.stdout.buffer.write(orjson.dumps({"error": {"code": name, "message": message}}) + b"\n")
    else:
        sys.stderr.write(f"credcore: {message}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="credcore", description=__doc__.split("\n", 1)[0] if __doc__ else "")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = _command(commands, "issue", _issue, "sign a credential")
    command.add_argument("credential", help="unsigned credential, JSON")
    command.add_argument("--key", required=True, help=f"key file; pass phrase from ${_PASSPHRASE}")
    command.add_argument("--method", help="verification method (DID URL) of the key; default: its did:key")
    command.add_argument("--created", type=_instant, help="time of signing; default: now")
    command.add_argument("--form", choices=("rdfc", "jcs", "jwt"), default="rdfc", help="form of the proof")
    command.add_argument("--out", default="-")

    command = _command(commands, "verify", _verify, "verify badges")
    command.add_argument("files", nargs="+", help="JSON, PNG or SVG")
    command.add_argument("--did-document", action="append", default=[], metavar="FILE")
    command.add_argument(
        "--status-list", action="append", default=[], metavar="FILE", help="signed list, found by its id"
    )
    command.add_argument("--now", type=_instant, help="verify as of this time; default: now")
    command.add_argument("--lang", choices=("ko", "en"), default=_language())
    command.add_argument("--jobs", type=int, default=1, metavar="N", help="verify in N processes; default: 1")

    command = _command(commands, "bake", _bake, "put a credential into a PNG or SVG")
    command.add_argument("picture")
    command.add_argument("credential")
    command.add_argument("--out", required=True)

    command = _command(commands, "unbake", _unbake, "take the credential out of a picture")
    command.add_argument("picture")
    command.add_argument("--out", default="-")

    keys = commands.add_parser("keys", help="make and show keys").add_subparsers(
        required=True, metavar="ACTION"
    )
    command = _command(keys, "new", _new_key, f"make a key file, sealed if ${_PASSPHRASE} is set")
    command.add_argument("--out", required=True)
    command = _command(keys, "show", _show_key, "show the public half")
    command.add_argument("key")
    command = _command(keys, "document", _document, "print the DID document of an organisation")
    command.add_argument("did")
    command.add_argument("keys", nargs="+", metavar="NAME=FILE", help="fragment and key file")

    log = commands.add_parser("log", help="roots and proofs of a Merkle log").add_subparsers(
        required=True, metavar="ACTION"
    )
    command = _command(log, "root", _log_root, "the root over leaves, one hexadecimal digest a line")
    command.add_argument("leaves")
    command = _command(log, "prove", _log_prove, "the path from a leaf to the root")
    command.add_argument("leaves")
    command.add_argument("index", type=int)
    command = _command(log, "check", _log_check, "check a path; 0 good, 1 not good")
    command.add_argument("--leaf", type=_digest, required=True)
    command.add_argument("--index", type=int, required=True)
    command.add_argument("--size", type=int, required=True)
    command.add_argument("--root", type=_digest, required=True)
    command.add_argument("path", type=_digest, nargs="*")
    return parser


def _command(commands: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.add_argument("--json", action="store_true", help="report in JSON")
    command.set_defaults(run=run)
    return command


def _language() -> str:
    return "ko" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("ko") else "en"


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except MalformedInput as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _digest(text: str) -> bytes:
    try:
        digest = bytes.fromhex(text.strip())
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise argparse.ArgumentTypeError("not a digest of 64 hexadecimal digits")
    return digest


def _read(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _write(name: str, data: bytes) -> None:
    if name == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    else:
        Path(name).write_bytes(data)


def _print(options: argparse.Namespace, value: dict[str, Any], lines: Sequence[str]) -> int:
    if options.json:
        sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
        sys.stdout.flush()
    else:
        print(*lines, sep="\n")
    return 0


def _key(name: str) -> Ed25519Key:
    return keyfile.import_key(_read(name), os.environ.get(_PASSPHRASE))


def _issue(options: argparse.Namespace) -> int:
    signer = _key(options.key).signer(options.method)
    created = options.created or datetime.now(UTC)
    credential = jsonio.loads(_read(options.credential))
    if options.form == "jwt":
        _write(options.out, issue_token(credential, signer, created=created).encode("ascii") + b"\n")
        return 0
    suite = f"eddsa-{options.form}-2022"
    signed = issue(credential, signer, created=created, cryptosuite=suite)
    _write(options.out, orjson.dumps(signed) + b"\n")
    return 0


def _verify(options: argparse.Namespace) -> int:
    documents = {str(d.get("id")): d for d in map(jsonio.loads, map(_read, options.did_document))}
    lists = {str(jsonio.loads(data).get("id")): data for data in map(_read, options.status_list)}

    def fetch(url: str) -> bytes:
        if url not in lists:
            raise Unavailable(f"{url} was not given with --status-list")
        return lists[url]

    resolvers = Resolvers(did=did.StaticResolver(documents), status_list=fetch)
    given, now = [_read(name) for name in options.files], options.now or datetime.now(UTC)
    with Workers(max(1, options.jobs)) as workers:
        reports = workers.verify_many(given, resolvers=resolvers, now=now)
    for name, report in zip(options.files, reports, strict=True):
        _print(options, {"file": name, **report.as_dict()}, _lines(name, report, options.lang))
    outcomes = {report.outcome for report in reports}
    return next((_EXIT[outcome] for outcome in ("invalid", "unknown") if outcome in outcomes), 0)


def _lines(name: str, report: Report, language: str) -> list[str]:
    marks = {"ok": "✓", "failed": "✕", "unknown": "?", "not_applicable": "·"}
    korean = language == "ko"
    lines = [f"{name}: {report.ko if korean else report.en}"]
    explanation = report.explanation_ko if korean else report.explanation_en
    lines += [f"  {explanation}"] if explanation else []
    for check in report.checks:
        detail = f" ({check.detail})" if check.detail and check.outcome in ("failed", "unknown") else ""
        lines.append(f"  {marks[check.outcome]} {check.code}: {check.ko if korean else check.en}{detail}")
    return lines


def _bake(options: argparse.Namespace) -> int:
    try:
        text = _read(options.credential).decode("utf-8").strip()
    except UnicodeDecodeError:
        raise MalformedInput("the credential is not UTF-8") from None
    _write(options.out, bake.bake(_read(options.picture), text))
    return 0


def _unbake(options: argparse.Namespace) -> int:
    baked = bake.unbake(_read(options.picture))
    if options.json:
        value = {"version": baked.version, "container": baked.container, "text": baked.text}
        return _print(options, value, ())
    _write(options.out, baked.text.encode("utf-8") + b"\n")
    return 0


def _new_key(options: argparse.Namespace) -> int:
    key = Ed25519Key.generate()
    data = keyfile.export_key(key, os.environ.get(_PASSPHRASE))
    # Never over an existing file, never readable by others.
    with os.fdopen(os.open(options.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    return _print(options, {"did": key.did_key, "publicKeyMultibase": key.public_multikey}, (key.did_key,))


def _show_key(options: argparse.Namespace) -> int:
    key = _key(options.key)
    value = {"did": key.did_key, "publicKeyMultibase": key.public_multikey}
    return _print(options, value, (f"did        {key.did_key}", f"public key {key.public_multikey}"))


def _document(options: argparse.Namespace) -> int:
    windows = []
    for entry in options.keys:
        fragment, _, name = entry.partition("=")
        windows.append(did.KeyWindow(fragment=fragment, public_key=_key(name).public_key))
    document = did.build_did_document(options.did, windows)
    _write("-", orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    return 0


def _log(name: str) -> merkle.Log:
    """The log over a file of digests, as :class:`credcore.templates.Issued` gives them."""
    log = merkle.Log()
    try:
        log.extend([_digest(line) for line in _read(name).decode("ascii").split()])
    except (argparse.ArgumentTypeError, UnicodeDecodeError) as error:
        raise MalformedInput(f"{name}: {error}") from None
    return log


def _log_root(options: argparse.Namespace) -> int:
    log = _log(options.leaves)
    value = {"size": log.size, "root": log.root().hex()}
    return _print(options, value, (f"size {log.size}", f"root {log.root().hex()}"))


def _log_prove(options: argparse.Namespace) -> int:
    log = _log(options.leaves)
    path = [node.hex() for node in log.inclusion_proof(options.index)]
    value = {"index": options.index, "size": log.size, "root": log.root().hex(), "path": path}
    return _print(options, value, path)


def _log_check(options: argparse.Namespace) -> int:
    try:
        leaf = merkle.leaf_hash(options.leaf)
        merkle.verify_inclusion(leaf, options.index, options.size, options.path, options.root)
    except ProofError as error:
        _print(options, {"good": False, "reason": str(error)}, (str(error),))
        return 1
    return _print(options, {"good": True}, ("good",))


if __name__ == "__main__":
    sys.exit(main())
