"""Where numbers come from: sources, parameters, tables, targets."""
