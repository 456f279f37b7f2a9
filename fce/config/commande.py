"""The ``fce`` command: runs Django's management commands with the embedded database up."""

import argparse
import contextlib
import difflib
import importlib.metadata
import os
import re
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

from fce.config.francais import parler_francais

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

SANS_BASE = {"bacasable", "help", "diffsettings", "findstatic", "makemessages", "compilemessages"}
EN_ARRIERE_PLAN = {"import", "index", "publier", "sauvegarde", "telecharger", "worker"}
"""Long commands, which yield the processor to the pages."""
POLITESSE = 10
"""Their ``nice`` value: about a tenth of the processor when the pages are busy, all of it otherwise. No more, because
this process switches the views, under locks that readers wait for; what only computes yields more
(``socle.travaux.priorite``)."""
AVEC_SCHEMA = {*EN_ARRIERE_PLAN, "cles", "purger", "serve"} - {"sauvegarde"}
"""Commands that refuse the schema of another release; the others only look, save or mend."""
DEMARRAGE_S = 30
"""How long a command waits for a base that has just started."""
AIDES = {"help", "--help", "-h", "aide"}
COMMANDES = {
    "import SOURCE FICHIER…": "importe un fichier officiel : contrôle, chargement, bascule",
    "telecharger SOURCE…": "télécharge les fichiers ouverts des producteurs (--departement 59, --importer)",
    "index": "met l’index de recherche à jour, ou le construit, et le met en service",
    "index push|pull ADRESSE": "donne l’index à d’autres nœuds, ou prend le leur (dossier, s3://seau/prefixe)",
    "sources": "liste les sources : producteur, version, lignes, date, âge",
    "sources rollback SOURCE": "remet en place la version précédente d’une source",
    "worker": "télécharge, importe, surveille les dépôts et indexe, jusqu’à ce qu’on l’arrête",
    "depot jeton PRODUCTEUR": "donne à un producteur le droit de déposer ses fichiers (docs/depots.md)",
    "publier [SOURCE…]": "prépare les données ouvertes et leurs métadonnées, les annonce à data.gouv.fr",
    "export signaux-faibles": "écrit la liste des établissements contrôlés (données réservées)",
    "comptes mandat COMPTE ROLE": "donne une fonction dans le service (voir aussi desactiver, sessions revoquer)",
    "purger": "efface ce que les tables ont gardé assez longtemps",
    "journal verifier": "relit le journal des consultations : chaînes, sceaux, purges (voir aussi sceller, exporter)",
    "api cle LIBELLÉ": "crée la clé d’un programme extérieur, et fixe les quotas (voir aussi quota, lister, revoquer)",
    "habilitation proposer PROFIL": "propose l’habilitation d’une administration (docs/habilitations.md)",
    "annuaire FICHIER": "remplit l’annuaire des services d’après un csv (docs/echanges.md)",
    "serve": "sert les pages et l’API sur http://127.0.0.1:8000",
    "sauvegarde": "copie base, pièces, dépôts et clés, chiffrés, puis efface les plus vieilles copies",
    "restaurer SAUVEGARDE": "remet une copie dans une base vide, fermée jusqu’à ce qu’on l’ouvre",
    "cles tourner CLE": "remplace une clé du service sans déconnecter personne",
    "demo": "remplit un dossier vide d’entreprises inventées",
    "sonder": "demande au service de cette machine s’il répond (HEALTHCHECK d’une image)",
    "bacasable": "répond en local comme API Entreprise, pour essayer les sources directes",
    "migrate": "met le schéma de la base à jour, pages servies (docs/exploitation/manuel.md)",
    "check": "vérifie réglages, base, vues, index et espace disque",
}
AIDE = (
    "FCE, Fiche Commune Entreprise.\n\nUsage : fce COMMANDE [OPTIONS]\n\n"
    + "\n".join(f"  {nom:<24} {texte}" for nom, texte in COMMANDES.items())
    + "\n\n« fce COMMANDE --help » décrit une commande, « fce help --commands » les liste toutes avec celles de Django."
    "\nLes réglages sont des variables d’environnement : docs/exploitation/reglages.md."
)


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code.

    0 for success, and for ``fce serve`` stopped by a signal; 1 for an expected failure; 2 for wrong usage; 75 when
    already running; 130 (Ctrl-C) or 143 (SIGTERM) when a job is interrupted.
    """
    arguments = sys.argv[1:] if argv is None else argv
    parler_francais()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fce.config.settings")
    # Before the settings are read: web processes are read-only, with short time-outs.
    os.environ.setdefault("FCE_ROLE", "web" if arguments[:1] == ["serve"] else "tache")
    if not arguments or (arguments[0] in AIDES and len(arguments) == 1):
        print(AIDE)
        return 0
    if arguments[0] in ("version", "--version"):
        print(importlib.metadata.version("fce"))
        return 0
    if arguments[0] == "sonder":
        return _sonder(arguments[1:])
    signal.signal(signal.SIGTERM, _terminer)

    from environs import EnvError

    from fce.exploitation.serveur import menage
    from fce.socle.erreurs import DejaEnCours, FCEError

    menage.espacer_la_collecte()

    try:
        if (refus := _commande_inconnue(arguments[0])) is not None:
            print(refus, file=sys.stderr)
            return 2
        if arguments[0] in ("serve", "worker"):
            _dire_les_reglages_inconnus()
        if arguments[0] == "serve" or (arguments[0] == "demo" and "--servir" in arguments):
            _exiger_le_port(arguments[1:])
        with _base_en_marche(arguments):
            if arguments[0] in EN_ARRIERE_PLAN:
                _ceder_le_pas()
            if arguments[0] == "worker" and "--une-fois" not in arguments:
                _exposer_les_metriques()
            _executer(["fce", *arguments])
    except DejaEnCours as erreur:
        print(erreur.message, file=sys.stderr)
        return 75
    except FCEError as erreur:
        print(erreur.message, file=sys.stderr)
        return 1
    except EnvError as erreur:
        nom = re.search(r'"(\w+)"', str(erreur))
        print(f"Le réglage {nom[1] if nom else '?'} n’est pas valide : {_attendu(str(erreur))}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrompu.", file=sys.stderr)
        return 130
    except SystemExit as sortie:
        return sortie.code if isinstance(sortie.code, int) else int(sortie.code is not None)
    return 0


def _dire_les_reglages_inconnus() -> None:
    """Never a reason to refuse: a way back meets the settings of the release that it leaves."""
    from django.conf import settings

    if settings.REGLAGES_INCONNUS:
        print(" ".join(settings.REGLAGES_INCONNUS), file=sys.stderr)


def _exiger_le_port(arguments: list[str]) -> None:
    """Before the base is started and migrated, which takes a minute the first time."""
    from fce.socle.postgres.ecoute import verifier_port

    lecteur = argparse.ArgumentParser(add_help=False)
    lecteur.add_argument("--host", default="127.0.0.1")
    lecteur.add_argument("--port", type=int, default=8000)
    demande, _ = lecteur.parse_known_args(arguments)
    if not {"-h", "--help"} & set(arguments):
        verifier_port(demande.host, demande.port)


def _sonder(arguments: list[str]) -> int:
    from fce.config import sonde

    demande = sonde.lire_arguments(arguments)
    vivant, dit = sonde.sonder(demande.host, demande.port, demande.chemin)
    print(dit, file=sys.stdout if vivant else sys.stderr)
    return 0 if vivant else 1


def _ceder_le_pas() -> None:
    """Lower this process's priority, after the embedded database has started: it serves the pages too and would inherit
    it."""
    os.setpriority(os.PRIO_PROCESS, 0, max(POLITESSE, os.getpriority(os.PRIO_PROCESS, 0)))


def _exposer_les_metriques() -> None:
    from fce.exploitation.metriques.exposition import exposer  # loads the rooms, which need Django set up

    exposer()


def _executer(argv: list[str]) -> None:
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from fce.socle.erreurs import BaseIndisponible

    try:
        execute_from_command_line(argv)
    except OperationalError as erreur:
        raise BaseIndisponible(f"La base de données ne répond pas ({str(erreur).splitlines()[0]}).") from erreur


def _commande_inconnue(nom: str) -> str | None:
    """Return the error message for an unknown command, None for a known one."""
    if nom.startswith("-") or nom in SANS_BASE:
        return None
    import django
    from django.core.management import get_commands

    django.setup()  # without it, get_commands() lists only Django's own
    connues = get_commands()
    if nom in connues:
        return None
    proches = difflib.get_close_matches(nom, [c.split()[0] for c in COMMANDES]) or difflib.get_close_matches(
        nom, connues
    )
    conseil = f"Vouliez-vous dire « fce {proches[0]} » ? " if proches else ""
    return f"« {nom} » n’est pas une commande de fce. {conseil}« fce » seul donne la liste."


def _attendu(message: str) -> str:
    if "integer" in message:
        return "un nombre entier est attendu"
    if "boolean" in message:
        return "« true » ou « false » est attendu"
    return "valeur refusée"


@contextlib.contextmanager
def _base_en_marche(arguments: list[str]) -> Iterator[None]:
    if arguments[0] in SANS_BASE or {"-h", "--help"} & set(arguments):
        yield
        return
    from django.conf import settings

    if settings.CLUSTER_EMBARQUE is None:
        _exiger_le_schema(arguments[0])
        _connaitre_les_declarations(arguments[0])
        yield
        return
    with settings.CLUSTER_EMBARQUE.en_marche():
        if arguments[0] not in ("migrate", "makemigrations", "restaurer"):
            _migrer()
        _connaitre_les_declarations(arguments[0])
        yield


def _connaitre_les_declarations(nom: str) -> None:
    import django

    django.setup()
    from fce.donnees.declarations import vigueur

    vigueur.suivre() if nom == "worker" else vigueur.relire()
    fermer_les_connexions()


def _exiger_le_schema(nom: str) -> None:
    """Refuse a command on an external database that another release migrated, since it would read or write what is not
    there. A database that is down may come back: the command says so itself."""
    if nom not in AVEC_SCHEMA:
        return
    import django
    from django.db import OperationalError

    django.setup()
    from fce.socle.base import versions
    from fce.socle.base.roles import Role, prendre_role

    with contextlib.suppress(OperationalError):
        prendre_role(Role.PROPRIETAIRE)
        versions.exiger_le_schema()
    fermer_les_connexions()


def _migrer() -> None:
    """Migrate the embedded database, which nobody administers. An external database is migrated by hand."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    from fce.config.management.commands.migrate import seul_a_migrer
    from fce.donnees.declarations import vigueur
    from fce.donnees.imports.services import retablir_les_vues
    from fce.droits.habilitations.privileges import appliquer
    from fce.socle.base import versions
    from fce.socle.base.roles import Role, prendre_role

    joindre(connection)
    prendre_role(Role.PROPRIETAIRE)
    # When two commands start together, one migrates and the other waits.
    with seul_a_migrer(connection), connection.cursor() as curseur:
        curseur.execute("SET default_transaction_read_only = off")
        curseur.execute("SET statement_timeout = 0")
        if versions.a_migrer():
            call_command("migrate", verbosity=0, interactive=False)
        elif not versions.plus_recente(versions.marque()):
            vigueur.relire()
            # A new data set or column needs no migration, only its view.
            retablir_les_vues()
            appliquer()
    fermer_les_connexions()


def joindre(connexion: "BaseDatabaseWrapper") -> None:
    """Open the first connection of a base that has just started, within ``DEMARRAGE_S`` seconds: a request, which the
    pool is set for, waits less. Does nothing without a pool. Raises BaseIndisponible."""
    if (reserve := getattr(connexion, "pool", None)) is None:
        return
    from psycopg import OperationalError

    from fce.socle.erreurs import BaseIndisponible

    reserve.open()
    try:
        reserve.putconn(reserve.getconn(DEMARRAGE_S))
    except OperationalError as erreur:
        raise BaseIndisponible("La base vient de démarrer et ne répond pas encore : réessayez.") from erreur


def fermer_les_connexions() -> None:
    """Close connections and pools before starting processes, which open their own."""
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    for connexion in connections.all():
        connexion.close()
        if isinstance(connexion, DatabaseWrapper):
            connexion.close_pool()


def _terminer(signum: int, frame: FrameType | None) -> None:
    # Raise, so that every open context (import, cluster) closes properly.
    raise SystemExit(128 + signum)


if __name__ == "__main__":
    sys.exit(main())
