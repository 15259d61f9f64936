"""Rounds (차수): planning, publishing, extending, calling off."""
