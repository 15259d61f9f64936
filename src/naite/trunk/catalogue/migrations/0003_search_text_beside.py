"""PostgreSQL: the words move to a table of their own.

An entry is touched with every seat that is taken; with the words in the same row, each touch wrote all its
places in both text indexes anew. Entries that exist are found by words again after the index is rebuilt.
"""

from django.db import migrations

MOVE = """
ALTER TABLE catalogue_searchentry DROP COLUMN title_tokens, DROP COLUMN all_tokens;
CREATE TABLE catalogue_search_text (
    id bigint PRIMARY KEY,
    title tsvector NOT NULL,
    everything tsvector NOT NULL
);
CREATE INDEX catalogue_search_title ON catalogue_search_text USING gin (title);
CREATE INDEX catalogue_search_everything ON catalogue_search_text USING gin (everything);
"""
BACK = """
DROP TABLE catalogue_search_text;
ALTER TABLE catalogue_searchentry ADD COLUMN title_tokens tsvector, ADD COLUMN all_tokens tsvector;
CREATE INDEX catalogue_search_title ON catalogue_searchentry USING gin (title_tokens);
CREATE INDEX catalogue_search_all ON catalogue_searchentry USING gin (all_tokens);
"""


def move(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MOVE)


def back(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACK)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_search_entry")]

    operations = [migrations.RunPython(move, back)]
