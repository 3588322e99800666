"""The sections of the report, one module each: results and tables in, parts of a page out."""
