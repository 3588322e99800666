"""The study, the versions of its file, and its sites."""
