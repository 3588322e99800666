"""Holds on data: a freeze can be lifted, a lock stays. Everything that changes data asks here first."""
