"""The pre-specified analysis: a frozen export and its study file in, estimates, tables, figures and a report out."""
