"""Tags of the pages of people in the study."""
