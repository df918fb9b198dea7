"""The model written again, for reading: one Mesa agent a worker, equal to the engine to the integer."""
