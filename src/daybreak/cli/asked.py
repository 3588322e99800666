"""Options by which several commands ask the same of a study file's primary analysis."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Contrasts = Annotated[
    list[str] | None, typer.Option("--contrast", help='"one - other"; the file\'s if left out.', show_default=False)
]
Visits = Annotated[
    list[str] | None, typer.Option("--visit", help="A visit, or average; the file's if left out.", show_default=False)
]
Ddf = Annotated[
    Literal["satterthwaite", "kenward-roger", "kenward-roger-linear"] | None,
    typer.Option(help="Degrees of freedom and their standard errors; the file's if left out.", show_default=False),
]
