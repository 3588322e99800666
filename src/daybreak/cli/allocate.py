"""`daybreak allocate`: allocation lists without a server. The file it writes names arms, so it unblinds."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from daybreak.core.allocation.blocks import Place
    from daybreak.core.study import StudyFile

COLUMNS = ("stratum", "position", "block", "size", "arm")
SEED_DIGITS = 64
ONE_SITE = "site-1"
WARNING = (
    "This file tells who gets what: keep it from everybody who is to stay blind, and never open it to pick a place."
)
GUESSABLE = "The seed can be guessed. For a real study draw one: python -c 'import secrets; print(secrets.token_hex())'"


@dataclass(frozen=True)
class DrawnList:
    """The list of one stratum and what may be published of it."""

    stratum: str
    places: tuple[Place, ...]
    commitment: str


def allocate(
    file: Annotated[Path, typer.Argument(help="The study file.")],
    n: Annotated[int, typer.Option("--n", help="How many places the list of each stratum has.", min=1, max=100_000)],
    seed: Annotated[str, typer.Option(help="64 hexadecimal digits; any other text is hashed to them.")],
    out: Annotated[Path, typer.Option(help="New CSV file to write.")],
    site: Annotated[list[str] | None, typer.Option(help="Key of a site, if the study file names none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what may be published as one JSON document.")] = False,
) -> None:
    """Write allocation lists, one for each stratum, and print the hash of each. For unblinded eyes only."""
    from daybreak.cli.study_source import read_file

    study = read_file(file)
    named = site or [one.key for one in study.sites]
    lists = draw(study, n, seed_bytes(seed), named or [ONE_SITE])
    write(out, lists)
    if as_json:
        typer.echo(json.dumps(published(study, lists)))
    else:
        for drawn in lists:
            typer.echo(f"{drawn.stratum}: {len(drawn.places)} places, commitment {drawn.commitment}")
    typer.echo(f"Written: {out}. {WARNING}", err=True)
    if "site" in study.allocation.strata and not named:
        typer.echo(f"The study file names no site, so the list is for one called '{ONE_SITE}'; see --site.", err=True)
    if not is_drawn(seed):
        typer.echo(GUESSABLE, err=True)


def draw(study: StudyFile, n: int, seed: bytes, sites: list[str]) -> list[DrawnList]:
    """Draw the first `n` places of each stratum's list.

    Raises:
        CommandError: the study allocates by no list.
    """
    from itertools import islice

    from daybreak.core.allocation.blocks import block_places
    from daybreak.core.allocation.listing import SITE, commitment, list_text, strata_of, stratum_name

    rules = study.allocation
    if rules.method != "permuted-blocks":
        raise CommandError(WITHOUT_LIST[rules.method], where=study.study.id)
    strata = strata_of({name: sites if name == SITE else study.levels(name) for name in rules.strata})
    ratios, lists = {arm.key: arm.ratio for arm in study.arms}, []
    for stratum in map(stratum_name, strata):
        places = tuple(islice(block_places(seed, stratum, ratios, rules.block_sizes), n))
        lists.append(DrawnList(stratum, places, commitment(seed, list_text(stratum, places))))
    return lists


WITHOUT_LIST = {
    "minimisation": "minimisation has no list: where a person goes depends on everybody before them.",
    "none": "nobody is allocated in this study: it has one arm.",
}


def write(out: Path, lists: list[DrawnList]) -> None:
    """Write a new file that its owner alone can read.

    Raises:
        CommandError: there is such a file already, or it cannot be written.
    """
    try:
        opened = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CommandError("this file is there already.", where=str(out), remedy="Name a new one.") from error
    except OSError as error:
        raise CommandError("this file cannot be written.", where=str(out), remedy="Check the folder.") from error
    with os.fdopen(opened, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for drawn in lists:
            writer.writerows((drawn.stratum, one.position, one.block, one.size, one.arm) for one in drawn.places)


def published(study: StudyFile, lists: list[DrawnList]) -> dict[str, object]:
    """Return what tells nobody's arm: the rules, and length and commitment of each list."""
    return {
        "study": study.study.id,
        "method": study.allocation.method,
        "block_sizes": list(study.allocation.block_sizes),
        "ratios": {arm.key: arm.ratio for arm in study.arms},
        "lists": [{"stratum": one.stratum, "places": len(one.places), "commitment": one.commitment} for one in lists],
    }


def seed_bytes(seed: str) -> bytes:
    """Return the 32 bytes a seed stands for: its hexadecimal digits, or the SHA-256 of any other text."""
    return bytes.fromhex(seed) if is_drawn(seed) else hashlib.sha256(seed.encode()).digest()


def is_drawn(seed: str) -> bool:
    """Return whether a seed is 64 hexadecimal digits, as the vault's are."""
    return len(seed) == SEED_DIGITS and all(digit in "0123456789abcdefABCDEF" for digit in seed)
