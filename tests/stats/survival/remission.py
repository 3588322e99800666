"""Weeks in remission of Freireich et al., Blood 1963;21:699-716, as printed by Gehan, Biometrika 1965;52:203-223."""

from __future__ import annotations

from daybreak.stats.survival import Times, read_times

TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def remission() -> Times:
    arms = ["6-MP"] * len(TREATED) + ["placebo"] * len(PLACEBO)
    return read_times(TREATED + PLACEBO, RELAPSED + [1] * len(PLACEBO), arms, levels=["placebo", "6-MP"])
