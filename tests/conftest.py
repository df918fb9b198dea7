"""Present so that tests can import the builders that stand beside it, such as ``fake_results``."""
