"""Passerelles: Occitanie's labour market under generative AI, one agent per person."""

__version__ = "0.1.0"
