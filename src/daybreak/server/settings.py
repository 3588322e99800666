"""Settings of the server, all of them from the environment; docs/reference/settings.md lists the variables.

Without any variable this is a safe single-machine set-up: SQLite and secrets in the data folder, secure cookies.
"""

from __future__ import annotations

import os
from pathlib import Path

from daybreak.server.environment import address, data_folder, database, key_of, mail, push_services, sms, vapid
from daybreak.server.kept_secrets import kept_secret

HERE = Path(__file__).parent
DATA = data_folder()
SECRETS = DATA / "secrets"

DEMO = os.environ.get("DAYBREAK_DEMO") == "1"
DEBUG = False
SECRET_KEY = os.environ.get("DAYBREAK_SECRET_KEY") or kept_secret(SECRETS, "secret-key", 48)
# Wraps the key of each person. It lies apart from the database, so that a copy of the database alone reads nothing.
MASTER_KEY = key_of(SECRETS, "master-key")
# Seals what the vault holds; nothing outside the vault uses it.
VAULT_KEY = key_of(SECRETS, "vault-key")
# A role of PostgreSQL that the vault belongs to; the login takes it inside the doors only.
VAULT_ROLE = os.environ.get("DAYBREAK_VAULT_ROLE", "")
FACES = Path(os.environ["DAYBREAK_FACES"]) if os.environ.get("DAYBREAK_FACES") else None

HOSTS = [host.strip() for host in os.environ.get("DAYBREAK_HOSTS", "").split(",") if host.strip()]
ALLOWED_HOSTS = [*HOSTS, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host.removeprefix('.')}" for host in HOSTS]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "axes",
    "rules",
    "daybreak.server.demo_clock",
    "daybreak.server.audit",
    "daybreak.server.accounts",
    "daybreak.server.staffing",
    "daybreak.server.studies",
    "daybreak.server.enrolment",
    "daybreak.server.vault",
    "daybreak.server.training",
    "daybreak.server.visits",
    "daybreak.server.messages",
    "daybreak.server.holds",
    "daybreak.server.assessments",
    "daybreak.server.review",
    "daybreak.server.safety",
    "daybreak.server.unblinding",
    "daybreak.server.implicit",
    "daybreak.server.harms",
    "daybreak.server.player_api",
    "daybreak.server.today",
    "daybreak.server.console",
    "daybreak.server.exports",
]
# No compression of answers: the length of a compressed plan would tell of its words. Static files are compressed once.
MIDDLEWARE = [
    "daybreak.server.response_headers.ResponseHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "daybreak.server.accounts.own_language.OwnLanguage",
    "allauth.account.middleware.AccountMiddleware",
    "daybreak.server.accounts.staff_gate.StaffGate",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "daybreak.server.urls"
WSGI_APPLICATION = "daybreak.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]

vars().update(mail(DATA))
ADDRESS = address(HOSTS)
SMS_URL = sms()
VAPID_KEY = vapid(SECRETS)
PUSH_SERVICES = push_services()
MESSAGE_FOLDER = DATA / "messages"
MESSAGES_AS_FILES = DEMO  # nothing leaves a demo
MAIL_WEBHOOK = os.environ.get("DAYBREAK_MAIL_WEBHOOK", "")
ANYMAIL = {**globals().get("ANYMAIL", {}), **({"WEBHOOK_SECRET": MAIL_WEBHOOK} if MAIL_WEBHOOK else {})}
# Longer than any gateway takes over one message; a claim older than this is of a worker that died.
CLAIM_SECONDS = int(os.environ.get("DAYBREAK_CLAIM_SECONDS") or 5 * 60)

DATABASES = {"default": database(DATA)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a transaction that will write takes the write lock first, instead of failing half way.
    # synchronous=FULL: in WAL mode NORMAL could lose acknowledged chunks with the mains, and a player forgets a chunk
    # once it is acknowledged: docs/decisions/0007-writers-wait-in-line.md.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    }
# Shared by all processes, so that a code that was used once is used up for each of them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "daybreak.server.accounts.backend.StaffPassword",
    "daybreak.server.accounts.backend.LinkAndPin",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("name", "email")}),
    )
]
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# django-allauth signs staff in: an address and a password, then a second factor; or a passkey, which is both.
ACCOUNT_ADAPTER = "daybreak.server.accounts.adapters.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the invitation that was sent to it
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
EMAIL_TIMEOUT = 10  # seconds: whoever unblinds in an emergency does not wait for a mail server that hangs
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True  # not until the browser closes, but
ACCOUNT_SESSION_COOKIE_AGE = 30 * 60  # the same as STAFF_IDLE_SECONDS
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_FORMS = {
    "reset_password": "daybreak.server.accounts.forms.ForgottenForm",
    "change_password": "daybreak.server.accounts.forms.NewPasswordForm",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# Guesses are counted by account (django-axes); what is left to limit is mail.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "reauthenticate": None,
    "change_password": None,
    "reset_password_from_key": None,
    "reset_password": "3/h/key",
}
MFA_ADAPTER = "daybreak.server.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "daybreak.server.accounts.forms.CodeForm",
    "reauthenticate": "daybreak.server.accounts.forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # as above
MFA_TOTP_ISSUER = "daybreak"
MFA_TOTP_TOLERANCE = 1  # a code of the half minute before or after is taken, for clocks that are a little off
MFA_RATE_LIMITS = {"webauthn_login": None}

AXES_HANDLER = "daybreak.server.accounts.lockout.LockoutHandler"
AXES_LOCKOUT_CALLABLE = "daybreak.server.accounts.lockout.keep_our_page"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "handle"
AXES_USERNAME_CALLABLE = "daybreak.server.accounts.lockout.account_named"
AXES_PASSWORD_FORM_FIELD = "pin"  # noqa: S105  the field's name
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# A handle is locked whatever the address it is tried from; an address is shared by a whole clinic.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

SESSION_COOKIE_NAME = "daybreak-session"
SESSION_COOKIE_AGE = 12 * 60 * 60
STAFF_IDLE_SECONDS = 30 * 60  # a desk left alone closes
STAFF_SESSION_SECONDS = 10 * 60 * 60  # and every one at the end of the day
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # pages hand the CSRF token over in a meta element
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_SAMESITE = True, not DEMO, "Lax"
SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 60 * 60
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("DAYBREAK_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024 + 64 * 1024  # a portrait and its envelope

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [HERE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "daybreak.server.log_scrubbing.ScrubbingFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "daybreak": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        # Whoever scans the internet sends any host; each would fill the log with a traceback.
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": True},
        # apprise writes telephone numbers; what became of a message stands in its row.
        "apprise": {"handlers": ["nowhere"], "level": "WARNING", "propagate": False},
        # axes writes handles and addresses; the counts in its table are all we need.
        "axes": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}
