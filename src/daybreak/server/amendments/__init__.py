"""New versions of a running study's file: read them, see what they change, let them come into effect."""
