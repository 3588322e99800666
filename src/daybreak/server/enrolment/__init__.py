"""Participants, their infusions, and what is sealed under a key of their own: cues and portrait."""
