"""Consents, and what people ask to have done with their data."""

from naite.branches.privacy.models.consents import Consent, ConsentText
from naite.branches.privacy.models.requests import DataRequest

__all__ = ["Consent", "ConsentText", "DataRequest"]
