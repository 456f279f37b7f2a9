"""``fce export signaux-faibles``: lists for other services, run by an operator and logged."""

import argparse
import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import structlog
from django.core.management.base import CommandError

from fce.donnees.entreprises import signaux_faibles
from fce.donnees.imports import services
from fce.socle.texte.formats import pluriel
from fce.socle.travaux.commandes import Commande
from fce.socle.travaux.systeme import compte_du_systeme

LISTES = {"signaux-faibles": "établissements contrôlés, un SIRET par ligne (données réservées)"}
log = structlog.get_logger("fce.export")


class Command(Commande):
    help = "Écrit une liste destinée à un autre service. Données réservées : à remettre au seul destinataire prévu."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        aide = " ; ".join(f"{nom} : {sens}" for nom, sens in LISTES.items())
        parser.add_argument("liste", metavar="LISTE", choices=LISTES, help=aide)
        parser.add_argument("--sortie", type=Path, metavar="FICHIER", help="fichier à écrire ; sortie standard sinon")

    def handle(self, *args: Any, **options: Any) -> None:
        services.retablir_les_vues()
        if absentes := signaux_faibles.absentes():
            self.stderr.write(f"Liste incomplète, sources jamais importées : {', '.join(absentes)}.")
        somme, lignes = hashlib.sha256(), 0
        with _destination(options["sortie"], self.stdout) as sortie:
            for ligne in ("siret", *signaux_faibles.sirets()):
                texte = f"{ligne}\n"
                sortie.write(texte)
                somme.update(texte.encode())
                lignes += 1
        # Log the fingerprint of the export, to identify it later, and no number.
        log.info(
            "export",
            liste=options["liste"],
            par=compte_du_systeme(),
            lignes=lignes - 1,
            empreinte=somme.hexdigest(),
            fichier=options["sortie"].name if options["sortie"] else None,
            absentes=absentes,
        )
        if options["sortie"]:
            self.stdout.write(f"{pluriel(lignes - 1, 'établissement')} : {options['sortie']}")


@contextlib.contextmanager
def _destination(chemin: Path | None, standard: Any) -> Iterator[IO[str]]:
    """Write the whole file or nothing, readable by its owner only."""
    if chemin is None:
        yield standard
        return
    try:
        descripteur, brouillon = tempfile.mkstemp(dir=chemin.absolute().parent, prefix=f".{chemin.name}.")
    except OSError as erreur:
        raise CommandError(f"« {chemin} » ne peut pas être écrit ({erreur.strerror}).") from erreur
    try:
        with os.fdopen(descripteur, "w", encoding="utf-8", newline="") as sortie:
            yield sortie
        Path(brouillon).replace(chemin)
    finally:
        Path(brouillon).unlink(missing_ok=True)
