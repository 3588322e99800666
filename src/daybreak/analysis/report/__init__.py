"""The report: sections of words, tables and figures, written as one HTML page, as PDF, and its tables as CSV."""
