"""Lists of occupational standards (NCS 능력단위): brought in from a file, kept by version, searched."""
