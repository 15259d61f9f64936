"""The demo world: everything in it is made through the same services that people use."""

from naite.flows.demo.load import is_empty, load

__all__ = ["is_empty", "load"]
