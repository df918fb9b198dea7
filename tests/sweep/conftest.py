"""Present so that tests and working processes can import ``trivial_work``, which stands beside it."""
