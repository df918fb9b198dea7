"""The model written a second time, for reading: one Mesa agent a worker, equal to the engine to the integer."""
