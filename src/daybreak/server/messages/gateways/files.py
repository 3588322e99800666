"""Letters as files, for the demo, for tests, and where no mail server is set up."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from daybreak.server.messages.gateways.gateway import GatewayError, Letter


class FileGateway:
    """Keeps each letter as one file that is named by its key: whole, and once, whoever writes it and however often."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, letter: Letter) -> None:
        """Keep the letter; one that is there already stays as it is.

        Raises:
            GatewayError: the folder cannot be written.
        """
        try:
            self._keep(letter)
        except OSError as error:
            raise GatewayError("folder") from error

    def has(self, key: str) -> bool | None:
        """Return whether a letter with this key is there."""
        return self._path(key).exists()

    def _keep(self, letter: Letter) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        told = {"key": letter.key, "subject": letter.subject, "text": letter.text} | (
            {"link": letter.link} if letter.link else {}
        )
        # Written apart and then linked: a worker that is killed leaves a whole letter or none, and a second one fails.
        number, name = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                json.dump(told, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.link(name, self._path(letter.key))
        except FileExistsError:
            pass
        finally:
            Path(name).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{quote(key, safe='')}.json"
