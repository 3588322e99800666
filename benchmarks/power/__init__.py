"""How many mixed models for repeated measures a second: in batches, one by one, and beside statsmodels."""
