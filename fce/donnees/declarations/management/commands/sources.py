"""``fce sources``: list the sources and their versions, restore the previous version of one, declare or export one."""

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from fce.donnees.declarations import services as declarations, sortie
from fce.donnees.imports import services
from fce.donnees.imports.chargement.ensemble import dernier_pas, membres
from fce.donnees.imports.directes import etat as directe
from fce.donnees.imports.models import Import
from fce.donnees.imports.selectors import EtatDeSource, SourceSuivie, etat_des_sources
from fce.droits.comptes.models import Compte
from fce.socle.erreurs import Introuvable
from fce.socle.texte.formats import au, jour, nombre, pluriel
from fce.socle.travaux.commandes import Commande, refus_dit
from fce.sources import registre
from fce.sources.modes import ParPeriode


class Command(Commande):
    help = "Liste les sources et leurs versions en place, ou rétablit la version précédente de l'une d'elles."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="sortie lisible par un programme")
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        retour = actions.add_parser("rollback", help="rétablit la version précédente, ou revient sur ce retour")
        retour.add_argument("source", metavar="SOURCE")
        declarer = actions.add_parser("declarer", help="écrit le brouillon d'une source déclarée en JSON")
        declarer.add_argument("fichier", type=Path)
        declarer.add_argument("--par", required=True, help="courriel du compte qui la déclare")
        exporter = actions.add_parser("exporter", help="écrit la déclaration d'une source, en JSON ou en source.py")
        exporter.add_argument("source", metavar="SOURCE")
        exporter.add_argument("--python", action="store_true", help="en source.py")

    def handle(self, *args: Any, **options: Any) -> None:
        services.retablir_les_vues()
        if options["action"] == "declarer":
            self._declarer(options["fichier"], options["par"])
        elif options["action"] == "exporter":
            with refus_dit(1):
                source = registre.source(options["source"])
                dit = (
                    sortie.en_source_py(source)
                    if options["python"]
                    else json.dumps(sortie.en_json(source), ensure_ascii=False, indent=1)
                )
            self.stdout.write(dit)
        elif options["action"] == "rollback":
            self._revenir(options["source"])
        elif options["json"]:
            self.stdout.write(json.dumps([_en_json(etat) for etat in etat_des_sources()], ensure_ascii=False, indent=1))
        else:
            self._lister()

    def _declarer(self, fichier: Path, par: str) -> None:
        with refus_dit(1):
            if (auteur := Compte.objects.filter(courriel=par).first()) is None:
                raise Introuvable(f"Aucun compte n'a le courriel « {par} ».")
            brouillon = declarations.declarer(fichier.read_bytes(), auteur)
        self.stdout.write(f"{brouillon.nom} : version {brouillon.version} à signer par deux personnes de l'équipe.")

    def _revenir(self, nom: str) -> None:
        with refus_dit():
            source = registre.source(nom)
        pas = dernier_pas(nom)
        autres = [importation.source for importation in membres(pas) if importation.source != nom] if pas else []
        retabli = services.revenir(source)
        date = f", données {au(retabli.date_metier, retabli.fin)}"
        if retabli.statut == Import.Statut.ANNULE:
            self.stdout.write(f"{nom} : import n° {retabli.pk} annulé ; c'était le premier, plus rien n'est en place.")
        else:
            self.stdout.write(
                f"{nom} : import n° {retabli.pk} remis en place ({pluriel(retabli.total, 'ligne')}{date})."
            )
        if autres:
            self.stdout.write(f"  avec {', '.join(autres)}, chargées du même fichier")
        for avertissement in retabli.avertissements:
            self.stdout.write(f"  attention : {avertissement}")

    def _lister(self) -> None:
        table = Table("Source", "Producteur", "Version", "Lignes", "Données au", "Âge", "État", box=None)
        table.columns[3].justify = table.columns[5].justify = "right"
        etats = etat_des_sources()
        for etat in etats:
            table.add_row(*_en_ligne(etat))
        largeur = None if self.stdout.isatty() else 160
        console = Console(file=getattr(self.stdout, "_out", None), width=largeur, highlight=False)
        console.print(table)
        for etat in etats:
            if etat.etat is EtatDeSource.EN_ECHEC and etat.refus:
                self.stdout.write(f"{etat.source.nom}, essai du {jour(etat.refus.le)} : {etat.refus.motif}")


def _en_ligne(etat: SourceSuivie) -> tuple[str, ...]:
    producteur = etat.source.producteur.sigle
    if etat.en_place is None:
        return etat.source.nom, producteur, "", "", "", "", _etat(etat)
    age = "" if etat.age is None else f"{nombre(etat.age)} j"
    return (
        etat.source.nom,
        producteur,
        f"n° {etat.en_place.pk}",
        nombre(etat.en_place.total),
        jour(etat.en_place.date_metier) or "inconnue",
        age,
        _etat(etat),
    )


def _etat(etat: SourceSuivie) -> str:
    if etat.source.direct is None:
        return etat.etat.value
    en_direct = f"directe ({directe.etat(etat.source).value})"
    return f"{etat.etat.value} ; {en_direct}" if etat.source.importable else en_direct


def _en_json(etat: SourceSuivie) -> dict[str, Any]:
    en_place, source = etat.en_place, etat.source
    return {
        "source": source.nom,
        "titre": source.titre,
        "producteur": source.producteur.nom,
        "systeme": source.systeme,
        "rubrique": source.rubrique,
        "acces": source.acces.classe,
        "groupe": source.acces.groupe,
        "frequence": source.frequence.libelle,
        "mode": type(source.mode).__name__,
        "periode": source.mode.champ if isinstance(source.mode, ParPeriode) else None,
        "cle": list(source.cle),
        "champs": len(source.champs),
        "layout_partiel": source.layout_partiel,
        "licence": source.licence,
        "base_legale": source.base_legale,
        "origine": source.origine,
        "ressource": source.ressource,
        "vue": source.relation,
        "version": en_place.pk if en_place else None,
        "precedente": etat.precedent.pk if etat.precedent else None,
        "lignes": en_place.total if en_place else None,
        "periodes": len(en_place.parties) if en_place and isinstance(source.mode, ParPeriode) else None,
        "fichiers": [fichier["nom"] for fichier in en_place.fichiers] if en_place else [],
        "date_metier": en_place.date_metier.isoformat() if en_place and en_place.date_metier else None,
        "importee_le": en_place.fin.isoformat() if en_place and en_place.fin else None,
        "age_jours": etat.age,
        "en_retard": etat.en_retard,
        "etat": etat.etat.value,
        "directe": directe.etat(source).value if source.direct else None,
        "dernier_refus": {"le": etat.refus.le.isoformat(), "motif": etat.refus.motif} if etat.refus else None,
        "verse_dans": [versement.vers for versement in source.verse_dans],
        "dernier_essai": etat.dernier.statut if etat.dernier else None,
    }
