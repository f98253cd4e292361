"""All settings, from the environment, in one file; README's table says what each name means.

Names the environment does not give are looked for in var/local.env, which `make setup` writes for this checkout.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.FileAwareEnv()
LOCAL_ENV = Path(env.str("LOCAL_ENV", str(VAR_DIR / "local.env")))
if LOCAL_ENV.is_file():
    environ.Env.read_env(str(LOCAL_ENV))

# --- What kind of installation this is ------------------------------------------------------------------------------

DEMO = env.bool("DEMO", False)
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
SITE_NAME = env.str("SITE_NAME", "Virtual Group Elections")
SITE_OWNER = env.str("SITE_OWNER", "")  # whose site it is, as the header says it
OFFICIAL_SITE = env.bool("OFFICIAL_SITE", False)  # of the United States government, at .gov or .mil
HTTPS = env.bool("HTTPS", SITE_URL.startswith("https://"))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXY = env.bool("TRUSTED_PROXY", False)  # a front proxy we trust sets X-Forwarded-* and X-Request-Start

# --- The clock (ground/clock.py) ----------------------------------------------------------------------------------

DEMO_NOW = env.str("DEMO_NOW", "")
if DEMO_NOW and datetime.fromisoformat(DEMO_NOW).tzinfo is None:
    raise ValueError("DEMO_NOW needs its UTC offset, as in 2026-12-01T10:00:00-05:00.")
CLOCK_SHIFT = timedelta(seconds=env.int("CLOCK_SHIFT_SECONDS", 0))  # moves the real clock's source; for tests
TIME_ZONE = "America/New_York"
LANGUAGE_CODE = "en-us"
FORMAT_MODULE_PATH = "config.formats"  # Django asks this before its own
USE_TZ, USE_I18N = True, False

# --- Apps and middleware --------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    *("demo", "elections", "agreements", "eligibility", "notices", "accounts", "ground"),
    *(f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "messages")),
    "config.static.StaticConfig",
    "django.contrib.humanize",
    "config.apps.StaffAdminConfig",
    *("allauth", "allauth.account", "allauth.mfa"),
    *("crispy_forms", "csp", "django_htmx", "django_structlog", "pgtrigger"),
]

MIDDLEWARE = [
    "config.health.ProbeMiddleware",
    "ground.request_time.ArrivalMiddleware",
    "ground.shared_connections.SharedConnectionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.errors.ReadableMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sessions.SessionLimitMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.errors.NotAllowedPageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.errors.AddressMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ]
        },
    }
]
CRISPY_TEMPLATE_PACK = "uswds"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["uswds"]
CRISPY_FAIL_SILENTLY = False

# --- Database, cache, broker ----------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", "postgres://localhost/virtual_group_elections")}
DATABASES["default"] |= {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60), "CONN_HEALTH_CHECKS": True}
# Connections that the threads of a web process share; 0: each has its own, as in all that gunicorn does not serve.
DB_POOL_SIZE = env.int("DB_POOL_SIZE", env.int("POOLED")) if "POOLED" in env else 0
if DB_POOL_SIZE:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": DB_POOL_SIZE,
        "timeout": 10,  # seconds, as all times here
        "reconnect_timeout": 5,  # then whoever asks next tries at once: a database that is back is used again
        "max_lifetime": 600,
    }

CACHE_URL = env.str("CACHE_URL", "")
IN_THE_DATABASE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}
CACHES = {"default": env.cache_url_config(CACHE_URL) if CACHE_URL else IN_THE_DATABASE}

CELERY_BROKER_URL = env.str("BROKER_URL", "filesystem://")
BROKER_DIR = Path(env.str("BROKER_DIR", str(VAR_DIR / "broker")))

# --- Keys for what people entrust to us (ground/vault.py) --------------------------------------------------
# Each is version:base64 of 32 bytes, newest first, comma-separated; the first writes, all read.

TIN_ENCRYPTION_KEYS = env.list("TIN_ENCRYPTION_KEYS", default=[])
TIN_INDEX_KEY = env.str("TIN_INDEX_KEY", "")

# The seal of what was executed and received (agreements/papers/seal_keys.py): base64 of PEM, the private key, its
# certificate and those that vouch for it. `manage.py seal_key` makes one for a demo.

SEAL_KEY = env.str("SEAL_KEY", "").strip()

# --- People ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2")]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "elections"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that created the account a moment ago, and no other
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_NOTICES = "notices.outbox.owe"  # by name, as accounts import nothing above them: account mails are notices
ACCOUNT_RATE_LIMITS = {  # beside allauth's own
    "verify_receipt": "30/m/ip",  # elections/submission/verify_views.py
    "agreement_file": "10/m/user,100/h/user",  # elections/agreement/taken_files.py
}
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.MFAReauthenticateForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.AddWebAuthnForm",
    "edit_webauthn": "accounts.forms.EditWebAuthnForm",
    "authenticate_webauthn": "accounts.forms.AuthenticateWebAuthnForm",
    "reauthenticate_webauthn": "accounts.forms.ReauthenticateWebAuthnForm",
}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", True)

SESSION_IDLE_SECONDS = 15 * 60
SESSION_WARNING_SECONDS = 2 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True

# --- Transport and content security ---------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
# Three pages take large files by handlers of ours: a data steward's (eligibility/loads/cms_uploads.py), and those that
# check sealed PDFs and take a group's own agreement (agreements/text/agreement_uploads.py).
# Elsewhere one is held in memory or dropped; none lies in a folder.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# --- Static files and documents -------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static", VAR_DIR / "vendor"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
LEAST_FREE_DISK_MB = env.int("LEAST_FREE_DISK_MB", 1024)  # less room for documents than this is told to staff
WATCHED_PARTS = ["elections.submission.late_receipts.part"]  # by name, as notices import nothing above them
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": env.str("STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage")},
}

# --- Mail -----------------------------------------------------------------------------------------------------------

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", "")  # each notice's own is made of it: notices/return_addresses.py
BOUNCE_MAILDIR = env.str("BOUNCE_MAILDIR", "")

# --- What forms must say (Paperwork Reduction Act, Privacy Act), and whom to call ------------------------------------

PRIVACY_ACT_IN_THE_DEMO = (
    "On the real site, this statement says which law lets CMS ask for this information, and why CMS asks. It says who "
    "sees it, and what happens if you don’t give it."
)
FORM_NOTICE = {
    "omb_number": env.str("OMB_NUMBER", "0000-0000 (made up)" if DEMO else ""),
    "omb_expires": env.str("OMB_EXPIRES", "December 31, 2027" if DEMO else ""),
    "burden": env.str("OMB_BURDEN", "On the real site, this line says how long the form takes." if DEMO else ""),
    "privacy_act": env.str("PRIVACY_ACT_STATEMENT", PRIVACY_ACT_IN_THE_DEMO if DEMO else ""),
}
SERVICE_CENTER = {
    "name": env.str("SERVICE_CENTER_NAME", "Quality Payment Program Service Center"),
    "number": env.str("SERVICE_CENTER_PHONE", "1-866-288-8292"),
    "email": env.str("SERVICE_CENTER_EMAIL", "QPP@cms.hhs.gov"),
    "hours": env.str("SERVICE_CENTER_HOURS", "Monday to Friday, 8 a.m. to 8 p.m. ET"),
}
SERVICE_CENTER["phone"] = "{number} (TRS: 711; {hours})".format(**SERVICE_CENTER)  # as every sentence gives it
SMALL_PRACTICES_URL = env.str("SMALL_PRACTICES_URL", "https://qpp.cms.gov/about/small-underserved-rural-practices")
# Where CMS takes elections by email, should this site not work for somebody.
ELECTION_EMAIL = env.str("ELECTION_EMAIL", "MIPS_VirtualGroups@cms.hhs.gov")
# The day on which what this site says of CMS's own help and guidance was last compared with its sources.
GUIDANCE_AS_OF = date.fromisoformat(env.str("GUIDANCE_AS_OF", "2026-11-28"))

# --- Demo -----------------------------------------------------------------------------------------------------------

DEMO_DATA = env.str("DEMO_DATA", "")

# --- Logs: JSON lines in production, plain words in the demo (config/logs.py) ---------------------------------------

LOG_FORMAT = env.str("LOG_FORMAT", "plain" if DEMO else "json")
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOGGING_CONFIG = "config.logs.configure"
LOGGING = {"format": LOG_FORMAT, "level": LOG_LEVEL}
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # a header names the address: it may say anything
