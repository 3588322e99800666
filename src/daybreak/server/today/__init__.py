"""What a person in the study sees: Today, getting ready, the page around the player, and help."""
