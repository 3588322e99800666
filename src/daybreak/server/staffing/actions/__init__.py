"""What changes staff and sites."""
