"""The search index: numbered entries, and beside them the words as each database searches them best."""

import django.db.models.deletion
from django.db import migrations, models

SQLITE = """
CREATE VIRTUAL TABLE catalogue_search_text
USING fts5(title, rest, tokenize = 'unicode61 remove_diacritics 0', prefix = '1')
"""
POSTGRESQL = """
ALTER TABLE catalogue_searchentry ADD COLUMN title_tokens tsvector, ADD COLUMN all_tokens tsvector;
CREATE INDEX catalogue_search_title ON catalogue_searchentry USING gin (title_tokens);
CREATE INDEX catalogue_search_all ON catalogue_searchentry USING gin (all_tokens);
"""


def make_text_index(apps, schema_editor):
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL)


def drop_text_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE catalogue_search_text")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("live", models.BooleanField(default=True)),
                ("seq", models.BigIntegerField(db_index=True)),
                (
                    "listing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="search_entry",
                        to="catalogue.listing",
                    ),
                ),
            ],
        ),
        migrations.RunPython(make_text_index, drop_text_index),
    ]
