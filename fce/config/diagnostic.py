"""The checks of ``fce check``: each gives one French line, good or bad."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import get_connection
from django.db import DEFAULT_DB_ALIAS, Error, connections

from fce.donnees.entreprises.selectors import temoin
from fce.donnees.imports import selectors
from fce.droits.habilitations import privileges
from fce.fiche.page import pdf
from fce.recherche.reponse.selectors import eprouver
from fce.recherche.services import index_perime
from fce.socle.base import replique, restauration, roles, versions
from fce.socle.base.restauration import EtatRestaure
from fce.socle.erreurs import IndexIndisponible, PdfIndisponible, VersionRefusee
from fce.socle.postgres.binaires import VERSION_MINIMALE
from fce.socle.postgres.reglages import VERROUS_PAR_TRANSACTION
from fce.socle.texte.formats import nombre, pluriel
from fce.sources import registre

ESPACE_MINIMAL_GO = 2
DELAI_S = 5
"""Longest wait for the mail server."""


@dataclass(frozen=True, slots=True)
class Constat:
    point: str
    bon: bool
    phrase: str


def constats() -> list[Constat]:
    """Run all the checks, causes before consequences; stop at a failure that the following ones depend on."""
    faits = [_reglages(), _espace(), _pdf(), _courriel()]
    points: list[Callable[[], Constat]] = [
        _base,
        _verrous,
        _journal_de_la_base,
        _migrations,
        _restauration,
        _vues,
        _roles,
        *_de_la_replique(),
        _index,
    ]
    for point in points:
        faits.append(point())
        if not faits[-1].bon and point in (_base, _migrations):
            break
    return faits


def _reglages() -> Constat:
    # Wrong or unsafe settings stop the process at start.
    if settings.REGLAGES_INCONNUS:
        return Constat("Réglages", False, " ".join(settings.REGLAGES_INCONNUS))
    base = "PostgreSQL embarqué" if settings.CLUSTER_EMBARQUE else "PostgreSQL de DATABASE_URL"
    return Constat(
        "Réglages", True, f"environnement « {settings.FCE_ENV} », {base}, données dans {settings.FCE_DATA_DIR}."
    )


def _espace() -> Constat:
    dossier = settings.FCE_DATA_DIR
    while not dossier.exists():
        dossier = dossier.parent
    libres = shutil.disk_usage(dossier).free / 2**30
    return Constat(
        "Espace disque",
        libres >= ESPACE_MINIMAL_GO,
        f"{nombre(round(libres, 1))} Go libres."
        + ("" if libres >= ESPACE_MINIMAL_GO else f" Libérez-en au moins {ESPACE_MINIMAL_GO} avant tout import."),
    )


def _courriel() -> Constat:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return Constat("Courriel", True, "aucun serveur n’est réglé : rien ne part.")
    serveur = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection(timeout=DELAI_S):
            return Constat("Courriel", True, f"{serveur} répond.")
    except OSError as erreur:
        # A sentence of the server may name somebody; its code does not.
        cause = getattr(erreur, "smtp_code", None) or erreur.strerror or type(erreur).__name__
        return Constat("Courriel", False, f"{serveur} ne prend pas les courriels ({cause}). Voyez FCE_COURRIEL.")


def _pdf() -> Constat:
    # Optional: only the PDF of the note needs it.
    try:
        pdf.exiger()
    except PdfIndisponible:
        return Constat(
            "PDF", True, "la note n’en a pas : Pango manque (libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0)."
        )
    return Constat("PDF", True, "WeasyPrint et Pango sont là.")


def _base() -> Constat:
    point = "Base de données"
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as curseur:
            curseur.execute("SELECT current_setting('server_version'), current_setting('server_version_num')::int")
            version, numero = curseur.fetchone()
    except Error as erreur:
        cause = next(iter(str(erreur).strip().splitlines()), type(erreur).__name__)
        return Constat(point, False, f"elle ne répond pas ({cause}). Vérifiez DATABASE_URL et le serveur.")
    if numero // 10_000 < VERSION_MINIMALE:
        return Constat(point, False, f"PostgreSQL {version} est trop ancien : il faut {VERSION_MINIMALE} ou plus.")
    return Constat(point, True, f"PostgreSQL {version} répond.")


def _verrous() -> Constat:
    with connections[DEFAULT_DB_ALIAS].cursor() as curseur:
        curseur.execute("SELECT current_setting('max_locks_per_transaction')::int")
        (verrous,) = curseur.fetchone()
    if verrous < VERROUS_PAR_TRANSACTION:
        return Constat(
            "Verrous",
            False,
            f"max_locks_per_transaction vaut {nombre(verrous)} : une fiche lit toutes les sources d’une seule requête, "
            f"réglez-le à {VERROUS_PAR_TRANSACTION} ou plus, puis redémarrez PostgreSQL.",
        )
    return Constat("Verrous", True, f"max_locks_per_transaction vaut {nombre(verrous)}.")


def _journal_de_la_base() -> Constat:
    point = "Journal de PostgreSQL"
    with connections[DEFAULT_DB_ALIAS].cursor() as curseur:
        curseur.execute("SELECT current_setting('log_min_error_statement'), current_setting('log_error_verbosity')")
        instruction, detail = curseur.fetchone()
    if instruction in ("fatal", "panic") and detail == "terse":
        return Constat(point, True, "il ne garde pas les valeurs d’une instruction qui échoue.")
    return Constat(
        point,
        False,
        "il garde les valeurs d’une instruction qui échoue : réglez log_min_error_statement à panic et "
        "log_error_verbosity à terse (docs/exploitation/roles.md).",
    )


def _migrations() -> Constat:
    try:
        versions.exiger_le_schema()
    except VersionRefusee as erreur:
        return Constat("Schéma", False, erreur.message)
    return Constat("Schéma", True, "à jour.")


def _restauration() -> Constat:
    etat = restauration.etat()
    if etat is EtatRestaure.OUVERTE:
        return Constat("Restauration", True, "la base est ouverte.")
    return Constat(
        "Restauration", False, "la base restaurée n’est pas ouverte à tous : lisez « fce restaurer --etat »."
    )


def _vues() -> Constat:
    attendues = [source.relation for source in registre.toutes()]
    with connections[DEFAULT_DB_ALIAS].cursor() as curseur:
        curseur.execute(
            "SELECT CASE schemaname WHEN 'public' THEN '' ELSE schemaname || '.' END || viewname FROM pg_views"
        )
        presentes = {vue for (vue,) in curseur.fetchall()}
    if absentes := sorted(set(attendues) - presentes):
        return Constat("Vues des sources", False, f"absentes : {', '.join(absentes)}. Lancez « fce migrate ».")
    return Constat("Vues des sources", True, f"les vues sont en place ({len(attendues)}).")


def _roles() -> Constat:
    if not roles.noms():
        return Constat(
            "Rôles de la base",
            True,
            "aucun n’est nommé : les pages ont tous les droits du compte de la base (docs/exploitation/roles.md).",
        )
    if absents := privileges.absents():
        return Constat(
            "Rôles de la base",
            False,
            f"le compte de la base ne peut pas prendre {', '.join(absents)} : créez-les et accordez-les-lui "
            "(docs/exploitation/roles.md).",
        )
    ecarts = privileges.ecarts()
    if ecarts:
        exemple = (*ecarts.en_trop, *ecarts.manquants)[0]
        return Constat(
            "Rôles de la base",
            False,
            f"{pluriel(len(ecarts.en_trop), 'droit de trop', 'droits de trop')}, "
            f"{pluriel(len(ecarts.manquants), 'droit manquant', 'droits manquants')} (dont {exemple.droit} sur "
            f"{exemple.objet} pour {exemple.a}). Lancez « fce migrate ».",
        )
    return Constat("Rôles de la base", True, f"{', '.join(roles.noms().values())} ont exactement leurs droits.")


def _de_la_replique() -> list[Callable[[], Constat]]:
    return [_replique] if replique.reglee() else []


def _replique() -> Constat:
    """A late replica is not a fault, because readers then use the primary."""
    point, lu = "Réplique", replique.etat()
    if lu.etat == "injoignable":
        return Constat(point, False, "elle ne répond pas ; la base répond à sa place. Vérifiez DATABASE_REPLICA_URL.")
    if lu.etat == "pas_une_replique" or not replique.de_la_base():
        return Constat(
            point, False, "le serveur de DATABASE_REPLICA_URL n’est pas une réplique de la base : rien n’y est lu."
        )
    octets = nombre(lu.octets or 0)
    if lu.etat == "en_retard":
        return Constat(point, True, f"en retard d’une bascule ({octets} octets) : la base répond à sa place.")
    return Constat(point, True, f"elle suit la base ({pluriel(lu.octets or 0, 'octet')} de retard).")


def _index() -> Constat:
    if not selectors.versions():
        return Constat("Index de recherche", True, "sans objet : aucune donnée n’est encore importée.")
    try:
        if entreprise := temoin():
            eprouver(entreprise)
        if index_perime():
            return Constat("Index de recherche", False, "il date d’avant le dernier import : lancez « fce index ».")
    except IndexIndisponible as erreur:
        return Constat("Index de recherche", False, erreur.message)
    return Constat("Index de recherche", True, "il répond et il est à jour.")
