"""Settings, read from the environment; what is left out is secure, or local when nothing is configured at all."""

import os
import socket
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF

from outreach_admin import logs
from outreach_admin.api.openapi import enums
from outreach_admin.db import sessions

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
DATA_DIR = (
    Path(env.str("OUTREACH_DATA_DIR", default=str(BASE_DIR / ".local"))).expanduser().resolve()
)

# Local servers stand in for the addresses that are not given; with both given nothing of them is imported.
EMBEDDED = tuple(
    name
    for name, variable in (("postgres", "DATABASE_URL"), ("redis", "REDIS_URL"))
    if not os.environ.get(variable)
)
if EMBEDDED:
    from outreach_admin.embedded import EmbeddedServers

    _local = EmbeddedServers(DATA_DIR, which=EMBEDDED)

# --- Core -----------------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") if "postgres" in EMBEDDED else env.str("SECRET_KEY")
if not SECRET_KEY:
    SECRET_KEY = _local.secrets.get("secret_key")
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
_local_hosts = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    socket.gethostname(),
    *({HOST} - {"0.0.0.0", "::"}),  # noqa: S104
]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=_local_hosts if "postgres" in EMBEDDED else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "outreach_admin.urls"
WSGI_APPLICATION = "outreach_admin.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"

INSTALLED_APPS = [
    # first, because its commands (migrate as owner) replace those of Django
    "outreach_admin.apps.OutreachAdminConfig",
    "outreach_admin.ui",
    "outreach_admin.api.apps.ApiConfig",
    "governance",
    "enrichment",
    "outreach_admin.apps.ReferenceConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django.forms",
    "django_celery_beat",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "rest_framework",
]
MIDDLEWARE = [
    "outreach_admin.middleware.RequestLogMiddleware",
    "outreach_admin.middleware.CompressPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "outreach_admin.ui.pages.refusals.RefusalMiddleware",
    "outreach_admin.ui.pages.signedout.SignInAgainMiddleware",
    "governance.views.keptfilters.KeptFilterMiddleware",
    "enrichment.warehouse.middleware.CatalogMiddleware",
    # last, because it turns a refused sign-in into its own page
    "axes.middleware.AxesMiddleware",
]
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
            ],
            "builtins": ["outreach_admin.ui.templatetags.begun"],
        },
    }
]

# --- PostgreSQL -----------------------------------------------------------------------------------------------------
# DATABASES signs in as the running role; DATABASE_OWNER is what migrations put over it (outreach_admin/db/roles.py).
_web_pool = env.int("DATABASE_POOL", default=0)


def _local_database(role: str) -> dict[str, str]:
    words = _local.postgres.connection(role)
    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    return {
        "ENGINE": "outreach_admin.db.pooled",
        **{key: words[word] for key, word in names.items()},
    }


# the local server, where there is one: commands make roles on it, and sign in as them
LOCAL_POSTGRES = _local.postgres if "postgres" in EMBEDDED else None
if "postgres" in EMBEDDED:
    DATABASES = {"default": _local_database("outreach_app")}
    DATABASE_OWNER = _local_database("outreach_owner")
else:
    DATABASES = {"default": env.db_url("DATABASE_URL")}
    DATABASE_OWNER = env.db_url("DATABASE_OWNER_URL", default=os.environ["DATABASE_URL"])
DATABASES["default"] |= {
    # reads whatever a table may hold, with settings of its own; the web's adds its pool
    "ENGINE": "outreach_admin.db.pooled",
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": 0 if _web_pool else 60,
    "CONN_HEALTH_CHECKS": True,
}
_options = sessions.NETWORK | DATABASES["default"].get("OPTIONS", {})
DATABASES["default"]["OPTIONS"] = _options
_given = _options.get("options", "")
if _web_pool:
    # a person waits no longer for a table or row that somebody holds
    _given = f"-c lock_timeout=10s {_given}"
_options["options"] = sessions.options(_given)
if _web_pool:
    # a request waits for a lost server two seconds, and the first one after its return finds it: no growing pauses between tries
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": _web_pool,
        "timeout": 2,
        "reconnect_timeout": 1,
    }
# where companies, people and what workflows write lie: the console's own database unless another is named
WAREHOUSE = "warehouse" if os.environ.get("WAREHOUSE_URL") else "default"
if WAREHOUSE != "default":
    DATABASES[WAREHOUSE] = env.db_url("WAREHOUSE_URL") | {
        "ENGINE": "outreach_admin.db.tolerant",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
    _options = DATABASES[WAREHOUSE].get("OPTIONS", {})
    DATABASES[WAREHOUSE]["OPTIONS"] = sessions.connecting(_options)
DATABASE_ROUTERS = ["enrichment.warehouse.routers.WarehouseRouter"]
# downloads that one web process serves at once; half of its connections and threads stay for pages
DOWNLOADS = env.int("DOWNLOADS", default=4)
if _web_pool:
    DOWNLOADS = max(1, min(DOWNLOADS, _web_pool // 2))
# how long a client may neither read its answer nor send the rest of its request (seconds)
CLIENT_TIMEOUT = env.int("CLIENT_TIMEOUT", default=60)

# --- Redis and Celery -----------------------------------------------------------------------------------------------
REDIS_URL = _local.redis.url() if "redis" in EMBEDDED else env.str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace(
    "?db=", "?virtual_host=", 1
)
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# a page that cannot reach the broker says so within a second or two instead of hanging
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "outreach"
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BEAT_SCHEDULER = "outreach_admin.watch.schedules:PulsedScheduler"
CELERY_TIMEZONE = TIME_ZONE
# written into the database when the beat starts; a missed minute is not made up for
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": period, "options": {"expire_seconds": period - 5}}
    for name, task, period in (
        ("keep house", "governance.tasks.keep_house", 60.0),
        # the database knows what is due; a missed look is made up by the next
        ("look for due jobs", "governance.tasks.start_due_jobs", 30.0),
        ("take companies and people over", "enrichment.tasks.sync_entities", 300.0),
    )
}
# every worker looks into the database this often for operations whose runner has been silent this long (seconds)
TAKE_UP_EVERY = env.float("TAKE_UP_EVERY", default=2)
TAKE_UP_AFTER = env.float("TAKE_UP_AFTER", default=5)
WATCH_EVERY = env.float("WATCH_EVERY", default=15)

# --- Signing in -----------------------------------------------------------------------------------------------------
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
CSRF_FAILURE_VIEW = "outreach_admin.ui.pages.signedout.stale"
FORM_RENDERER = "outreach_admin.ui.forms.Renderer"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False

# --- HTTPS, cookies, headers ----------------------------------------------------------------------------------------
HTTPS = env.bool("HTTPS", default="postgres" not in EMBEDDED)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if env.bool("TRUST_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # else all people share the proxy's address, and anybody could lock a name out for everybody
    AXES_CLIENT_IP_CALLABLE = "outreach_admin.signin.address_behind_proxy"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "outreach_admin.sessions"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Static files and uploads ---------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "files"
# False serves the sources as they are, without `collectstatic` (tests, work on styles)
STATIC_HASHED = env.bool("STATIC_HASHED", default=True)
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_HASHED
SERVED_HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
SERVED_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": SERVED_HASHED if STATIC_HASHED else SERVED_PLAIN},
}
# the ingest code that the audit reads; the demo writes its own
INGEST_TREE = Path(env.str("INGEST_TREE", default=str(DATA_DIR / "ingest-code"))).expanduser()

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["governance.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["governance.api.throttles.TokenThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["outreach_admin.api.renderers.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["outreach_admin.api.parsers.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "outreach_admin.api.openapi.schema.EndpointSchema",
    "EXCEPTION_HANDLER": "governance.api.authentication.answer",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Outreach Ops",
    "DESCRIPTION": "What scripts, pipelines and other consoles call: the filters, rights, plans and refusals of the screens.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["outreach_admin.api.urls.with_slash"],
    "ENUM_NAME_OVERRIDES": enums.NAMES,
}
# bytes of a body; 100,000 rows of 400 bytes fit
API_BODY_LIMIT = env.int("API_BODY_LIMIT", default=64 * 1024 * 1024)
# requests a minute that one token, or one address without one, may send
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=12_000)

# --- Logs -----------------------------------------------------------------------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="json")
LOGGING = logs.configuration(output=LOG_FORMAT, level=env.str("LOG_LEVEL", default="INFO"))
