"""Bring the provinces and municipalities of the Republic of Korea into every database."""

from django.db import migrations

from naite.trunk.people import regions


def load(apps, schema_editor):
    regions.load(apps.get_model("people", "Region"), apps.get_model("people", "RegionChange"))


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
