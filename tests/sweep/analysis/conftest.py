"""Present so that the tests can import ``made_sweeps``, which stands beside them."""
