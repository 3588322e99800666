"""From the first question to enrolment and, if it comes to that, out again: what staff do with people, and their pages.

The rows belong to `enrolment`, which knows nothing of what is here; the statuses to `core/participation.py`.
"""
