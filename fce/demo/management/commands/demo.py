"""``fce demo``: write, import and index the invented universe. A second run only adds what is missing.

Files are dated from the first run; ``--refaire`` rewrites them as of today.
"""

import contextlib
import os
import socket
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from fce.demo import convention, datation, listes, ouverture, personnages, service, signalements, travaux, usages
from fce.demo.echanges import conte, inscrits, questions, suivis
from fce.demo.identite import serveur as identite
from fce.demo.identite.personnages import BUDGET, SERVICE
from fce.demo.jeux import directes, ecriture
from fce.demo.univers import FICHIERS
from fce.donnees.contradictions.services import compter
from fce.donnees.imports import selectors, services
from fce.donnees.imports.directes import bac_a_sable
from fce.donnees.imports.models import Import
from fce.droits.comptes.models import Compte
from fce.droits.comptes.oidc.fournisseurs import PROCONNECT
from fce.ensembles.territoires.preparation import preparer
from fce.socle.erreurs import ImportRefuse, ParametreInvalide
from fce.socle.texte import paris
from fce.socle.texte.formats import pluriel
from fce.socle.texte.identifiants import formater_siren
from fce.socle.travaux import processus_borne
from fce.socle.web.parcours import PARCOURS
from fce.sources import registre

MARQUE = "démonstration"
MINIMUM = 300
SIRENE = frozenset(FICHIERS)
"""Files dated by the stock; the others are dated by their content."""


class Command(BaseCommand):
    help = "Remplit un dossier de données vide avec l’univers de démonstration (entreprises inventées)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--entreprises", type=int, default=5000, help="nombre d’entreprises (défaut : 5000)")
        parser.add_argument(
            "--refaire",
            action="store_true",
            help="remplace la démonstration en place par une autre, datée d’aujourd’hui",
        )
        parser.add_argument("--servir", action="store_true", help="sert ensuite les pages")
        parser.add_argument("--port", type=int, default=8000, help="port d’écoute avec --servir (défaut : 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise ParametreInvalide(
                "La démonstration ne s’installe pas en production : ses entreprises sont inventées."
            )
        if options["entreprises"] < MINIMUM:
            raise ParametreInvalide(f"Une démonstration a {MINIMUM} entreprises au moins : chaque jeu y a ses lignes.")
        importees = _importees_par_d_autres()
        # The record remains when a remake was interrupted with nothing in place.
        demonstration = Import.objects.filter(source=datation.REPERE, par=MARQUE).exists()
        if importees and (importees & SIRENE or not demonstration):
            raise ParametreInvalide(
                "Ce dossier de données contient déjà de vraies données "
                f"({', '.join(sorted(importees & SIRENE or importees))}) : la démonstration n’y sera pas mêlée. "
                "Choisissez un autre FCE_DATA_DIR."
            )
        dossier = Path(settings.FCE_DATA_DIR) / "demo"
        if options["refaire"]:
            services.retirer(sorted(set(selectors.versions()) - importees))
        calendrier, exacte = datation.du_dossier(dossier)
        if avis := datation.avis(calendrier, exacte=exacte):
            self.stdout.write(avis)
        if exacte:
            datation.noter(dossier, calendrier)
        self.stdout.write(f"Écriture des fichiers de {pluriel(options['entreprises'], 'entreprise')}…")
        fichiers = ecriture.ecrire_tout(dossier, entreprises=options["entreprises"], calendrier=calendrier)
        gardees = dict.fromkeys(importees, "gardé tel que vous l’avez importé")
        if not exacte:
            ancienne = "gardé, d’une démonstration faite par une version précédente"
            gardees = dict.fromkeys(selectors.versions(), ancienne) | gardees
        with processus_borne.sur_place():
            self._importer(fichiers, gardees, calendrier.stock)
        if settings.FCE_STATISTIQUES:
            usages.ecrire_usage(calendrier)
        self.stdout.write("Index de recherche et préparation des territoires…")
        call_command("index", stdout=self.stdout)
        compter(calendrier.jour)
        preparer(calendrier.jour)
        self.stdout.write("\nÀ essayer, en cherchant le numéro ou le nom :")
        for personnage, montre in personnages.A_ESSAYER:
            self.stdout.write(f"  {formater_siren(personnage.siren)}  {personnage.nom[:34]:<34}  {montre}")
        if options["servir"]:
            with _sources_directes(directes.reponses(fichiers)), _identites(options["port"]) as comptes:
                if comptes and settings.FCE_ECHANGES:
                    neuf = conte.ecrire_recit(comptes, calendrier)
                    inscrits.ecrire_annuaire()
                    questions.ecrire_questions(comptes, refaire=neuf)
                    suivis.ecrire_suivis(comptes)
                if comptes:
                    listes.ecrire_listes(comptes)
                    signalements.ecrire_signalements(comptes)
                    service.ecrire_service(comptes)
                if comptes and settings.FCE_CONVENTION:
                    convention.ecrire_la_convention(comptes[BUDGET.cle], paris.aujourd_hui())
                with travaux.en_marche():
                    call_command("serve", port=options["port"], stdout=self.stdout)

    def _importer(self, fichiers: Mapping[str, Path], gardees: Mapping[str, str], stock: date) -> None:
        """Import each file, except those of ``gardees`` ({source: reason})."""
        # Sources outside the universe use their sample, about the same companies.
        deja = bool(selectors.versions())
        autres = {s.nom: registre.exemple(s) for s in registre.toutes() if s.importable and s.nom not in fichiers}
        # The daily file of Sirene last: for who has read a sheet before it, only what it changes is new.
        for nom, fichier in sorted({**fichiers, **autres}.items(), key=lambda x: x[0] == suivis.FLUX):
            if nom in gardees:
                self.stdout.write(f"{nom} : {gardees[nom]}.")
                continue
            date_metier = stock if nom in SIRENE else None
            try:
                resultat = services.importer(registre.source(nom), [fichier], date_metier=date_metier, par=MARQUE)
            except ImportRefuse as erreur:
                conseil = " Une démonstration plus petite remplace l’autre par --refaire." if deja else ""
                raise ImportRefuse(f"{erreur.message}{conseil}") from erreur
            lignes = f", {pluriel(resultat.chargees, 'ligne')}" if resultat.chargees else ""
            self.stdout.write(f"{nom} : {resultat.get_statut_display()}{lignes}.")


def _importees_par_d_autres() -> set[str]:
    """Sources whose file in place is not the demonstration's, hence a visitor's, to keep.

    A later merge (daily changes of Sirene) does not change whose file it is.
    """
    propres = Import.objects.filter(meneur=None, statut__in=(Import.Statut.EN_PLACE, Import.Statut.REMPLACE))
    autres = set()
    for nom, version in selectors.versions().items():
        en_place = version.en_place
        origine = en_place if en_place.meneur_id is None else propres.filter(source=nom).order_by("-pk").first()
        if origine is None or origine.par != MARQUE:
            autres.add(nom)
    return autres


@contextlib.contextmanager
def _sources_directes(reponses: Mapping[str, directes.Reponses] | None = None) -> Iterator[None]:
    """Serve a stand-in for the live sources, unless the settings name the real ones."""
    if settings.FCE_API_ENTREPRISE_URL:
        yield
        return
    with bac_a_sable.en_marche(reponses=reponses) as serveur:
        # The web processes read these settings again.
        os.environ.update(serveur.reglages(SERVICE.siret))
        yield


@contextlib.contextmanager
def _identites(port: int) -> Iterator[dict[str, Compte]]:
    """Serve a stand-in for the identity providers, unless the settings name the real ones; yield the agents' accounts
    by ``Personnage.cle``."""
    if settings.FCE_PROCONNECT_ISSUER or settings.FCE_FRANCECONNECT_ISSUER:
        yield {}
        return
    site = os.environ.setdefault("FCE_ADRESSE_PUBLIQUE", f"http://127.0.0.1:{port}")
    with identite.en_marche(_port_a_cote(port), site) as serveur:
        os.environ.update(serveur.reglages())
        # Fake numbers: the « Je donne mon avis » button shows, and leads nowhere.
        os.environ.setdefault("FCE_JDMA_DEMARCHE", "0")
        os.environ.setdefault("FCE_JDMA_BOUTONS", ",".join(f"{p}={n}" for n, p in enumerate(PARCOURS, start=1)))
        agents = serveur.emetteurs[PROCONNECT]
        yield ouverture.ouvrir(agents.adresse, lambda qui: agents.sujet(qui, identite.CLIENT_ID))


def _port_a_cote(port: int) -> int:
    """The next port if free, else any: accounts belong to the provider's address, which should be stable."""
    with socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind(("127.0.0.1", port + 1))
        except (OSError, OverflowError):
            return 0
    return port + 1
