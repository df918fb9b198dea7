"""Subcommands of `passerelles` that calibrate and validate."""
