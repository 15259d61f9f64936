"""Values under a ring of keys: the old ones go on opening."""

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.secret import SecretBox
from pytest_django import Settings

from naite.config import env
from naite.roots import sealing
from naite.roots.sealing.ring import SealBroken

ROW = b"row"


def _seal(text: bytes = b"secret") -> bytes:
    return sealing.seal(text, purpose="test", row=ROW)


def _open(sealed: bytes) -> bytes:
    return sealing.unseal(sealed, purpose="test", row=ROW)


@pytest.mark.req("X6", "rule")
def test_what_was_sealed_before_there_was_a_ring_goes_on_opening(settings: Settings) -> None:
    settings.SEAL_KEYS = {}
    old = _seal()
    assert sealing.key_of(old) == ""
    settings.SEAL_KEYS = {"2027": "b" * 20, "2026": "a" * 20}
    assert _open(old) == b"secret"
    new = _seal()
    assert (sealing.key_of(new), _open(new)) == ("2027", b"secret")
    settings.SEAL_KEYS = {"2028": "c" * 20, "2027": "b" * 20}
    assert _open(new) == b"secret"
    settings.ISSUER_KEY_SECRET = "gone"
    assert _open(new) == b"secret"
    with pytest.raises(SealBroken, match="NAITE_ISSUER_KEY_SECRET"):
        _open(old)


@pytest.mark.req("X6", "refusal")
def test_another_row_purpose_key_or_damage_does_not_open(settings: Settings) -> None:
    settings.SEAL_KEYS = {"2026": "a" * 20}
    sealed = _seal()
    assert sealed != _seal()
    for purpose, row in (("other", ROW), ("test", b"other")):
        with pytest.raises(SealBroken):
            sealing.unseal(sealed, purpose=purpose, row=row)
    for broken in (sealed[:-1], sealed[:3], b"", sealed[:12] + bytes([sealed[12] ^ 1]) + sealed[13:]):
        with pytest.raises(SealBroken):
            _open(broken)
    settings.SEAL_KEYS = {"2027": "b" * 20}
    with pytest.raises(SealBroken, match="2026"):
        _open(sealed)


def test_an_old_value_that_happens_to_begin_like_a_new_one_still_opens(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEAL_KEYS = {}
    monkeypatch.setattr("naite.roots.sealing.ring.random", lambda size: (b"\0nts\x042026" + b"n" * 64)[:size])
    old = _seal()
    assert old.startswith(b"\0nts\x042026")
    settings.SEAL_KEYS = {"2026": "a" * 20}
    assert _open(old) == b"secret"


def test_the_ring_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RING", f"2027:{'b' * 16}, 2026:{'a' * 16}:with-colon")
    assert list(env.key_ring("RING").items()) == [("2027", "b" * 16), ("2026", f"{'a' * 16}:with-colon")]
    for wrong in ("secretonly", "2026:short", f"한글:{'a' * 16}", f"a:{'a' * 16},a:{'b' * 16}"):
        monkeypatch.setenv("RING", wrong)
        with pytest.raises(env.SettingError):
            env.key_ring("RING")


def test_each_row_has_its_own_key_by_hkdf(settings: Settings) -> None:
    """RFC 5869 as another library does it: what was sealed in years past has to open."""
    settings.SEAL_KEYS = {}
    derived = HKDF(algorithm=SHA256(), length=32, salt=b"naite sealing v1", info=b"tests\0row")
    box = SecretBox(derived.derive(settings.ISSUER_KEY_SECRET.encode()))
    assert box.decrypt(sealing.seal(b"plain", purpose="tests", row=b"row")) == b"plain"
    assert sealing.unseal(bytes(box.encrypt(b"old")), purpose="tests", row=b"row") == b"old"
