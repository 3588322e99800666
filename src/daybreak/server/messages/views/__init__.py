"""Pages: where a message's links lead, and what staff see of messages."""
