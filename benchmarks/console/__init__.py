"""How quick the pages of the desk are, with few people and with many."""
