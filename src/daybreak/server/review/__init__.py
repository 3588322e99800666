"""Looking over what was entered: data queries, freezes and locks, signatures."""
