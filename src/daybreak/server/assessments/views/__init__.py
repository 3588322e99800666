"""Pages of forms: for participants, and for staff."""
