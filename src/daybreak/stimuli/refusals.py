"""Why pictures are not taken: every reason by file name, all of one run together."""

from __future__ import annotations

from collections.abc import Sequence

from daybreak.core.errors import StimuliError


def refusal(file: str, what: str) -> StimuliError:
    """Return the reason why `file` is not taken; `what` is one sentence about it."""
    return StimuliError(what, where=file, code="stimuli-refused")


class RefusedPicturesError(StimuliError):
    """A folder of pictures that was refused as a whole; nothing was changed.

    Args:
        refusals: every reason, in the order of the manifest.
        where: the folder.
    """

    code = "stimuli-refused"

    def __init__(self, refusals: Sequence[StimuliError], where: str) -> None:
        self.refusals = tuple(refusals)
        reasons = "1 reason" if len(refusals) == 1 else f"{len(refusals)} reasons"
        super().__init__(
            f"refused for {reasons}; nothing was changed.",
            where=where,
            remedy="Mend what is listed by file name and run the command again.",
        )
