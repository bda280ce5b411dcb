"""Settings of an installation, read from the environment; everything has a safe default for the embedded mode.

| variable | what | default |
|---|---|---|
| `YIWANG_HOME` | data directory (database, lake, files, keys) | `./var` |
| `DATABASE_URL` | `postgres://user@host:port/name` for a city | SQLite in `YIWANG_HOME` |
| `YIWANG_SECRET_KEY` | Django's secret | made once, kept in `YIWANG_HOME/keys` |
| `YIWANG_HOSTS` | host names served, comma separated | loopback |
| `YIWANG_STREAM_URL` | where browsers find `/stream` | same host, port + 1 |
| `YIWANG_HTTPS` | `1` behind TLS: secure cookies, HSTS | `0` |
| `YIWANG_PROXY_HOPS` | how many proxies of our own stand in front (for limits per address) | `0` |
| `YIWANG_OIDC_…` | outside sign-in, see `signin/oidc.py` | off |
| `YIWANG_API_CALLS_A_MINUTE` | calls to /api per account and process, 0 = any number | `6000` |
| `YIWANG_NODE` | the node's code, first part of readable numbers | `YW` |
| `YIWANG_STATIC_ROOT` | folder of a front server that serves files itself (`collectstatic`) | none |
| `YIWANG_LOG` | level of the log on standard error | `WARNING` |
| `YIWANG_PORT` | port of the pages, where no command says it | `8000` |
"""

from __future__ import annotations

import os
from pathlib import Path

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF

from yiwang.web.environment import database, flag, oidc, secret_key, stream_source

# Lets fields and querysets be written with their types (`models.CharField[str, str]`) at run time too.
django_stubs_ext.monkeypatch()

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("YIWANG_HOME", ROOT / "var")).resolve()
KEYS = HOME / "keys"
LAKE = HOME / "lake"
FILES = HOME / "files"
MODELS = HOME / "models"
SCENES = ROOT / "scenes"
NODE = os.environ.get("YIWANG_NODE", "YW")
SAMPLE_SCENE = "city_events"

DEBUG = False
SECRET_KEY = secret_key(KEYS)
HTTPS = flag("YIWANG_HTTPS")
ALLOWED_HOSTS = [h for h in os.environ.get("YIWANG_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
# Our own proxy sets it (deploy/nginx.conf). Without one anybody could: it is believed with YIWANG_HTTPS only.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "ninja",
    "yiwang.base.personal",
    "yiwang.base.audit",
    "yiwang.base.messages",
    "yiwang.base.areas",
    "yiwang.base.people",
    "yiwang.base.organisation",
    "yiwang.base.jobs",
    "yiwang.base.files",
    "yiwang.base.notices",
    "yiwang.base.scenes",
    "yiwang.base.erasure",
    "yiwang.engines.flow",
    "yiwang.engines.data",
    "yiwang.engines.place",
    "yiwang.engines.form",
    "yiwang.engines.metric",
    "yiwang.engines.board",
    "yiwang.domains.events",
    "yiwang.web.shell",
    "yiwang.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yiwang.web.watching.TimingMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "yiwang.web.middleware.UploadLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "yiwang.web.middleware.ViewerMiddleware",
    "yiwang.web.middleware.FailureMiddleware",
]

ROOT_URLCONF = "yiwang.web.urls"
WSGI_APPLICATION = "yiwang.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "yiwang.web.shell.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "yiwang.web.shell.templatetags.ui",
                "yiwang.engines.board.templatetags.city_map",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]

DATABASES = {"default": database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PROXY_HOPS = int(os.environ.get("YIWANG_PROXY_HOPS", "0"))
globals().update(oidc())  # adds its own backend behind the one for passwords
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DISPLAY_TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATICFILES_DIRS = [ROOT / "assets" / "static", ("vendor", ROOT / "assets" / "vendor")]
# Only for a front server that serves files itself (`collectstatic`); else whitenoise finds them where they are.
STATIC_ROOT = os.environ.get("YIWANG_STATIC_ROOT")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "yiwang.web.shell.storage.VersionedStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "yiwang.web.shell.pages.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
UPLOAD_LIMIT = 64 * 1024 * 1024  # one request, files included; single files: base/files/judging.py
API_BODY_LIMIT = 1024 * 1024  # JSON of one call to /api
API_CALLS_A_MINUTE = int(os.environ.get("YIWANG_API_CALLS_A_MINUTE", "6000"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
STREAM_URL = os.environ.get("YIWANG_STREAM_URL", "")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF, *stream_source()],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"codes": {"()": "yiwang.web.logs.WithoutCodes"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["codes"]}},
    # 4xx are the asker's matter and were answered in words
    "loggers": {"django.request": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": os.environ.get("YIWANG_LOG", "WARNING")},
}
