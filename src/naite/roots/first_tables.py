"""All first tables of an app made in one step.

Django renders every related model anew after each ``CreateModel``, ``AddIndex`` and ``AddConstraint``: with some
180 models that relate to each other, an empty database took most of a minute. Here an app's models enter the
state together and are rendered once; foreign keys among them need no order, since both databases check them
only after the last table stands.
"""

from typing import Any

from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState


class FirstTables(Operation):
    """Create the models of ``creations``, each with all its fields, indexes and constraints."""

    category = OperationCategory.ADDITION
    serialization_expand_args = ["creations"]

    def __init__(self, creations: list[CreateModel]) -> None:
        self.creations = creations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [], {"creations": self.creations}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Without rendered models there is nothing that adding a model would render anew.
        state.__dict__.pop("apps", None)
        for creation in self.creations:
            creation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for creation in self.creations:
            creation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for creation in reversed(self.creations):
            creation.database_backwards(app_label, schema_editor, from_state, to_state)

    def references_model(self, name: str, app_label: str) -> bool:
        return any(creation.references_model(name, app_label) for creation in self.creations)

    def describe(self) -> str:
        return f"Create the first {len(self.creations)} tables"
