"""Which pictures are the same one: byte for byte, or saved again in another size, format or brightness."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from daybreak.stimuli.luminance import Pixels

Print = npt.NDArray[np.float32]

GRID = 32
# In standard deviations of the picture's grey values. Saving again moves a field by less than a tenth; an open smile in
# place of a closed mouth moves some field by more than a half, in drawings as in photographs.
LARGEST_DIFFERENCE = 0.25


def fingerprint(photo: Pixels) -> Print:
    """Return the mean grey of `GRID` x `GRID` fields, brought to mean 0 and standard deviation 1, as one row."""
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fields = cv2.resize(grey, (GRID, GRID), interpolation=cv2.INTER_AREA).ravel()
    return np.asarray((fields - fields.mean()) / max(float(fields.std()), 1e-6), dtype=np.float32)


def mirrored(row: Print) -> Print:
    """Return the fingerprint of the same picture, left and right exchanged."""
    return row.reshape(GRID, GRID)[:, ::-1].ravel()


def first_alike(row: Print, earlier: list[Print]) -> int | None:
    """Return the place of the first of `earlier` that shows the same picture, upright or mirrored."""
    if not earlier:
        return None
    others = np.stack(earlier)
    apart = np.minimum(np.abs(others - row).max(axis=1), np.abs(others - mirrored(row)).max(axis=1))
    alike = np.flatnonzero(apart < LARGEST_DIFFERENCE)
    return int(alike[0]) if alike.size else None
