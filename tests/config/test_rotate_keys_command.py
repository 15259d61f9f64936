from django.apps import apps

from naite.config.commands import rotate_keys


def test_everything_that_lies_sealed_is_resealed() -> None:
    sealed = {
        (model, field.attname)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.startswith("sealed_") and field.get_internal_type() == "BinaryField"
    }
    assert sealed == {
        (column.model, column.name) for column in rotate_keys.columns() if column.name.startswith("sealed_")
    }
