"""The fit: problem, search, identification, ensemble."""
