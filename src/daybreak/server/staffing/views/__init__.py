"""Pages of staff and sites."""
