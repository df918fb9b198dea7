"""The published labour-flow model, in expected numbers and by agents (see docs/reference-model.md)."""
