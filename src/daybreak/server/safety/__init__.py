"""Alerts: raised by rules, told until somebody acknowledges, assessed, closed."""
