"""Template tags of data queries."""
