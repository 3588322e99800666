"""`daybreak staff`: the first administrator, whom nobody can invite from the desk."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from daybreak.core.errors import CommandError
from daybreak.core.roles import Role

app = typer.Typer(help="Staff of a study.", no_args_is_help=True)


@app.callback()
def staff() -> None:
    """Staff of a study."""


@app.command()
def invite(
    email: Annotated[str, typer.Argument(help="Where the person reads mail; also the name to sign in with.")],
    role: Annotated[Role, typer.Option(help="What the person becomes.")] = Role.ADMINISTRATOR,
    study: Annotated[str, typer.Option(help="The study's id; needed if there are several.")] = "",
    site: Annotated[str, typer.Option(help="Key of the site; without it, all sites.")] = "",
) -> None:
    """Invite someone and print the link by which they set up their account; it works once, for seven days."""
    from daybreak.server.serve import prepare

    prepare()
    from daybreak.server.staffing.actions.invite import invite as invite_

    of = _study(study)
    _, token = invite_(None, of, _address(email), [(role, _site(of, site))])
    if token:
        typer.echo(f"{_origin()}/account/join/{token}/")
    else:
        typer.echo(f"{email} has an account already; the role was given.")


def _address(email: str) -> str:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(email.strip())
    except ValidationError:
        raise CommandError("this is no e-mail address.", where=email) from None
    return email


def _study(key: str) -> Any:
    from daybreak.server.studies.models import Study

    found = Study.objects.filter(key=key) if key else Study.objects.all()
    if len(found) == 1:
        return found[0]
    there = ", ".join(Study.objects.order_by("key").values_list("key", flat=True)) or "none"
    raise CommandError(
        "there is no such study." if key else "which study is not clear.",
        where=key,
        remedy=f"Name one with --study; in this database: {there}.",
        code="no-such-study",
    )


def _site(study: Any, key: str) -> Any:
    if not key:
        return None
    site = study.sites.filter(key=key).first()
    if site is None:
        there = ", ".join(study.sites.order_by("key").values_list("key", flat=True)) or "none"
        raise CommandError("there is no such site.", where=key, remedy=f"The study has: {there}.")
    return site


def _origin() -> str:
    """Return where people reach the server: the first of DAYBREAK_HOSTS, or this computer."""
    from django.conf import settings

    hosts = settings.HOSTS
    return f"https://{hosts[0].removeprefix('.')}" if hosts else "http://127.0.0.1:8000"
