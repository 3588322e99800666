"""How tables of lines are printed and handed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from daybreak.stats.means.lines import Line

Record = dict[str, object]


def records(lines: Sequence[Line], label: str = "") -> list[Record]:
    """Return each line as a record: its label under the name `label` where there is one, levels, numbers."""
    return [{**({label: line.label} if label else {}), **line.levels, **line.numbers} for line in lines]


def print_table(rows: Sequence[Mapping[str, object]]) -> str:
    """Return records as a table of text: words to the left, numbers to the right."""
    names = list(rows[0]) if rows else []
    cells = [[_say(name, row[name]) for name in names] for row in rows]
    words = [all(isinstance(row[name], str) for row in rows) for name in names]
    wide = [max(len(name), *(len(row[i]) for row in cells)) for i, name in enumerate(names)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if word else cell.rjust(width)
            for cell, width, word in zip(line, wide, words, strict=True)
        ).rstrip()
        for line in [names, *cells]
    )


def _say(name: str, value: object) -> str:
    if value is None:
        return "not estimable" if name == "estimate" else "-"
    if isinstance(value, float):
        if name == "p":
            return "<0.0001" if value < 1e-4 else f"{value:.4f}"
        return f"{value:g}" if name == "df1" else f"{value:.1f}" if name.startswith("df") else f"{value:.4f}"
    return str(value)
