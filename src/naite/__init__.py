"""Naite (나이테): one platform for a person's lifelong learning."""
