"""Means and contrasts: against R, published figures, plain doubles and their own laws."""
