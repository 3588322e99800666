"""Forms: what participants and staff answer, item by item, with the wording that was shown."""
