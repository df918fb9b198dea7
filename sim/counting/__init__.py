"""What the money changed: who was funded in one world only, what became of them, of everyone else, at what
cost.  The formulas are those of ``docs/counting.md``."""
