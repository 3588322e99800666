"""How far a demo's clock was moved; `server/clock.py` reads it."""
