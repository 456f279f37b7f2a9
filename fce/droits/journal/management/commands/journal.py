"""``fce journal``: verify, seal or export the journal of consultations."""

import argparse
import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from django.core.management.base import CommandError
from django.utils import timezone

from fce.droits.journal import cloture, lectures
from fce.droits.journal.selectors import FiltresJournal
from fce.droits.journal.verification import verifier
from fce.socle.texte.formats import jour, pluriel
from fce.socle.travaux.commandes import Commande, refus_dit
from fce.socle.travaux.systeme import compte_du_systeme
from fce.socle.web.routes import Surface

log = structlog.get_logger("fce.droits.journal")


class Command(Commande):
    help = "Vérifie, scelle ou exporte le journal des consultations de données réservées."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
        actions.add_parser("verifier", help="relit tout : chaînes, sceaux, purges ; code 1 si quelque chose a changé")
        actions.add_parser("sceller", help="vérifie, puis scelle les jours finis : « fce worker » le fait chaque nuit")
        expliquer = actions.add_parser(
            "expliquer", help="tient pour connues, à jamais, les ruptures que « verifier » nomme, une fois expliquées"
        )
        expliquer.add_argument("--motif", required=True, help="l’explication, en dix caractères au moins")
        exporter = actions.add_parser("exporter", help="écrit des consultations en csv ; cette lecture est consignée")
        exporter.add_argument("--motif", required=True, help="pourquoi, en dix caractères au moins : dit aux agents")
        exporter.add_argument("--sortie", type=Path, required=True, metavar="FICHIER", help="fichier à écrire")
        exporter.add_argument("--agent", default="", help="identifiant d’un agent")
        exporter.add_argument("--administration", default="", metavar="SIRET", help="administration de l’agent")
        exporter.add_argument("--siren", default="", help="entreprise consultée")
        exporter.add_argument("--source", default="", help="source consultée")
        exporter.add_argument("--finalite", default="", help="finalité")
        exporter.add_argument("--surface", default="", choices=sorted(Surface), help="par où")
        exporter.add_argument("--debut", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="premier jour")
        exporter.add_argument("--fin", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="dernier jour, compris")

    def _verifier(self, options: dict[str, Any]) -> None:
        rapport = verifier()
        bilan = (
            f"{pluriel(rapport.consultations, 'consultation')}, {pluriel(rapport.agents, 'agent')}, "
            f"{pluriel(rapport.sceaux, 'sceau', 'sceaux')}"
        )
        if not rapport.intact:
            self.stderr.write("\n".join(rapport.ruptures))
            raise CommandError(f"Le journal n’est pas intact ({bilan}).")
        if rapport.connues:
            bilan += f" ; {pluriel(rapport.connues, 'rupture expliquée', 'ruptures expliquées')}, au registre"
        self.stdout.write(f"Le journal est intact : {bilan}.")

    def _expliquer(self, options: dict[str, Any]) -> None:
        ruptures = verifier().ruptures
        if ruptures:
            cloture.expliquer(ruptures, f"commande:{compte_du_systeme()}", options["motif"], timezone.now())
        self.stdout.write(
            "\n".join((*ruptures, f"{pluriel(len(ruptures), 'rupture expliquée', 'ruptures expliquées')}."))
        )

    def _sceller(self, options: dict[str, Any]) -> None:
        poses = cloture.sceller(timezone.now())
        for sceau in poses:
            self.stdout.write(
                f"{jour(sceau.jour)} : {pluriel(sceau.nombre, 'consultation')}, empreinte {sceau.racine.hex()}."
            )
        if not poses:
            self.stdout.write("Tous les jours finis sont scellés.")

    def _exporter(self, options: dict[str, Any]) -> None:
        filtres = FiltresJournal(
            siret_administration=options["administration"],
            **{nom: options[nom] for nom in ("agent", "siren", "source", "finalite", "surface", "debut", "fin")},
        )
        qui = f"commande:{compte_du_systeme()}"
        with refus_dit():
            blocs = lectures.exporter(qui, options["motif"], filtres, timezone.now())
        empreinte = _ecrire(options["sortie"], blocs)
        log.info("journal_exporte", par=qui, filtres=sorted(filtres.dits()), empreinte=empreinte)
        self.stdout.write(f"{options['sortie']} : empreinte SHA-256 {empreinte}.")


def _ecrire(chemin: Path, blocs: Iterable[bytes]) -> str:
    """Write a file atomically, readable by its owner only; return its SHA-256."""
    somme = hashlib.sha256()
    try:
        descripteur, brouillon = tempfile.mkstemp(dir=chemin.absolute().parent, prefix=f".{chemin.name}.")
    except OSError as erreur:
        raise CommandError(f"« {chemin} » ne peut pas être écrit ({erreur.strerror}).") from erreur
    try:
        with os.fdopen(descripteur, "wb") as sortie:
            for bloc in blocs:
                sortie.write(bloc)
                somme.update(bloc)
        Path(brouillon).replace(chemin)
    finally:
        Path(brouillon).unlink(missing_ok=True)
    return somme.hexdigest()
