"""Learning an allocation: in an emergency, as planned at the end, or by accident."""
