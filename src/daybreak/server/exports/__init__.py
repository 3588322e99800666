"""Steps and sessions as tidy tables with a data dictionary."""
