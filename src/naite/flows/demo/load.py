"""Filling an empty database."""

from naite.trunk.people.models import Organisation


def is_empty() -> bool:
    """Whether nothing has been entered into this installation yet."""
    return not Organisation.objects.exists()


def load() -> None:
    """Make the demo world, in one transaction a scene."""
