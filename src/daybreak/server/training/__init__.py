"""Training sessions as they are played: sittings, chunks, rounds done and delivered dose; free of version."""
