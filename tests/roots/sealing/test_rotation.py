"""Sealed fields in the database, and putting them under another key."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from pytest_django import Settings
from tests import factories as make

from naite.config import cli
from naite.roots import sealing
from naite.roots.sealing.fields import EncryptedJSONField, EncryptedTextField, row_of
from naite.roots.sealing.ring import SealBroken
from naite.roots.sealing.rotation import SealedColumn, rotate
from naite.trunk.badges.models import IssuerKey
from naite.trunk.badges.services import keys as badge_keys
from naite.trunk.records.certificates import keys as certificate_keys
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import HolderKey

pytestmark = pytest.mark.django_db(transaction=True)
ONE, TWO = {"1": "a" * 20}, {"2": "b" * 20, "1": "a" * 20}


@pytest.fixture
def notes() -> Iterator[type[models.Model]]:
    with isolate_apps("naite.roots.audit"):

        class Note(models.Model):
            id = models.UUIDField(primary_key=True, default=uuid4)
            text = EncryptedTextField()
            facts = EncryptedJSONField()

            class Meta:
                app_label = "audit"
                db_table = "test_sealed_note"

    with connection.schema_editor() as editor:
        editor.create_model(Note)
    yield Note
    with connection.schema_editor() as editor:
        editor.delete_model(Note)


def _raw(row: models.Model, column: str = "text") -> bytes:
    with connection.cursor() as cursor:
        key = row.pk.hex if connection.vendor == "sqlite" else row.pk
        cursor.execute(f"SELECT {column} FROM test_sealed_note WHERE id = %s", [key])
        return bytes(cursor.fetchone()[0])


@pytest.mark.req("X6", "rule")
def test_a_field_is_plain_in_the_program_and_sealed_in_the_database(notes: type[models.Model]) -> None:
    row = notes(text="자격번호 12-34", facts={"등급": "1급"})
    row.save()
    assert b"12-34" not in _raw(row)
    again = notes.objects.get(pk=row.pk)  # type: ignore[attr-defined]
    assert (again.text, again.facts) == ("자격번호 12-34", {"등급": "1급"})
    before = _raw(row)
    again.facts["등급"] = "2급"
    again.save(update_fields=["facts"])
    assert _raw(row) == before
    assert notes.objects.get(pk=row.pk).facts == {"등급": "2급"}  # type: ignore[attr-defined]
    empty = notes()
    empty.save()
    assert _raw(empty) == b""
    empty = notes.objects.get(pk=empty.pk)  # type: ignore[attr-defined]
    assert (empty.text, empty.facts) == ("", {})


@pytest.mark.req("X6", "refusal")
def test_a_value_copied_to_another_row_does_not_open(notes: type[models.Model]) -> None:
    one, other = notes(text="하나"), notes(text="다른 것")
    one.save()
    other.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test_sealed_note SET text = (SELECT text FROM test_sealed_note a WHERE a.id = %s)", [
            one.pk.hex if connection.vendor == "sqlite" else one.pk
        ])  # fmt: skip
    with pytest.raises(SealBroken):
        _ = notes.objects.get(pk=other.pk).text  # type: ignore[attr-defined]
    for wrong in ({"text": "x"}, {"facts": {"a": 1}}):
        with pytest.raises(TypeError):
            notes.objects.update(**wrong)  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        notes.objects.filter(text="x").exists()  # type: ignore[attr-defined]


@pytest.mark.req("X6", "rule")
def test_rotation_reseals_in_batches_and_goes_on_where_it_was_broken_off(
    notes: type[models.Model], settings: Settings
) -> None:
    settings.SEAL_KEYS = ONE
    rows = [notes(text=f"비밀 {number}", facts={"n": number}) for number in range(7)]
    for row in rows:
        row.save()
    notes(text="").save()
    settings.SEAL_KEYS = TWO
    field = notes._meta.get_field("text")
    column = SealedColumn(notes, "text", field.purpose, row_of)  # type: ignore[attr-defined, union-attr]

    class Stopped(Exception):
        pass

    def stop(tally: object) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        rotate([column], batch=3, done=stop)
    assert sum(sealing.key_of(_raw(row)) == "2" for row in rows) in {2, 3}
    (tally,) = rotate([column], batch=3)
    assert tally.seen == 7
    assert 4 <= tally.resealed <= 5
    assert dict(tally.keys) == {"2": 7}
    settings.SEAL_KEYS = {"2": "b" * 20}
    assert sorted(row.text for row in notes.objects.all()) == ["", *(f"비밀 {n}" for n in range(7))]  # type: ignore[attr-defined]


def test_a_value_that_does_not_open_stays_and_is_told(notes: type[models.Model], settings: Settings) -> None:
    settings.SEAL_KEYS = ONE
    row = notes(text="비밀")
    row.save()
    before = _raw(row)
    settings.SEAL_KEYS = {"2": "b" * 20}
    column = SealedColumn(notes, "text", "field test_sealed_note.text", row_of)
    (tally,) = rotate([column])
    assert tally.broken == [str(row.pk)]
    assert _raw(row) == before
    (counted,) = rotate([column], only_count=True)
    assert dict(counted.keys) == {"1": 1}


@pytest.mark.req("X6", "rule")
def test_the_command_brings_issuers_holders_and_documents_keys_under_the_new_key(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DATA_DIR = tmp_path
    organisation, account = make.organisation(), make.account()
    signer = badge_keys.signer_of(organisation=organisation, now=make.NOW)
    did = wallet.holder_did(account_id=account.pk, now=make.NOW)
    seed, pdf = certificate_keys.record_key().seed, certificate_keys.pdf_key(now=make.NOW)

    settings.SEAL_KEYS = TWO
    assert cli.main(["rotate-keys", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["current"], told["files"]) == ("2", 2)
    resealed = {each["column"]: each["resealed"] for each in told["columns"]}
    assert resealed["badges.issuerkey.sealed_private"] == 1
    assert resealed["wallet.holderkey.sealed_private"] == 1

    settings.ISSUER_KEY_SECRET = "no longer needed"
    again = badge_keys.signer_of(organisation=organisation, now=make.NOW)
    assert again.verification_method == signer.verification_method
    assert certificate_keys.record_key().seed == seed
    assert certificate_keys.pdf_key(now=make.NOW).pem == pdf.pem
    assert HolderKey.objects.get(did=did)
    assert sealing.key_of(bytes(IssuerKey.objects.get().sealed_private)) == "2"

    assert cli.main(["rotate-keys"]) == 0
    assert "다시 봉인 0개" in capsys.readouterr().out
    settings.SEAL_KEYS = {"3": "c" * 20}
    assert cli.main(["rotate-keys"]) == 1
    assert "열리지 않음" in capsys.readouterr().out
