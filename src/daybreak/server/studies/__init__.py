"""The study, its sites, and the demo's clock."""
