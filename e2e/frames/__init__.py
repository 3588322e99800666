"""Frames judged from outside the page: who showed what, for how many refreshes of the display."""
