"""Learning an allocation: one transaction and one entry each, which never says what was learned."""
