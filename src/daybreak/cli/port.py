"""Saying early, in one sentence, that a port cannot be used."""

from __future__ import annotations

import errno
import socket

from daybreak.core.errors import CommandError


def check_port(host: str, port: int, command: str) -> None:
    """Return if a server can listen there.

    Raises:
        CommandError: the port is taken or may not be used, or this computer has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            where, reason = f"{host}:{port}", (error.strerror or "it cannot be used").lower()
            remedy = f"Choose another port, such as: {command} --port {port + 1 if port < 65535 else 8000}"
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                remedy = "Name an address of this computer with --host, such as 127.0.0.1 or 0.0.0.0."
            raise CommandError(f"{reason}.", where=where, remedy=remedy, code="port") from error
