"""Many made-up studies at once, from the assumptions of a study file: what a design can be expected to find."""
