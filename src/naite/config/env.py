"""Reading settings from the environment, loudly: a value that cannot be used stops the start."""

import os
import re
import secrets
from pathlib import Path


class SettingError(ValueError):
    """A setting in the environment cannot be used."""


_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """Return a setting; ``NAME_FILE`` may name a file that holds it, as secrets often come."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.lower() in _TRUE:
        return True
    if raw.lower() in _FALSE:
        return False
    raise SettingError(f"{name}={raw!r}: give true or false.")


def number(name: str, default: int) -> int:
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    try:
        return int(raw)
    except ValueError:
        raise SettingError(f"{name}={raw!r}: give a whole number.") from None


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise SettingError(f"{name}={value!r}: give one of {', '.join(allowed)}.")
    return value


def items(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def key_ring(name: str) -> dict[str, str]:
    """Return ``id:secret`` pairs in their order."""
    ring: dict[str, str] = {}
    for item in items(name):
        key, mark, secret = item.partition(":")
        if not mark or not re.fullmatch(r"[a-z0-9-]{1,20}", key) or len(secret) < 16:
            raise SettingError(
                f"{name}: give id:secret pairs, ids of a-z, 0-9 and -, secrets of 16 letters and more."
            )
        if key in ring:
            raise SettingError(f"{name}: the id {key!r} is given twice.")
        ring[key] = secret
    return ring


def kept_secret(name: str, path: Path) -> str:
    """Return a secret from the environment, or else from a file that is made at the first start."""
    given = text(name)
    if given:
        return given
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="utf-8") as file:
                path.chmod(0o600)
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return path.read_text(encoding="utf-8").strip()
