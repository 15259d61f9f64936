"""The subcommands of naite, one module each."""
