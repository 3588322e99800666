"""Who signs in: participants with a personal link and a PIN, operators with a password."""
