"""Declared futures, one TOML file each."""
