"""The words of search entries, as each database searches them best.

On PostgreSQL in a table of their own: an entry is touched with every seat that is taken, and with the words in
the same row each touch would write all its places in both text indexes anew.
"""

from django.db import migrations

SQLITE = """
CREATE VIRTUAL TABLE catalogue_search_text
USING fts5(title, rest, tokenize = 'unicode61 remove_diacritics 0', prefix = '1')
"""
POSTGRESQL = """
CREATE TABLE catalogue_search_text (
    id bigint PRIMARY KEY,
    title tsvector NOT NULL,
    everything tsvector NOT NULL
);
CREATE INDEX catalogue_search_title ON catalogue_search_text USING gin (title);
CREATE INDEX catalogue_search_everything ON catalogue_search_text USING gin (everything);
"""


def make_text_index(apps, schema_editor):
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL)


def drop_text_index(apps, schema_editor):
    schema_editor.execute("DROP TABLE catalogue_search_text")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [migrations.RunPython(make_text_index, drop_text_index)]
