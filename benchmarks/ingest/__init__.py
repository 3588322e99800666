"""How much one server takes: people who play at once, acknowledged chunk by chunk, on SQLite and PostgreSQL."""
