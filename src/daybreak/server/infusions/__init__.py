"""Infusions as recorded by people who do not know the drug: forms, what moves with them, and pages.

The rows belong to `enrolment`; the calendar that starts with an infusion is computed, never stored.
"""
