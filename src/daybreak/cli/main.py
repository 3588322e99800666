"""The `daybreak` command: one file a command, one plain sentence for a user's mistake."""

from __future__ import annotations

import sys

import typer

from daybreak.cli import audit, instruments, staff, stimuli, study
from daybreak.cli.allocate import allocate
from daybreak.cli.demo import demo
from daybreak.cli.design import design
from daybreak.cli.export import export
from daybreak.cli.fit import fit
from daybreak.cli.iat import iat
from daybreak.cli.plan import plan
from daybreak.cli.power import power
from daybreak.cli.report import report
from daybreak.cli.serve import serve
from daybreak.cli.simulate import simulate
from daybreak.cli.worker import worker
from daybreak.core.errors import DaybreakError

app = typer.Typer(
    help="Self-association training after a rapid-acting antidepressant treatment, and the study that tests it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(demo)
app.command()(serve)
app.command()(worker)
app.command()(plan)
app.command()(allocate)
app.command()(export)
app.command()(fit)
app.command()(iat)
app.command()(power)
app.command()(design)
app.command()(report)
app.command()(simulate)
app.add_typer(study.app, name="study")
app.add_typer(staff.app, name="staff")
app.add_typer(audit.app, name="audit")
app.add_typer(instruments.app, name="instruments")
app.add_typer(stimuli.app, name="stimuli")


def run() -> None:
    """Run the command line; a `DaybreakError` becomes one sentence on standard error and exit status 2."""
    try:
        app()
    except DaybreakError as error:
        print(f"daybreak: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(2)


if __name__ == "__main__":
    run()
