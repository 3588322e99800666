"""`daybreak design`: a local page on which a design is changed and its power is seen at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daybreak.cli.asked import Contrasts, Ddf, Visits
from daybreak.cli.port import check_port


def design(  # noqa: PLR0913, PLR0917 - an argument for each option of the command
    file: Annotated[Path, typer.Argument(help="The study file, or the name of one that ships.")],
    port: Annotated[int, typer.Option(help="Port on this computer; 0 takes a free one.", min=0, max=65535)] = 0,
    ddf: Ddf = None,
    seed: Annotated[int, typer.Option(help="Whole number; the same one gives the same digits.", min=0)] = 1,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    contrast: Contrasts = None,
    visit: Visits = None,
) -> None:
    """Serve a page to this computer: change the design, see power and an example, save the study file."""
    import webbrowser

    from daybreak.cli.study_source import read_text
    from daybreak.core.study import read_study
    from daybreak.simulation.page.planner import Planner
    from daybreak.simulation.page.powers import FULL
    from daybreak.simulation.page.server import HOST, PageServer
    from daybreak.simulation.power import Order

    text = read_text(file)
    name = file.name if file.suffix == ".toml" else f"{file.name}.toml"
    order = Order(read_study(text, file.name), text, FULL, seed, tuple(contrast or ()), tuple(visit or ()), ddf=ddf)
    planner = Planner(order, name)
    planner.study()
    if port:
        check_port(HOST, port, "daybreak design")
    with PageServer(planner, port) as server:
        typer.echo(f"The design page of {name} is at {server.url} for this computer. Ctrl-C ends it.")
        if not no_open:
            webbrowser.open(server.url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("Ended.")
