"""What changes forms and wordings: each a plain function that leaves one entry in the trail."""
