"""Designs of sweeps, one TOML file each."""
