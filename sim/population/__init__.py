"""The synthetic population: columns, margins, synthesis."""
