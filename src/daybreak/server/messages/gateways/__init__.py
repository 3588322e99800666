"""The ways out: one module a kind, each with the same small face (`gateway.py`)."""
