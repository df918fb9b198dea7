"""Many runs: a design, its jobs, a driver that may be killed at any moment, and what the results say."""
