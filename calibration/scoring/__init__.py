"""The scoreboard: every statistic beside the model's, with intervals."""
