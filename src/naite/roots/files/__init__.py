"""Files that people hand in: checked by what they hold, kept privately, found again by their digest."""

from naite.roots.files.kinds import ARCHIVES, DOCUMENTS, EVIDENCE, IMAGES, OFFICE, TABLES, VECTOR, Kind

__all__ = ["ARCHIVES", "DOCUMENTS", "EVIDENCE", "IMAGES", "OFFICE", "TABLES", "VECTOR", "Kind"]
