"""Pages of visits, deviations and calendars, one module each."""
