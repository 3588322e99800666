"""What is done about alerts: one transaction and one entry each."""
