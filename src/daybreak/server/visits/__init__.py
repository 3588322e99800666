"""Visits as they were kept, and deviations from the plan."""
