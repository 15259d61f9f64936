from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from naite.roots.first_tables import FirstTables


def _creations() -> list[migrations.CreateModel]:
    number = models.BigAutoField(primary_key=True)
    branch = migrations.CreateModel(
        "Branch",
        [("id", number.clone()), ("tree", models.ForeignKey("audit.Tree", models.CASCADE))],
    )
    tree = migrations.CreateModel(
        "Tree",
        [("id", number.clone()), ("rings", models.IntegerField())],
        options={
            "constraints": [
                models.CheckConstraint(name="rings_grow", condition=models.Q(rings__gte=0)),
            ]
        },
    )
    return [branch, tree]


@pytest.mark.django_db(transaction=True)
def test_tables_point_at_tables_that_come_later_and_go_again():
    before, after = ProjectState(), ProjectState()
    step = FirstTables(_creations())
    step.state_forwards("audit", after)
    with connection.schema_editor() as editor:
        step.database_forwards("audit", editor, before, after)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_tree (id, rings) VALUES (1, 3)")
        cursor.execute("INSERT INTO audit_branch (id, tree_id) VALUES (1, 1)")
        cursor.execute("SELECT rings FROM audit_branch b JOIN audit_tree t ON t.id = b.tree_id")
        assert cursor.fetchall() == [(3,)]
        cursor.execute("DELETE FROM audit_branch")
        cursor.execute("DELETE FROM audit_tree")
    with connection.schema_editor() as editor:
        step.database_backwards("audit", editor, after, before)
    assert not {"audit_tree", "audit_branch"} & set(connection.introspection.table_names())


def test_every_app_begins_with_one_step():
    """One rendering for an app instead of one for each model, index and constraint."""
    first = {
        label: migration.operations
        for (label, name), migration in MigrationLoader(None).disk_migrations.items()
        if name == "0001_initial" and Path(apps.get_app_config(label).path).parent.parent.name == "naite"
    }
    assert first
    assert {label for label, operations in first.items() if len(operations) != 1} == set()
    assert all(isinstance(operations[0], FirstTables) for operations in first.values())
