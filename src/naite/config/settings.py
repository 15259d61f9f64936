"""Django settings. Every ``NAITE_*`` variable is described in docs/reference/settings.md."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from naite.config import env, providers
from naite.roots.ids import new_id

BASE_DIR = Path(__file__).resolve().parents[1]
PROJECT_DIR = BASE_DIR.parents[1]
# Where everything lies: the SQLite file, uploads, generated secrets.
DATA_DIR = Path(env.text("NAITE_DATA_DIR", str(PROJECT_DIR / "var"))).resolve()
# Where `tools/assets.py` put style sheets and fonts.
VENDOR_DIR = Path(env.text("NAITE_VENDOR_DIR", str(PROJECT_DIR / "var" / "vendor"))).resolve()

# Shows errors with their source. Never on a server that others reach.
DEBUG = env.flag("NAITE_DEBUG")
# Offers the demo people on a sign-in page without passwords. Never with real data.
DEMO = env.flag("NAITE_DEMO")
# Signs sessions. Made at the first start and kept in the data directory unless given.
SECRET_KEY = env.kept_secret("NAITE_SECRET_KEY", DATA_DIR / "secret.key")
# Encrypts the issuers' signing keys. Back it up: without it they cannot be read.
ISSUER_KEY_SECRET = env.kept_secret("NAITE_ISSUER_KEY_SECRET", DATA_DIR / "issuer.key")

# Keys for sealed values as id:secret, separated by commas (ids of a-z, 0-9 and -); the first seals what is new, the
# others open what is old. See docs/operate/keys.md. Without it NAITE_ISSUER_KEY_SECRET is the one key.
SEAL_KEYS = env.key_ring("NAITE_SEAL_KEYS")

# Where people reach this installation. Badge ids and did:web identifiers are made from it, so it must not
# change once badges have been issued.
BASE_URL = env.text("NAITE_BASE_URL", "http://localhost:8000").rstrip("/")
# Host names this installation answers to, besides that of NAITE_BASE_URL.
ALLOWED_HOSTS = env.items("NAITE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
_host = urlsplit(BASE_URL).hostname
if _host and _host not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(_host)
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# The name of the operator in header and footer.
OPERATOR_NAME = env.text("NAITE_OPERATOR_NAME", "나이테 평생학습")
# The operator's address in the footer.
OPERATOR_ADDRESS = env.text("NAITE_OPERATOR_ADDRESS", "")
# The operator's telephone in the footer.
OPERATOR_PHONE = env.text("NAITE_OPERATOR_PHONE", "")
# The banner claims an official government site, so it is off until the operator turns it on.
GOVERNMENT_BANNER = env.flag("NAITE_GOVERNMENT_BANNER")

INSTALLED_APPS = [
    "naite.roots.audit",
    "naite.roots.files",
    "naite.roots.ledger",
    "naite.roots.notices",
    "naite.roots.queue",
    "naite.trunk.people",
    "naite.trunk.catalogue",
    "naite.trunk.recognition",
    "naite.trunk.delivery",
    "naite.trunk.assessment",
    "naite.trunk.records",
    "naite.trunk.badges",
    "naite.trunk.wallet",
    "naite.branches.privacy",
    "naite.branches.counselling",
    "naite.branches.design",
    "naite.branches.oversight",
    "naite.flows",
    "naite.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.idp.oidc",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "naite.web.middleware.RequestFacts",
    "naite.web.middleware.PageSafety",
    "naite.web.helping.HelpMode",
]

ROOT_URLCONF = "naite.config.urls"
WSGI_APPLICATION = "naite.config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "naite.web.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "naite.web.templatetags.naite"],
        },
    }
]


def _database(url: str) -> dict[str, object]:
    if not url or url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:///") if url else str(DATA_DIR / "naite.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            # Shared between threads, an in-memory test database fails at random.
            "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise env.SettingError("NAITE_DATABASE_URL: give postgresql://… or sqlite:///…")
    query = dict(item.split("=", 1) for item in parts.query.split("&") if "=" in item)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


# `postgresql://user@host/name`, with `?host=/run/postgresql` for a socket; else a SQLite file.
DATABASES = {"default": _database(env.text("NAITE_DATABASE_URL"))}
# Where counts of requests and codes of sign-in at other services are kept: memory, or database when several
# server processes work together (after `naite manage createcachetable`).
if env.choice("NAITE_CACHE", "memory", ("memory", "database")) == "database":
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "naite_cache"}
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
        "OPTIONS": {"id_function": new_id},
    }
}

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[나이테] "
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "naite.web.public.accounts.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "naite.web.public.account_forms.PersonFields"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_ADAPTER = "naite.web.public.accounts.MfaAdapter"
MFA_TOTP_ISSUER = OPERATOR_NAME
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _host in {"localhost", "127.0.0.1"}

# Signing in elsewhere is offered when its keys are given.
IDP_OIDC_ADAPTER = "naite.api.openbadges.clients.Adapter"
# Whether programs may register themselves for the Open Badges API; people still decide about their own wallets.
IDP_OIDC_DCR_ENABLED = env.flag("NAITE_SERVICES_REGISTER", default=True)
IDP_OIDC_DCR_REQUIRES_INITIAL_ACCESS_TOKEN = False
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 90 * 24 * 3600

SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS, _sign_in_apps, SIGN_IN_ORIGINS = providers.offered(
    providers.Keys(
        # Kakao's REST API key. Given, people may sign in with Kakao.
        kakao_id=env.text("NAITE_KAKAO_CLIENT_ID", ""),
        # Kakao's client secret.
        kakao_secret=env.text("NAITE_KAKAO_CLIENT_SECRET", ""),
        # Naver's client id. Given, people may sign in with Naver.
        naver_id=env.text("NAITE_NAVER_CLIENT_ID", ""),
        # Naver's client secret.
        naver_secret=env.text("NAITE_NAVER_CLIENT_SECRET", ""),
        # The client id at an OpenID Connect provider. Given, people may sign in there.
        oidc_id=env.text("NAITE_OIDC_CLIENT_ID", ""),
        # The client secret at the OpenID Connect provider.
        oidc_secret=env.text("NAITE_OIDC_CLIENT_SECRET", ""),
        # The issuer address of the OpenID Connect provider.
        oidc_server=env.text("NAITE_OIDC_SERVER_URL", ""),
        # What the button for the OpenID Connect provider says.
        oidc_name=env.text("NAITE_OIDC_NAME", "OpenID Connect"),
    )
)
INSTALLED_APPS += _sign_in_apps

EMAIL_BACKEND = "naite.roots.notices.backend.OutboxBackend"
# Where the worker hands mail on to; without it mail stays in the outbox.
DELIVERY_EMAIL_BACKEND = env.text("NAITE_DELIVERY_EMAIL_BACKEND", "")
# The mail server.
EMAIL_HOST = env.text("NAITE_EMAIL_HOST", "localhost")
# Its port.
EMAIL_PORT = env.number("NAITE_EMAIL_PORT", 25)
# The user to sign in as at the mail server.
EMAIL_HOST_USER = env.text("NAITE_EMAIL_USER", "")
# That user's password.
EMAIL_HOST_PASSWORD = env.text("NAITE_EMAIL_PASSWORD", "")
# Whether to use STARTTLS.
EMAIL_USE_TLS = env.flag("NAITE_EMAIL_TLS")
# The sender of all mail.
DEFAULT_FROM_EMAIL = env.text("NAITE_FROM_EMAIL", "naite@localhost")

# How text messages leave: none, log (they stay in the outbox, for trying out) or http (a gateway).
SMS_BACKEND = env.text("NAITE_SMS_BACKEND", "log" if DEMO else "none")
# The gateway's https address; it gets {"to", "from", "text"} as JSON.
SMS_URL = env.text("NAITE_SMS_URL", "")
# The bearer token for the gateway.
SMS_TOKEN = env.text("NAITE_SMS_TOKEN", "")
# The sending number registered with the gateway.
SMS_SENDER = env.text("NAITE_SMS_SENDER", "")

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("한국어")), ("en", _("영어"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "web" / "static"] + ([VENDOR_DIR] if VENDOR_DIR.is_dir() else [])
# A directory with further badge frameworks, one JSON file each (trunk/badges/framework.py).
BADGE_FRAMEWORKS_DIR = env.text("NAITE_BADGE_FRAMEWORKS_DIR", "")
# Who issues certificates, as printed at their end (가온시평생학습관장); the operator's name unless given.
CERTIFICATE_ISSUER = env.text("NAITE_CERTIFICATE_ISSUER", "") or OPERATOR_NAME
# The same in English editions; the Korean name unless given.
CERTIFICATE_ISSUER_EN = env.text("NAITE_CERTIFICATE_ISSUER_EN", "") or CERTIFICATE_ISSUER
# An SVG file with the seal of the issuing body; unless given, one is drawn from its name.
CERTIFICATE_SEAL = env.text("NAITE_CERTIFICATE_SEAL", "")
# Days for which a certificate can be looked up by its number; a signed PDF verifies always.
CERTIFICATE_CHECK_DAYS = env.number("NAITE_CERTIFICATE_CHECK_DAYS", 90)
# The certificate that signs PDFs, with its chain: PEM, or the path of such a file. Made at first use unless given.
PDF_CERT = env.text("NAITE_PDF_CERT", "")
# The P-256 key of that certificate: PEM without a password, or the path of such a file.
PDF_KEY = env.text("NAITE_PDF_KEY", "")
# DIDs of issuers elsewhere whose badges count as coming from a body that is known.
TRUSTED_ISSUERS = env.items("NAITE_TRUSTED_ISSUERS")
# The class that makes the keys of issuers and signs with them (docs/operate/keys.md); past keys keep theirs.
ISSUER_KEY_CUSTODY = env.text("NAITE_ISSUER_KEY_CUSTODY", "") or "naite.trunk.badges.custody.InDatabase"
# Whether trusting an issuer needs a second person; taking one off the list never waits.
ISSUER_LIST_SECOND_PERSON = env.flag("NAITE_ISSUER_LIST_SECOND_PERSON")
# Where the roots of the public log are written for good: none, or evm (needs the extra `chain`).
ANCHOR = env.choice("NAITE_ANCHOR", "none", ("none", "evm"))
# The JSON-RPC address of a node of the chain.
CHAIN_URL = env.text("NAITE_CHAIN_URL", "http://localhost:8545")
# The number of the chain; nothing is sent to a node that serves another one.
CHAIN_ID = env.number("NAITE_CHAIN_ID", 31337)
# The private key (hex) of the account that pays for the transactions.
CHAIN_KEY = env.text("NAITE_CHAIN_KEY", "")
# What the pages call the chain.
CHAIN_NAME = env.text("NAITE_CHAIN_NAME", "")
# Whether the chain is a network for tests; the pages then say so.
CHAIN_IS_TEST = env.flag("NAITE_CHAIN_IS_TEST")
# The address of a public page for a transaction, with `{transaction}` in it.
CHAIN_EXPLORER = env.text("NAITE_CHAIN_EXPLORER", "")
# Blocks on top of each other, that of the transaction included, after which it counts.
CHAIN_CONFIRMATIONS = env.number("NAITE_CHAIN_CONFIRMATIONS", 12)
# The least price for a unit of gas, in wei, where the chain fixes one.
CHAIN_LEAST_GAS_PRICE = env.number("NAITE_CHAIN_LEAST_GAS_PRICE", 0)
# Minutes that leaves of the log wait for company before their root goes to the chain.
ANCHOR_EVERY_MINUTES = env.number("NAITE_ANCHOR_EVERY_MINUTES", 60)
# Opens the W3C's VC-API at /api/vc, for programs that test conformance (docs/operate/vc-api.md).
VC_API = env.flag("NAITE_VC_API")
# The bearer token that callers of the VC-API must show; without one anybody may call it.
VC_API_TOKEN = env.text("NAITE_VC_API_TOKEN", "")
# Instances of the VC-API (rdfc, jcs, jwt) that add a credentialStatus to what they issue.
VC_API_STATUS = env.items("NAITE_VC_API_STATUS")

# Who learns who somebody is before an account opens: mail (confirmed e-mail and birth date), gateway (a page
# elsewhere that answers with a signed token, see trunk/people/identity.py) or the dotted path of a class.
IDENTITY_PROVIDER = env.text("NAITE_IDENTITY_PROVIDER", "mail")
# The address of the identity gateway's page.
IDENTITY_URL = env.text("NAITE_IDENTITY_URL", "")
# The secret that this installation and the identity gateway share.
IDENTITY_SECRET = env.text("NAITE_IDENTITY_SECRET", "")
if IDENTITY_PROVIDER == "gateway" and not (IDENTITY_URL and len(IDENTITY_SECRET) >= 16):
    raise env.SettingError(
        "NAITE_IDENTITY_PROVIDER=gateway needs NAITE_IDENTITY_URL and NAITE_IDENTITY_SECRET (16 letters or more)."
    )
if IDENTITY_URL:
    SIGN_IN_ORIGINS.append("://".join(urlsplit(IDENTITY_URL)[:2]))
# Whether staff approve new learning accounts: off (they open at once), on, or unproven (only those for whose
# owners no other body vouches).
ACCOUNT_APPROVAL = env.choice("NAITE_ACCOUNT_APPROVAL", "off", ("off", "on", "unproven"))
# Working days within which an application for an account is answered.
ACCOUNT_APPROVAL_DAYS = env.number("NAITE_ACCOUNT_APPROVAL_DAYS", 3)

# Days after which an answered question that nobody said more about ends by itself; 0 for never.
QUESTION_CLOSE_DAYS = env.number("NAITE_QUESTION_CLOSE_DAYS", 14)

# Days within which a closed account can be opened again; then personal data are erased.
ACCOUNT_REOPEN_DAYS = env.number("NAITE_ACCOUNT_REOPEN_DAYS", 30)
# Days after the end of a complaint until the complainant's contact data are erased.
COMPLAINT_CONTACT_DAYS = env.number("NAITE_COMPLAINT_CONTACT_DAYS", 365)
# Hold a hearing before every cancellation of a recognition; off: only where the officer sets one.
CANCELLATION_HEARING = env.flag("NAITE_CANCELLATION_HEARING")

# Serve static files by content hash from what `naite manage collectstatic` collected, for ever cacheable.
STATIC_MANIFEST = env.flag("NAITE_STATIC_MANIFEST")
STORAGES = {
    "default": {
        "BACKEND": "naite.roots.files.storage.SealedStorage",
        "OPTIONS": {
            "location": DATA_DIR / "private",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST
WHITENOISE_AUTOREFRESH = False

SECURE_SSL = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = SECURE_SSL
CSRF_COOKIE_SECURE = SECURE_SSL
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if SECURE_SSL else 0
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# As many badges as can be checked in one go (flows/bulk_verification.py).
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
# Days within which a fee has to be paid before the seat goes to the next.
PAYMENT_DUE_DAYS = env.number("NAITE_PAYMENT_DUE_DAYS", 3)
# Minutes before a session from which one can check in.
CHECK_IN_EARLY_MINUTES = env.number("NAITE_CHECK_IN_EARLY_MINUTES", 30)
# Minutes after the beginning of a session from which one is late.
LATE_AFTER_MINUTES = env.number("NAITE_LATE_AFTER_MINUTES", 10)
# Public holidays that the file of holidays does not have, as days (2026-10-02), such as those the government adds.
EXTRA_HOLIDAYS = frozenset(env.items("NAITE_EXTRA_HOLIDAYS"))
# The largest file that may be uploaded, in megabytes.
UPLOAD_MAX_BYTES = env.number("NAITE_UPLOAD_MAX_MB", 20) * 1024 * 1024
# A virus scanner for uploads: unix:/run/clamav/clamd.ctl, tcp://host:3310, or command:PROGRAM that reads standard
# input and ends with 0 (clean) or 1 (infected).
VIRUS_SCAN = env.text("NAITE_VIRUS_SCAN", "")
CSRF_FAILURE_VIEW = "naite.web.public.errors.csrf_failure"

# How much to log: DEBUG, INFO, WARNING or ERROR.
LOG_LEVEL = env.text("NAITE_LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "naite.config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"django.server": {"handlers": ["stderr"], "propagate": False}},
}
