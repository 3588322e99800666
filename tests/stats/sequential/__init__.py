"""Group-sequential bounds and prospects: published figures, closed forms, laws and plain doubles."""
