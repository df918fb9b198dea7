"""Present so that tests can import ``toy_region``, which stands beside it."""
