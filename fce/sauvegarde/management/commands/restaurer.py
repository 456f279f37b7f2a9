"""``fce restaurer``: put a backup back into an empty place, review what it holds, open it."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from fce.sauvegarde import archives, chiffrement, restauration, services, verification
from fce.sauvegarde.restauration import Restauree
from fce.socle.base.restauration import EtatRestaure
from fce.socle.texte.formats import instant, nombre, pluriel

_DITS = {
    EtatRestaure.EN_COURS: "interrompue : cette base n’est pas entière",
    EtatRestaure.FERMEE: "fermée à tous",
    EtatRestaure.PUBLIQUE: "ouverte pour ses données ouvertes ; les données réservées sont fermées",
    EtatRestaure.OUVERTE: "ouverte à tous",
}


class Command(BaseCommand):
    help = "Restaure une sauvegarde dans une base vide, qui reste fermée jusqu’à ce qu’on l’ouvre."
    # The database is empty: no check may read it.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("sauvegarde", nargs="?", metavar="SAUVEGARDE", help="dossier, nom, ou « derniere »")
        parser.add_argument("--identite", type=Path, metavar="FICHIER", help="clé privée, faite par age-keygen")
        parser.add_argument("--cles", action="store_true", help="montrer seulement les clés du service sauvegardé")
        parser.add_argument("--etat", action="store_true", help="dire ce qui a été restauré, et ce qui reste à faire")
        parser.add_argument("--retraits", action="store_true", help="rejouer la liste des retraits, une fois retrouvée")
        parser.add_argument("--courriels", action="store_true", help="montrer ce qui attendait de partir")
        parser.add_argument(
            "--jeter", action="append", default=[], metavar="GENRE", help="oublier ce qui attend de ce genre"
        )
        parser.add_argument("--garder", action="store_true", help="laisser partir ce qui attend encore")
        parser.add_argument("--ouvrir", action="store_true", help="ouvrir le service restauré")

    def handle(self, *args: Any, **options: Any) -> None:
        for genre in options["jeter"]:
            self.stdout.write(f"{genre} : {pluriel(restauration.jeter(genre), 'oublié')}.")
        if options["garder"]:
            restauration.garder()
        if options["courriels"] or options["jeter"] or options["garder"]:
            self._attentes()
        elif options["ouvrir"]:
            self._dire(restauration.ouvrir())
        elif options["etat"]:
            lue = restauration.lire()
            self.stdout.write("Cette base n’a pas été restaurée.") if lue is None else self._dire(lue)
        elif options["sauvegarde"]:
            self._restaurer(services.choisir(options["sauvegarde"]), options)
        else:
            raise CommandError("Dites quelle sauvegarde restaurer, ou --etat, --courriels, --ouvrir.", returncode=2)

    def _restaurer(self, dossier: Path, options: dict[str, Any]) -> None:
        if options["identite"] is None:
            raise CommandError("Donnez la clé privée : --identite FICHIER.", returncode=2)
        self.stderr.write(f"… {dossier.name}, base de {services.mebioctets(services.taille(dossier))}")
        cle = chiffrement.identite(options["identite"])
        if options["cles"]:
            actuelle, *anciennes = archives.lire_les_cles(dossier / archives.CLES, cle)
            # A file of a setting is never empty: the key itself retires nothing.
            self.stdout.write(f"FCE_SECRET_KEY={actuelle}\nFCE_SECRET_KEY_ANCIENNES={' '.join(anciennes) or actuelle}")
        elif options["retraits"]:
            self._dire(restauration.rejouer_les_retraits(cle, verification.verifier(dossier)))
        else:
            self._dire(restauration.restaurer(dossier, cle, lambda etape: self.stderr.write(f"… {etape}")))

    def _dire(self, lue: Restauree) -> None:
        self.stdout.write(f"Base restaurée de {lue.nom} le {instant(lue.quand)} : {_DITS[lue.etat]}.")
        for phrase in lue.recit:
            self.stdout.write(f"- {phrase}")
        if lue.etat is EtatRestaure.FERMEE:
            self.stdout.write(
                "Ensuite : « fce restaurer --courriels », « fce restaurer --ouvrir », puis « fce index »."
            )
        elif lue.etat is EtatRestaure.PUBLIQUE:
            self.stdout.write("Ensuite : « fce restaurer SAUVEGARDE --retraits » quand la liste est retrouvée.")

    def _attentes(self) -> None:
        attentes = restauration.en_attente()
        for x in attentes:
            ages = [f"{(timezone.now() - quand).days} jours" for quand in (x.du, x.au) if quand]
            self.stdout.write(
                f"{x.genre} : {nombre(x.combien)} en attente ({' à '.join(dict.fromkeys(ages)) or 'âge inconnu'})."
            )
        if not attentes:
            self.stdout.write("Rien n’attend de partir.")
