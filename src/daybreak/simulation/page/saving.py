"""A study file with the page's changes written into it, its comments kept, and held to what it is to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import Array as TomlArray

from daybreak.core.errors import StudyFileError
from daybreak.core.study import AssumptionRules, StudyFile, read_study
from daybreak.simulation.design import Design, design_of
from daybreak.simulation.page.wish import Wish

MEANS = ("effect", "fade", "dose")
"""Changes that end in other means."""
SAME = 1e-9
"""How far figures may be apart for being written with twelve digits."""


def saved_text(file: StudyFile, text: str, wish: Wish) -> str:
    """Return the study file's text with what a wish changes; each changed figure says so in its comment.

    Raises:
        StudyFileError: no study file can say this: a mean would lie beyond the scale, for one.
    """
    design = design_of(file, wish.n, **wish.changes)
    document = tomlkit.parse(text)
    note = f"daybreak design: {', '.join(wish.assumed)}"
    if wish.n != file.study.target:
        told: Any = document["study"]
        told["target"] = _noted(wish.n, "daybreak design")
    if "ratio" in wish.changes:
        _write_ratio(document, file, design)
    assumed: Any = document["assumptions"]
    rules = file.assumptions
    assert rules is not None  # noqa: S101 - `design_of` would have refused
    if any(name in wish.changes for name in MEANS):
        _write_means(assumed, design, note)
        _write_doses(assumed, rules, design, note)
    if "dropout" in wish.changes:
        _write_leaving(assumed, rules, design, note)
    made = tomlkit.dumps(document)
    _check(made, design)
    return made


def _write_ratio(document: TOMLDocument, file: StudyFile, design: Design) -> None:
    tables: Any = document["arms"]
    for table, share in zip(tables, design.enrolling.ratios.values(), strict=True):
        if table.get("ratio", 1) != share:
            table["ratio"] = _noted(share, "daybreak design")
    if file.allocation.method == "permuted-blocks":
        rules: Any = document["allocation"]
        rules["block_sizes"] = _noted(list(design.enrolling.block_sizes), "daybreak design: fit the ratio")


def _write_means(assumed: Any, design: Design, note: str) -> None:
    """Write the means as they come out, in place of courses and fades."""
    for name in ("course", "fade"):
        assumed.pop(name, None)
    table = {arm: _numbers(row.tolist()) for arm, row in zip(design.arms, design.means, strict=True)}
    _replace(assumed, "means", table, note)


def _write_doses(assumed: Any, rules: AssumptionRules, design: Design, note: str) -> None:
    """Write doses and what they do; the means above are those at each arm's mean dose."""
    if rules.dose is None:
        return
    doses = design.doses
    mean = dict(zip(design.arms, doses.mean.tolist(), strict=True))
    if any(mean[arm] != rules.adherence.get(arm, 1.0) for arm in design.arms):
        _replace(assumed, "adherence", {arm: _plain(value) for arm, value in mean.items()}, note)
    dose = assumed["dose"]
    dose.pop("of_means", None)
    effect = {arm: _plain(doses.effect[design.arms.index(arm), -1]) for arm in rules.dose.effect}
    spread = {arm: _plain(doses.spread[design.arms.index(arm)]) for arm in rules.dose.spread}
    spread = {arm: value for arm, value in spread.items() if value > 0}
    for name, before, now in (("spread", rules.dose.spread, spread), ("effect", rules.dose.effect, effect)):
        if now != before:
            _replace(dose, name, now, note)


def _write_leaving(assumed: Any, rules: AssumptionRules, design: Design, note: str) -> None:
    """Write each arm's loss the way it was written: the share by the last visit, or the chance before each."""
    hazards = dict(zip(design.arms, design.leaving.hazards, strict=True))
    if rules.dropout:
        shares = {arm: _plain(1 - (1 - hazards[arm]).prod()) for arm in rules.dropout}
        _replace(assumed, "dropout", shares, note)
    if rules.hazards:
        _replace(assumed, "hazards", {arm: _numbers(hazards[arm].tolist()) for arm in rules.hazards}, note)


def _replace(parent: Any, name: str, values: dict[str, Any], note: str) -> None:
    """Put other figures into a table, or a new table; a comment beside it would be about what stood there.

    A table stays where it has nothing left to say, as a comment at its end belongs to what follows.
    """
    table = parent.get(name)
    if table is None:
        table = tomlkit.table()
        parent[name] = table
        table = parent[name]
    for key in [key for key in table if key not in values]:
        table.pop(key)
    for key, value in values.items():
        table[key] = value
    if isinstance(table, tomlkit.items.Table) and not table.is_super_table():
        table.comment(note)


def _noted(value: object, note: str) -> Any:
    item = tomlkit.item(value)
    item.comment(note)
    return item


def _numbers(values: Sequence[float]) -> TomlArray:
    return tomlkit.item([_plain(value) for value in values])


def _plain(value: float) -> float:
    """Return a figure without the noise of its last digits."""
    return float(f"{value:.12g}") + 0.0


def _check(text: str, wanted: Design) -> None:
    """Read the new file back, and hold it to the design it is to say."""
    made = design_of(read_study(text, "the new study file"), wanted.n)
    pairs = [
        (made.means, wanted.means),
        (made.covariance, wanted.covariance),
        (made.spreads, wanted.spreads),
        (made.leaving.hazards, wanted.leaving.hazards),
        (made.doses.mean, wanted.doses.mean),
        (made.doses.spread, wanted.doses.spread),
        (made.doses.effect, wanted.doses.effect),
    ]
    same = all(np.allclose(one, other, rtol=SAME, atol=SAME) for one, other in pairs)
    if not same or made.enrolling.ratios != wanted.enrolling.ratios:
        says = "these changes cannot be written into this study file."
        raise StudyFileError(says, where="save", remedy="Write them by hand; `daybreak power` takes them by --assume.")
