"""The HTTP interface of the player."""
