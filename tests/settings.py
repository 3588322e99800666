"""Settings of the tests: a data folder of their own, plain static files, quick hashing, the demo's clock."""

from __future__ import annotations

import atexit
import base64
import os
import shutil
import tempfile

os.environ["DAYBREAK_DATA"] = tempfile.mkdtemp(prefix="daybreak-test-")
os.environ["DAYBREAK_SECRET_KEY"] = "for tests only"
os.environ["DAYBREAK_MASTER_KEY"] = base64.b64encode(bytes(range(32))).decode()
os.environ["DAYBREAK_DEMO"] = "1"

from daybreak.server.settings import *  # noqa: F403
from daybreak.server.settings import DATA, STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

atexit.register(shutil.rmtree, DATA, ignore_errors=True)
