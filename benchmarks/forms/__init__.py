"""How long people wait for an answer to be saved when many answer at once, on SQLite and PostgreSQL."""
