"""Settings. What an operator may change is an environment variable, documented in docs/exploitation/reglages.md."""

from pathlib import Path
from typing import Any

import dj_database_url
import environs
from csp.constants import NONE, SELF

from fce.socle import journaux
from fce.socle.erreurs import ConfigurationInvalide
from fce.socle.postgres import Cluster

RACINE = Path(__file__).resolve().parents[2]
env = environs.Env()

PRODUCTION = env.str("FCE_ENV", "developpement") == "production"
DEBUG = env.bool("FCE_DEBUG", False)
CLE_DE_DEVELOPPEMENT = "cle-de-developpement-a-ne-jamais-utiliser-en-production"
SECRET_KEY = env.str("FCE_SECRET_KEY", CLE_DE_DEVELOPPEMENT)
ALLOWED_HOSTS = env.list("FCE_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])

FCE_DATA_DIR = Path(env.str("FCE_DATA_DIR", "./var")).absolute()
FCE_SHARED_DIR = Path(env.str("FCE_SHARED_DIR", str(RACINE.parent / "shared"))).absolute()
FCE_INDEX_DIR = FCE_DATA_DIR / "index"
FCE_INDEX_FRAGMENTS = env.int("FCE_INDEX_FRAGMENTS", 2)
FCE_TRAVAILLEURS = env.int("FCE_TRAVAILLEURS", 2)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django_htmx",
    "widget_tweaks",
    "dsfr",
    "fce.socle",
    "fce.referentiels",
    "fce.sources",
    "fce.entreprises",
    "fce.recherche",
    "fce.fiche",
    "fce.api",
    "fce.portail",
    "fce.demo",
    "fce.config",
]
MIDDLEWARE = [
    "fce.config.middleware.Securite",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fce.config.middleware.Erreurs",
]
ROOT_URLCONF = "fce.config.urls"
WSGI_APPLICATION = "fce.config.wsgi.application"
APPEND_SLASH = False
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [RACINE / "fce" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# The embedded server when no address is given.
DATABASE_URL = env.str("DATABASE_URL", "")
CLUSTER_EMBARQUE = None if DATABASE_URL else Cluster(FCE_DATA_DIR)
# "web" only reads and never waits long; "tache" (imports, index) may take its time.
FCE_ROLE = env.str("FCE_ROLE", "tache")
_OPTIONS_PAR_ROLE = {
    "web": "-c statement_timeout=5000 -c lock_timeout=2000 -c default_transaction_read_only=on",
    "tache": "-c statement_timeout=300000",
}


def _base() -> dict[str, Any]:
    if CLUSTER_EMBARQUE:
        p = CLUSTER_EMBARQUE.parametres()
        base: dict[str, Any] = {"NAME": p["dbname"], "USER": p["user"], "HOST": p["host"], "PORT": p["port"]}
    else:
        base = dict(dj_database_url.parse(DATABASE_URL))
    options = {**base.pop("OPTIONS", {}), "options": _OPTIONS_PAR_ROLE[FCE_ROLE]}
    if FCE_ROLE == "web":
        options["pool"] = {"min_size": 1, "max_size": env.int("FCE_BASE_CONNEXIONS", 8), "timeout": 2}
    return {**base, "ENGINE": "django.db.backends.postgresql", "OPTIONS": options}


DATABASES = {"default": _base()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = FCE_DATA_DIR / "static"
STATICFILES_DIRS = [RACINE / "fce" / "static"]
# Served straight from the packages: nothing to collect, nothing to forget at a release.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # no form writes anything yet: there is no session to forge a request of
    "security.W004",  # HSTS and the redirection to HTTPS belong to the front server that ends TLS
    "security.W008",
]
LOGGING = journaux.configuration(env.str("FCE_JOURNAL", "texte" if not PRODUCTION else "json"))


def _verifier_production() -> None:
    """Refuse to start in production with an unsafe setting: one line says which."""
    fautes = []
    if len(SECRET_KEY) < 50 or SECRET_KEY == CLE_DE_DEVELOPPEMENT:
        fautes.append("FCE_SECRET_KEY doit être une clé aléatoire d’au moins 50 caractères")
    if DEBUG:
        fautes.append("FCE_DEBUG doit être désactivé")
    if not env.list("FCE_ALLOWED_HOSTS", []) or "*" in ALLOWED_HOSTS:
        fautes.append("FCE_ALLOWED_HOSTS doit nommer les noms d’hôte du service, sans joker")
    if not DATABASE_URL:
        fautes.append("DATABASE_URL doit désigner un serveur PostgreSQL administré")
    if fautes:
        raise ConfigurationInvalide("Réglages dangereux en production : " + " ; ".join(fautes) + ".")


if env.str("FCE_ENV", "developpement") not in ("developpement", "production"):
    raise ConfigurationInvalide("FCE_ENV vaut « developpement » ou « production ».")
if FCE_ROLE not in _OPTIONS_PAR_ROLE:
    raise ConfigurationInvalide("FCE_ROLE vaut « web » ou « tache ».")
if PRODUCTION:
    _verifier_production()
