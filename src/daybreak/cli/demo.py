"""`daybreak demo`: a small study with invented people, ready to be visited."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.error import URLError
from urllib.request import urlopen

import typer

from daybreak.cli.port import check_port
from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from rich.console import Console

HOST = "127.0.0.1"
MARK = "this-is-a-demo"
DATABASE = "daybreak.sqlite3"
LINKS = "demo-links.json"
# All that a demo writes into its folder, the mark apart; nothing else is ever removed.
OWN_FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", LINKS)
OWN_FOLDERS = ("static", "secrets")


def demo(
    data: Annotated[Path, typer.Option(help="Folder for the demo's database and secrets.")] = Path("demo-data"),
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    participants: Annotated[int, typer.Option(help="Simulated people, besides four to visit.", min=0, max=500)] = 154,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the demo in a browser.")] = True,
    reset: Annotated[bool, typer.Option("--reset", help="Begin again: forget this demo's people and data.")] = False,
) -> None:
    """Make a demo study with simulated people, print one sign-in link per role, and serve it to this computer only."""
    from rich.console import Console

    console = Console()
    check_port(HOST, port, "daybreak demo")
    prepare(data.absolute(), participants, reset=reset, console=console)
    address = f"http://{HOST}:{port}"
    print_links(console, address)
    if browser:
        threading.Thread(target=_open_browser, args=(address,), daemon=True).start()
    from daybreak.server import serve as server

    server.serve(HOST, port)


def prepare(folder: Path, participants: int, *, reset: bool, console: Console) -> None:
    """Make the demo in `folder`, or keep the one that is there.

    One that was never finished, or was made by a version with another database, is begun again.

    Raises:
        CommandError: the folder holds a database that is no demo's, or cannot be written.
    """
    _mark(folder)
    there = (folder / LINKS).exists()
    outdated = there and (folder / MARK).read_text(encoding="utf-8") != layout()
    if outdated:
        console.print(f"The demo in {folder} was made by another version of daybreak, so it begins again.")
    fresh = reset or outdated or not there
    if fresh:
        _clear(folder)
    _load_server(folder)
    if fresh:
        _build(participants, console)
        (folder / MARK).write_text(layout(), encoding="utf-8")
    else:
        console.print(f"Keeping the demo in {folder}. To begin again, add --reset.")


def layout() -> str:
    """Return a mark of how this version lays out its database: the SHA-256 of all migrations."""
    server = Path(__file__).parent.parent / "server"
    bodies = (path.read_bytes() for path in sorted(server.glob("*/migrations/0*.py")))
    return hashlib.sha256(b"\0".join(bodies)).hexdigest()


def print_links(console: Console, address: str) -> None:
    """Print every link of the demo with its PIN, each whole on a line of its own, so that it can be clicked."""
    from daybreak.server.demo.links import PIN, read_links

    for link in read_links():
        pin = f"PIN {PIN}" if link.has_pin else "choose a PIN"
        console.print(f"\n[bold]{link.role}[/bold]: {link.says} ({pin})", highlight=False)
        console.print(f"  {address}{link.path}", soft_wrap=True, highlight=False)
    console.print(
        f"\nThe demo runs at {address} on this computer only. Ctrl+C stops it; its data stays.", soft_wrap=True
    )


def _mark(folder: Path) -> None:
    if (folder / DATABASE).exists() and not (folder / MARK).exists():
        raise CommandError(
            "this folder holds a study that is no demo.", where=str(folder), remedy="Choose another with --data."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / MARK).touch()
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        raise CommandError(f"{reason}.", where=str(folder), remedy="Choose another with --data.") from error


def _clear(folder: Path) -> None:
    for name in OWN_FILES:
        (folder / name).unlink(missing_ok=True)
    for name in OWN_FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)


def _load_server(folder: Path) -> None:
    """Load the server with this folder; a database named in the environment is a real study's and is left alone."""
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"DAYBREAK_DATA": str(folder), "DAYBREAK_DEMO": "1"}
    from daybreak.server.serve import prepare as prepare_server

    prepare_server()


def _build(participants: int, console: Console) -> None:
    from rich.progress import Progress

    from daybreak.server.demo.build import build_demo

    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Simulated people are playing", total=1.0)
        for done in build_demo(participants):
            progress.update(task, completed=done)


def _open_browser(address: str) -> None:
    """Open the demo as soon as it answers."""
    for _ in range(100):
        try:
            with urlopen(f"{address}/help/", timeout=1):  # noqa: S310  our own address
                webbrowser.open(address)
                return
        except (URLError, OSError):
            time.sleep(0.1)
