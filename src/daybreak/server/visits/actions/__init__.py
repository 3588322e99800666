"""What changes visits, deviations and links to calendars: one module per noun, one transaction per action."""
