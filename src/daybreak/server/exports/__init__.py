"""A frozen folder of tidy tables with a data dictionary, laid out by Psych-DS. It tells no version and no identity."""
