"""The pages, one package per audience."""
