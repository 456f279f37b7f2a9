"""``fce sauvegarde``: make a backup, list those that are kept, or prove one."""

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from fce.sauvegarde import chiffrement, manifeste, services, verification
from fce.sauvegarde.erreurs import RestaurationRefusee
from fce.sauvegarde.services import mebioctets
from fce.socle.texte.formats import instant, nombre, pluriel


class Command(BaseCommand):
    help = "Copie base, pièces jointes, dépôts et clés, chiffrés, dans FCE_SAUVEGARDES."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--liste", action="store_true", help="montrer les sauvegardes gardées")
        parser.add_argument(
            "--verifier", metavar="SAUVEGARDE", help="éprouver une sauvegarde (« derniere » : la plus récente)"
        )
        parser.add_argument(
            "--identite", type=Path, metavar="FICHIER", help="avec --verifier : clé privée ; restaure à part et compare"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["liste"]:
            self._lister()
        elif options["verifier"]:
            self._verifier(services.choisir(options["verifier"]), options["identite"])
        else:
            place, faite = services.sauvegarder(timezone.now())
            self.stdout.write(
                f"Sauvegarde faite : {place} ({mebioctets(faite.octets)}, {nombre(faite.duree_s)} s ; "
                f"{pluriel(faite.pieces, 'pièce jointe', 'pièces jointes')}, "
                f"{pluriel(faite.depots, 'fichier déposé', 'fichiers déposés')})."
            )

    def _lister(self) -> None:
        for place in services.lister():
            try:
                lu = manifeste.lire(place)
            except RestaurationRefusee as erreur:
                self.stdout.write(f"{place.name} : {erreur.message}")
                continue
            quand = instant(datetime.fromisoformat(lu.prise_le))
            self.stdout.write(
                f"{place.name} : {quand}, {mebioctets(lu.octets)}, FCE {lu.version}, PostgreSQL {lu.postgresql}."
            )
        for place in services.fermees():
            self.stdout.write(services.dire_fermee(place))

    def _verifier(self, place: Path, identite: Path | None) -> None:
        if identite is None:
            lu = verification.verifier(place)
            self.stdout.write(
                f"{place.name} : entière et scellée ({mebioctets(lu.octets)}). Rien n’a été restauré : ajoutez "
                "--identite pour comparer chaque table."
            )
            return
        preuve = verification.eprouver(place, chiffrement.identite(identite))
        for ecart in preuve.ecarts:
            self.stdout.write(f"ÉCART {ecart}")
        self.stdout.write(
            f"{place.name} : {pluriel(preuve.tables, 'table restaurée', 'tables restaurées')} à part, "
            f"{pluriel(preuve.lignes, 'ligne')}, {pluriel(len(preuve.ecarts), 'écart')}."
        )
        if preuve.ecarts:
            sys.exit(1)
