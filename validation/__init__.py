"""How far our numbers lie from those of other programs. `python -m validation` writes docs/validation.md."""
