"""Timings and ratios, printed and never judged; their place in docs/engine.md."""
