"""Model fields that are sealed in the database and plain in the program.

A value is bound to its column and its row, so it is opened only when it is read from an instance, and one that was
copied into another row does not open. Rows therefore need an id made by the application before they are saved.
Nothing can be searched by such a field, and ``QuerySet.update`` refuses to set it.
"""

import json
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from naite.roots.sealing.ring import seal, unseal

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")


class Sealed:
    """Bytes as they lie in the database."""

    __slots__ = ("content",)

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __repr__(self) -> str:
        return f"<sealed, {len(self.content)} bytes>"


def row_of(instance: models.Model) -> bytes:
    """Return what binds a value to its row: the parts of the primary key."""
    key = instance.pk
    parts = key if isinstance(key, tuple) else (key,)
    if any(part is None for part in parts):
        raise ValueError("a sealed field needs the row's id before it is saved")
    return "\0".join(str(part) for part in parts).encode()


class _Opening(DeferredAttribute):
    """Opens a value when it is first read from an instance."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            field: Any = self.field
            value = field.open(value, instance)
            instance.__dict__[field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        # With a setter Python asks this descriptor before it looks into the instance.
        field: Any = self.field
        instance.__dict__[field.attname] = value


class _SealedField(models.Field[T, T], Generic[T]):
    descriptor_class = _Opening
    empty_strings_allowed = False

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("default", type(self.nothing()))
        super().__init__(*args, **options)

    def get_internal_type(self) -> str:
        return "BinaryField"

    @property
    def purpose(self) -> str:
        # The column and not the model's class, so that renaming a class breaks no seal.
        return f"field {self.model._meta.db_table}.{self.column}"

    def to_plain(self, value: T) -> bytes:
        raise NotImplementedError

    def from_plain(self, plain: bytes) -> T:
        raise NotImplementedError

    def nothing(self) -> T:
        raise NotImplementedError

    def open(self, value: Sealed, instance: models.Model) -> T:
        if not value.content:
            return self.nothing()
        return self.from_plain(unseal(value.content, purpose=self.purpose, row=row_of(instance)))

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed:
        value: Any = model_instance.__dict__.get(self.attname)
        if isinstance(value, Sealed):
            return value  # never opened, so never changed
        if value is None or value == self.nothing():
            return Sealed(b"")
        return Sealed(seal(self.to_plain(value), purpose=self.purpose, row=row_of(model_instance)))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed:
        return Sealed(bytes(value) if value is not None else b"")

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return value.content
        if value == self.nothing():
            return b""  # as for the rows of a column that is new
        raise TypeError(
            "a sealed field is set on an instance and saved; it is not searched or updated by query"
        )

    def get_db_prep_value(self, value: Any, connection: "BaseDatabaseWrapper", prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return connection.Database.Binary(value)  # type: ignore[attr-defined]

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("a sealed field is not serialised")


class EncryptedTextField(_SealedField[str]):
    """Text that only the program reads; empty text is kept as nothing."""

    def to_plain(self, value: str) -> bytes:
        return value.encode()

    def from_plain(self, plain: bytes) -> str:
        return plain.decode()

    def nothing(self) -> str:
        return ""


class EncryptedJSONField(_SealedField[dict[str, Any]]):
    """A JSON object that only the program reads; an empty one is kept as nothing."""

    def to_plain(self, value: dict[str, Any]) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def from_plain(self, plain: bytes) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(plain)
        return found

    def nothing(self) -> dict[str, Any]:
        return {}
