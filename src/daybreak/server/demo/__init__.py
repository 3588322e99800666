"""The demo: a small study with a past, played by simulated people through the same actions that real people use."""
