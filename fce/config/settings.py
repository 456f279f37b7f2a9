"""Settings. Those that an operator may change are environment variables (docs/exploitation/reglages.md)."""

import os
from pathlib import Path
from typing import Any

import environs
from csp.constants import NONE, SELF

from fce.config import assistants, courriel, sentry, verification
from fce.exploitation.metriques import adresse as metriques
from fce.socle.base import replique
from fce.socle.base.connexion_bornee import ConnexionBornee
from fce.socle.postgres import grappe
from fce.socle.postgres.grappe import Cluster
from fce.socle.travaux import journaux, priorite

RACINE = Path(__file__).resolve().parents[2]
verification.verifier_fichiers_de_reglages(os.environ)
# A setting X is also read from the file that X_FICHIER names: secrets stay out of the environment.
env = environs.FileAwareEnv(file_suffix="_FICHIER", strip_whitespace=True)

# Rooms that an operator may close.
FCE_ECHANGES = env.bool("FCE_ECHANGES", True)
FCE_CONVENTION = env.bool("FCE_CONVENTION", True)
FCE_STATISTIQUES = env.bool("FCE_STATISTIQUES", True)
FCE_DEPOTS = env.bool("FCE_DEPOTS", True)
FCE_GROUPE_PERSONNES = env.bool("FCE_GROUPE_PERSONNES", False)  # the data protection officer decides
# Brand block of the State, lines separated by bars; "": only the name of the service.
FCE_MARQUE = env.str("FCE_MARQUE", "", validate=environs.validate.Regexp(r"(|[^|<>\n]{1,40}(\|[^|<>\n]{1,40}){0,4})\Z"))
FCE_ENV = env.str("FCE_ENV", "developpement")
PRODUCTION = FCE_ENV == "production"
DEBUG = env.bool("FCE_DEBUG", False)
SECRET_KEY = env.str("FCE_SECRET_KEY", verification.CLE_DE_DEVELOPPEMENT)
# Keys being retired, separated by spaces, newest first: they still read what they made.
SECRET_KEY_FALLBACKS = env.str("FCE_SECRET_KEY_ANCIENNES", "").split()
ALLOWED_HOSTS = env.list("FCE_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])

FCE_DATA_DIR = Path(env.str("FCE_DATA_DIR", "./var")).absolute()
FCE_SHARED_DIR = Path(env.str("FCE_SHARED_DIR", str(RACINE.parent / "shared"))).absolute()
# Catalogues of sources outside the package, same layout.
FCE_CATALOGUES = list(map(Path.absolute, env.list("FCE_CATALOGUES", [], subcast=Path)))
FCE_INDEX_DIR = FCE_DATA_DIR / "index"
# Downloads: mirror to use instead of the producers, and largest file in bytes.
FCE_MIROIR = env.str("FCE_MIROIR", "")
FCE_TELECHARGEMENT_MAX = env.int("FCE_TELECHARGEMENT_MAX", 30_000_000_000)
# Jobs of the worker: sources to download ("toutes", or names), single département, jobs at once.
FCE_TELECHARGEMENTS: list[str] = env.list("FCE_TELECHARGEMENTS", [])
FCE_DEPARTEMENT = env.str("FCE_DEPARTEMENT", "")
FCE_TRAVAUX = env.int("FCE_TRAVAUX", 2)
# Where producers leave files: folder or bucket; seconds without change before a file is taken.
FCE_DEPOTS_DIR = env.path("FCE_DEPOTS_DIR", None)
FCE_DEPOTS_S3 = env.str("FCE_DEPOTS_S3", "")
FCE_DEPOTS_S3_URL = env.str("FCE_DEPOTS_S3_URL", "")
FCE_DEPOTS_STABLE = env.int("FCE_DEPOTS_STABLE", 60)
# Publication: public address of this service; contact of its catalogue (mail or https page); portal that receives the
# open files, its key, the owning organisation.
FCE_ADRESSE_PUBLIQUE = env.str("FCE_ADRESSE_PUBLIQUE", "http://127.0.0.1:8000")
FCE_CONTACT = env.str(
    "FCE_CONTACT", "", validate=environs.validate.Regexp(r"(|[^@\s<>]+@[^@\s<>]+|https://[^\s<>]+)\Z")
)
FCE_DATAGOUV_URL = env.str("FCE_DATAGOUV_URL", "")
FCE_DATAGOUV_CLE = env.str("FCE_DATAGOUV_CLE", "")
FCE_DATAGOUV_ORGANISATION = env.str("FCE_DATAGOUV_ORGANISATION", "")
# Demonstration, never in production: invented people offered on the sign-in page; mails do not leave.
FCE_DEMONSTRATION = env.bool("FCE_DEMONSTRATION", False)
FCE_PERSONNAGES: Any = env.json("FCE_PERSONNAGES", [])
if PRODUCTION and FCE_DEMONSTRATION:
    verification.refuser_demonstration()
# Mail: recipients of reports, sender, reply address, server.
FCE_RAPPORTS: list[str] = env.list("FCE_RAPPORTS", [])
DEFAULT_FROM_EMAIL = env.str("FCE_COURRIEL_EXPEDITEUR", "fce@localhost")
FCE_COURRIEL_REPONSE = env.str("FCE_COURRIEL_REPONSE", "")
vars().update(courriel.reglages(env.str("FCE_COURRIEL", ""), demonstration=FCE_DEMONSTRATION))
# « Je donne mon avis »: numbers of the service and of the buttons of its journeys; "": no button.
FCE_JDMA_DEMARCHE = env.str("FCE_JDMA_DEMARCHE", "", validate=environs.validate.Regexp(r"[0-9]{0,10}\Z"))
FCE_JDMA_BOUTONS = verification.lire_boutons(env.list("FCE_JDMA_BOUTONS", []))
# Deposits: largest file in MiB, largest file (unpacked, in MiB) checked during the request, days kept.
FCE_DEPOT_TAILLE_MAX = env.int("FCE_DEPOT_TAILLE_MAX", 1024, validate=environs.validate.Range(min=1))
FCE_DEPOT_IMMEDIAT = env.int("FCE_DEPOT_IMMEDIAT", 5, validate=environs.validate.Range(min=0, max=50))
# Limits of the process that reads an imported file: private memory in MiB, hours.
FCE_LECTURE_MEMOIRE = env.int("FCE_LECTURE_MEMOIRE", 4096, validate=environs.validate.Range(min=512))
FCE_LECTURE_DUREE = env.int("FCE_LECTURE_DUREE", 12, validate=environs.validate.Range(min=1, max=72))
FCE_DEPOT_CONSERVATION = env.int("FCE_DEPOT_CONSERVATION", 30, validate=environs.validate.Range(min=1))
# Attachments of the exchanges: folder, or bucket of the same storage as the deposits; size in MiB.
FCE_PIECES_DIR = env.path("FCE_PIECES_DIR", FCE_DATA_DIR / "pieces")
FCE_PIECES_S3 = env.str("FCE_PIECES_S3", "")
FCE_PIECES_TAILLE_MAX = env.int("FCE_PIECES_TAILLE_MAX", 10, validate=environs.validate.Range(min=1, max=100))
FCE_CLAMD = env.str("FCE_CLAMD", "", validate=environs.validate.Regexp(r"(|unix:/[^\s]+|tcp://[^\s/]+)\Z"))
# Backups: folder, public key (age), days kept; list of what was withdrawn, off the machine (folder or bucket).
FCE_SAUVEGARDES = env.path("FCE_SAUVEGARDES", FCE_DATA_DIR / "sauvegardes")
FCE_SAUVEGARDE_DESTINATAIRE = env.str("FCE_SAUVEGARDE_DESTINATAIRE", "")
FCE_SAUVEGARDE_JOURS = env.int("FCE_SAUVEGARDE_JOURS", 30, validate=environs.validate.Range(min=1, max=366))
FCE_RETRAITS = env.str("FCE_RETRAITS", "")
# Days during which the feed of changes is kept.
FCE_CHANGEMENTS_JOURS = env.int("FCE_CHANGEMENTS_JOURS", 31, validate=environs.validate.Range(min=1, max=366))
FCE_INDEX_FRAGMENTS = env.int("FCE_INDEX_FRAGMENTS", 2)
# Search cluster; "": the index is a local folder.
FCE_SEARCH_URL = env.str("FCE_SEARCH_URL", "")
FCE_TRAVAILLEURS = env.int("FCE_TRAVAILLEURS", 2)
# API Entreprise: address, token, SIRET of the administration that runs this service.
FCE_API_ENTREPRISE_URL = env.str("FCE_API_ENTREPRISE_URL", "")
FCE_API_ENTREPRISE_TOKEN = env.str("FCE_API_ENTREPRISE_TOKEN", "")
FCE_API_ENTREPRISE_DESTINATAIRE = env.str("FCE_API_ENTREPRISE_DESTINATAIRE", "")
# Sign-in: ProConnect (agents) and FranceConnect (others), as registered there; second factor ("off", "souhaitee",
# "exigee"); PKCE, to try in integration first.
FCE_PROCONNECT_ISSUER = env.str("FCE_PROCONNECT_ISSUER", "")
FCE_PROCONNECT_CLIENT_ID = env.str("FCE_PROCONNECT_CLIENT_ID", "")
FCE_PROCONNECT_CLIENT_SECRET = env.str("FCE_PROCONNECT_CLIENT_SECRET", "")
FCE_PROCONNECT_MFA = env.str("FCE_PROCONNECT_MFA", "souhaitee")
FCE_PROCONNECT_PKCE = env.bool("FCE_PROCONNECT_PKCE", False)
_PERMIS: dict[str, str] = env.dict("FCE_MCP_CLIENTS", {})
_MCP = env.str("FCE_MCP_SCOPE", "fce"), env.str("FCE_MCP_ID", ""), env.str("FCE_MCP_SECRET", "")
FCE_MCP = assistants.ReglagesDesAssistants(env.bool("FCE_MCP", False), _PERMIS, *_MCP, env.str("FCE_MCP_CLE", ""))
FCE_FRANCECONNECT_ISSUER = env.str("FCE_FRANCECONNECT_ISSUER", "")
FCE_FRANCECONNECT_CLIENT_ID = env.str("FCE_FRANCECONNECT_CLIENT_ID", "")
FCE_FRANCECONNECT_CLIENT_SECRET = env.str("FCE_FRANCECONNECT_CLIENT_SECRET", "")
# Company heads: who links an account to a company ("manuel": the team; "automatique": the register, when it agrees);
# whether they see how many administrations read their restricted data.
FCE_RATTACHEMENT = env.str("FCE_RATTACHEMENT", "manuel", validate=environs.validate.OneOf(["manuel", "automatique"]))
FCE_TRANSPARENCE = env.bool("FCE_TRANSPARENCE", False)
# Database connections, and threads, of one web process: a request never waits for a connection.
FCE_BASE_CONNEXIONS = env.int("FCE_BASE_CONNEXIONS", 12)
# Rate limits of one reader: pages per minute (0: no limit), fragments per minute, API requests per second; networks
# of shared egress, how many times more their addresses may ask; requests per second of a key; trusted front servers.
FCE_DEBIT = env.int("FCE_DEBIT", 60)
FCE_DEBIT_FRAGMENTS = env.int("FCE_DEBIT_FRAGMENTS", 600)
FCE_DEBIT_API = env.int("FCE_DEBIT_API", 7)
FCE_DEBIT_RESEAUX: list[str] = env.list("FCE_DEBIT_RESEAUX", [])
FCE_DEBIT_PARTAGE = env.int("FCE_DEBIT_PARTAGE", 10)
FCE_DEBIT_CLE = env.int("FCE_DEBIT_CLE", 20)
FCE_FRONTAUX = env.int("FCE_FRONTAUX", 0)
# Internal path from which the front server sends open files (X-Accel-Redirect); "": Django sends them.
FCE_FRONTAL_FICHIERS = env.str("FCE_FRONTAL_FICHIERS", "")
# Where « serve » and « worker » expose their metrics: an IP address and a port; "": nowhere.
FCE_METRIQUES = env.str("FCE_METRIQUES", "")
metriques.verifier(FCE_METRIQUES, production=PRODUCTION)
# Sentry server that is told the bugs, without anything personal; "": none.
FCE_SENTRY_DSN = env.str("FCE_SENTRY_DSN", "")
sentry.verifier(FCE_SENTRY_DSN, production=PRODUCTION)
FCE_JOURNAL = env.str("FCE_JOURNAL", "json" if PRODUCTION else "texte")
# Journal: volumes (companies/seconds), keys of the seals (the first one signs), months kept and why, night hours.
FCE_VOLUMES = env.str("FCE_VOLUMES", "200/600,400/3600,2400/86400,10000/604800")
FCE_JOURNAL_CLE: list[str] = env.list("FCE_JOURNAL_CLE", [])
FCE_JOURNAL_MOIS = env.int("FCE_JOURNAL_MOIS", 12)
FCE_JOURNAL_MOTIF = env.str("FCE_JOURNAL_MOTIF", "")
FCE_JOURNAL_NUIT = env.str("FCE_JOURNAL_NUIT", "20-6")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "widget_tweaks",
    "procrastinate.contrib.django",
    "dsfr",
    "fce.socle",
    "fce.referentiels",
    "fce.droits.comptes",
    "fce.donnees.declarations",
    "fce.donnees.imports",
    "fce.droits.habilitations",
    "fce.droits.journal",
    "fce.donnees.entreprises",
    "fce.recherche",
    "fce.echanges",
    "fce.donnees.contradictions",
    "fce.fiche",
    "fce.ensembles.fichiers",
    "fce.ensembles.listes",
    "fce.ensembles.rapprochement",
    "fce.ensembles.territoires",
    "fce.api",
    "fce.donnees.publication",
    "fce.donnees.changements",
    "fce.service.convention",
    "fce.service.statistiques",
    "fce.service.portail",
    "fce.service.gestion",
    "fce.exploitation.sauvegarde",
    "fce.demo",
    "fce.config",
]
# Only the worker imports the modules of jobs.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = [
    "fce.donnees.imports.travaux.taches",
    *(f"{nom}.tasks" for nom in INSTALLED_APPS if RACINE.joinpath(*nom.split("."), "tasks.py").exists()),
]
MIDDLEWARE = [
    "fce.exploitation.metriques.mesurer.Mesurer",
    # First the middlewares that only add headers: refused requests and static files need them too.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "fce.config.middleware.Securite",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "fce.config.middleware.Erreurs",
    "fce.droits.comptes.middleware.Connexion",
    "fce.config.debit.Debit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fce.config.middleware.Replique",
    "fce.config.acces.Acces",
    "fce.config.middleware.UneFois",
    "fce.service.statistiques.middleware.Usage",
    "fce.service.portail.accueil.fiches_ouvertes.OuverturesDeFiches",
]
ROOT_URLCONF = "fce.config.urls"
WSGI_APPLICATION = "fce.config.wsgi.application"
APPEND_SLASH = False
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [RACINE / "fce" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "fce.socle.web.fil.contexte",
                "fce.socle.web.faits.contexte",
                "fce.droits.comptes.menu.contexte",
                "fce.service.portail.annonces.contexte",
                "fce.service.portail.pages.declaration.contexte",
                "fce.demo.courriels.contexte",
            ]
        },
    }
]
# Links form fields to their errors (RGAA 11.10).
FORM_RENDERER = "fce.socle.web.formulaires.AfficheurDeChamps"

# Without an address, the embedded server.
DATABASE_URL = env.str("DATABASE_URL", "")
FCE_POSTGRES_BIN = env.str("FCE_POSTGRES_BIN", "")
CLUSTER_EMBARQUE = (
    None if DATABASE_URL else Cluster(FCE_DATA_DIR, programmes=Path(FCE_POSTGRES_BIN) if FCE_POSTGRES_BIN else None)
)
# "web" is read-only, with short time-outs; "tache" runs imports and indexing.
FCE_ROLE = env.str("FCE_ROLE", "tache")
_OPTIONS_PAR_ROLE = {
    "web": "-c statement_timeout=5000 -c lock_timeout=2000 -c default_transaction_read_only=on",
    "tache": f"-c statement_timeout=300000 {priorite.SANS_PARALLELE}",
}
verification.verifier_valeurs(
    env=FCE_ENV,
    role=FCE_ROLE,
    journal=FCE_JOURNAL,
    fragments=FCE_INDEX_FRAGMENTS,
    travailleurs=FCE_TRAVAILLEURS,
    connexions=FCE_BASE_CONNEXIONS,
    hotes=ALLOWED_HOSTS,
)
verification.verifier_recherche(FCE_SEARCH_URL)
verification.verifier_debit(
    pages=FCE_DEBIT, fragments=FCE_DEBIT_FRAGMENTS, api=FCE_DEBIT_API, frontaux=FCE_FRONTAUX,
    envoi=FCE_FRONTAL_FICHIERS, partage=FCE_DEBIT_PARTAGE, cle=FCE_DEBIT_CLE, reseaux=FCE_DEBIT_RESEAUX,
)  # fmt: skip
verification.verifier_journal(
    limites=FCE_VOLUMES, cles=FCE_JOURNAL_CLE, mois=FCE_JOURNAL_MOIS, motif=FCE_JOURNAL_MOTIF, heures=FCE_JOURNAL_NUIT
)
verification.verifier_sources_directes(
    adresse=FCE_API_ENTREPRISE_URL,
    jeton=FCE_API_ENTREPRISE_TOKEN,
    destinataire=FCE_API_ENTREPRISE_DESTINATAIRE,
    production=PRODUCTION,
)
verification.verifier_connexion(
    proconnect=(FCE_PROCONNECT_ISSUER, FCE_PROCONNECT_CLIENT_ID, FCE_PROCONNECT_CLIENT_SECRET),
    franceconnect=(FCE_FRANCECONNECT_ISSUER, FCE_FRANCECONNECT_CLIENT_ID, FCE_FRANCECONNECT_CLIENT_SECRET),
    mfa=FCE_PROCONNECT_MFA,
    adresse=FCE_ADRESSE_PUBLIQUE,
    production=PRODUCTION,
)
if PRODUCTION:
    verification.verifier_production(
        cles=[SECRET_KEY, *SECRET_KEY_FALLBACKS],
        debug=DEBUG,
        hotes=env.list("FCE_ALLOWED_HOSTS", []),
        base=DATABASE_URL,
    )


def _base() -> dict[str, Any]:
    if CLUSTER_EMBARQUE:
        p = CLUSTER_EMBARQUE.parametres()
        base: dict[str, Any] = {"NAME": p["dbname"], "USER": p["user"], "HOST": p["host"], "PORT": p["port"]}
    else:
        base = verification.lire_adresse_de_base(DATABASE_URL)
    options = {"connect_timeout": 5, **base.pop("OPTIONS", {}), "options": _OPTIONS_PAR_ROLE[FCE_ROLE]}
    if FCE_ROLE == "web":
        # A dead database is reported within a second, and each request tries again without growing delay.
        # A connection keeps its plans of the sheets for half a day: a new one makes its first readers wait.
        options["pool"] = {
            "min_size": 1, "max_size": FCE_BASE_CONNEXIONS, "timeout": 0.7, "reconnect_timeout": 0,
            "max_idle": 43_200, "max_lifetime": 43_200,
        }  # fmt: skip
    # Check a connection before use: it may have died with the server.
    return {**base, "ENGINE": "django.db.backends.postgresql", "OPTIONS": options, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": _base()}
# Streaming replica for the data that pages and API read ("": none); the primary takes over when it fails or lags.
DATABASE_REPLICA_URL = env.str("DATABASE_REPLICA_URL", "")


def _replique() -> dict[str, Any]:
    base = verification.lire_adresse_de_base(DATABASE_REPLICA_URL, "DATABASE_REPLICA_URL")
    limites = "-c statement_timeout=2000 -c lock_timeout=500 -c default_transaction_read_only=on"
    options = {"connect_timeout": 2, **base.pop("OPTIONS", {}), "options": limites}
    if FCE_ROLE == "web":
        options["pool"] = {
            "min_size": 0, "max_size": FCE_BASE_CONNEXIONS, "timeout": 0.5, "reconnect_timeout": 0,
            "connection_class": ConnexionBornee,
        }  # fmt: skip
    return {
        **base, "ENGINE": "django.db.backends.postgresql", "OPTIONS": options, "CONN_HEALTH_CHECKS": True,
        "TEST": {"MIRROR": "default"},
    }  # fmt: skip


verification.verifier_replique(base=DATABASE_URL, replique=DATABASE_REPLICA_URL)
if DATABASE_REPLICA_URL:
    DATABASES[replique.ALIAS] = _replique()
# Database roles of the pages: public data, accounts, restricted data. All three, or none.
_ROLES = grappe.ROLES if CLUSTER_EMBARQUE else ("", "", "")
FCE_BASE_ROLE_PUBLIC = env.str("FCE_BASE_ROLE_PUBLIC", _ROLES[0])
FCE_BASE_ROLE_COMPTES = env.str("FCE_BASE_ROLE_COMPTES", _ROLES[1])
FCE_BASE_ROLE_RESTREINT = env.str("FCE_BASE_ROLE_RESTREINT", _ROLES[2])
verification.verifier_roles(FCE_BASE_ROLE_PUBLIC, FCE_BASE_ROLE_COMPTES, FCE_BASE_ROLE_RESTREINT)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [RACINE / "fce" / "static"]
# Served from the packages: no collectstatic.
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
# Sign-in and sign-out are forms that redirect to the identity provider.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += sorted(
    {
        origine
        for adresse in (FCE_PROCONNECT_ISSUER, FCE_FRANCECONNECT_ISSUER)
        if (origine := verification.origine(adresse))
    }
)
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# A small file of a form stays in memory, a larger one is refused, so that nobody fills the disk. Deposits have their
# own path.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# Over https, the cookies are closed to other hosts, scripts and plain connections.
_HTTPS = FCE_ADRESSE_PUBLIQUE.startswith("https://")
if _HTTPS and FCE_FRONTAUX:
    # The front server ends TLS and always sets this header: other cookies are Secure too, absolute links are https.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_ENGINE = "fce.droits.comptes.sessions"
SESSION_COOKIE_NAME = "__Host-fce" if _HTTPS else "fce"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-fce-csrf" if _HTTPS else "fce-csrf"
# Behind a front server that ends TLS, the form's origin is https while the request is plain.
CSRF_TRUSTED_ORIGINS = [verification.origine(FCE_ADRESSE_PUBLIQUE)]
CSRF_FAILURE_VIEW = "fce.config.erreurs.formulaire_refuse"
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # the CSRF middleware stands after the account's, where Django does not look for it
    "security.W004",  # ``config.middleware`` sends HSTS; the front server redirects to HTTPS
    "security.W008",
]
LOGGING = journaux.configuration(FCE_JOURNAL)
LOGGING["loggers"]["psycopg.pool"] = {"level": "CRITICAL"}  # it logs the address; the error page is enough
REGLAGES_INCONNUS = verification.reglages_inconnus(os.environ, env.dump())
