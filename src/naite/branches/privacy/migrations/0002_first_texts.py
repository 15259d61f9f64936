"""Bring the first consent texts into every database."""

from datetime import UTC, datetime

from django.db import migrations

from naite.branches.privacy.texts import FIRST_TEXTS


def load(apps, schema_editor):
    texts = apps.get_model("privacy", "ConsentText")
    for text in FIRST_TEXTS:
        texts.objects.get_or_create(
            purpose=text.purpose,
            version=1,
            defaults={
                "title": text.title,
                "body": text.body,
                "required": text.required,
                "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
            },
        )


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
