"""The learning account: entries in sections, as immutable snapshots."""
