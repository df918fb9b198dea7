"""Present so that the tests can import the builders that stand beside it, such as ``breaking_disk``."""
