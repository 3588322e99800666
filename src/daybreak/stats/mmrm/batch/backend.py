"""Which path to take: compiled where numba is installed, else numpy."""

from __future__ import annotations

from importlib.util import find_spec

from daybreak.core.errors import FitError

BACKENDS = ("compiled", "numpy")


def chosen(backend: str | None) -> str:
    """Return the path to take; without a wish the compiled one if it can be had.

    Raises:
        FitError: there is no such path, or numba is not installed.
    """
    if backend not in (*BACKENDS, None):
        raise FitError(f"There is no backend {backend}.", remedy=f"Choose one of {', '.join(BACKENDS)}.")
    if backend == "compiled" and not installed():
        raise FitError("The compiled path needs numba.", remedy='Install "daybreak[simulation]", or choose numpy.')
    return backend or ("compiled" if installed() else "numpy")


def installed() -> bool:
    """Return whether numba is."""
    return find_spec("numba") is not None
