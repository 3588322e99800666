"""Analysis data sets, derived from an export; docs/analysis.md defines every column."""
