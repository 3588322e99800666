"""Messages to people and to staff: planned from the study file, sent once, and what became of each."""
