"""Reads of the home page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

import structlog
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.contenu import EntrepriseVue
from fce.donnees.imports.models import VersionEnPlace
from fce.droits.comptes.models import Compte
from fce.droits.habilitations import matrice
from fce.droits.habilitations.acteurs import FRANCE, Acteur
from fce.droits.habilitations.dossiers import departements
from fce.droits.habilitations.finalites import Finalite
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import avec_ses_habilitations
from fce.echanges.a_faire import finalites_a_choisir, preciser
from fce.ensembles.territoires import liens, lieux
from fce.ensembles.territoires.exceptions import ExceptionsDuTerritoire, exceptions_du_territoire
from fce.fiche.lecture.consignation import sans_journal
from fce.recherche.question import strategie
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors as recherche
from fce.socle.erreurs import IndexIndisponible, SourceIndisponible
from fce.socle.texte.formats import au
from fce.socle.web.offres import Tache, taches
from fce.sources import registre

log = structlog.get_logger("fce.service.portail")
TACHES_MONTREES: Final = 6
_SIRENE: Final = {
    "sirene-unites-legales": "entreprises (unités légales)",
    "sirene-etablissements": "établissements",
}
_EXEMPLES: Final[tuple[tuple[str, Mapping[str, object]], ...]] = (
    ("Index égalité, accords et marchés publics", {"egapro": "oui", "accords": "oui", "marches_publics": "oui"}),
    ("Site Seveso, avec ses inspections", {"seveso": ["Seveso seuil haut", "Seveso seuil bas"]}),
    ("Aides publiques et contrôles sanitaires", {"aides": ["ademe", "minimis"], "controle-sanitaire": "oui"}),
)
"""What several registers say of one company, and the filters that find it."""


class Chiffre(NamedTuple):
    """A figure, its label, the date of its file (``au``)."""

    valeur: int
    libelle: str
    au: str


class Exemple(NamedTuple):
    """An example company and what its sheet brings together."""

    genre: str
    entreprise: EntrepriseVue


class Institution(NamedTuple):
    """A producer and the titles of its data sets in place."""

    nom: str
    sigle: str
    titres: tuple[str, ...]


class CarteDeTerritoire(NamedTuple):
    """The territory of the reader. ``lieux``: [(name, address)…] of its parts, empty for the whole country;
    ``exceptions``: of its only part, None when it has several or cannot be read (``en_panne``)."""

    nom: str
    lieux: tuple[tuple[str, str], ...]
    exceptions: ExceptionsDuTerritoire | None = None
    en_panne: bool = False


class AFaire(NamedTuple):
    """Tasks of the reader, late ones first; ``taches`` is None when they could not be read. ``finalites``: purposes
    that would open what they are about."""

    taches: tuple[Tache, ...] | None
    aujourd_hui: date
    finalites: tuple[Finalite, ...] = ()

    @property
    def retards(self) -> int:
        return sum(t.en_retard(self.aujourd_hui) for t in self.taches or ())

    @property
    def lignes(self) -> list[tuple[Tache, bool]]:
        """[(task, whether it is late)…]."""
        return [(t, t.en_retard(self.aujourd_hui)) for t in self.taches or ()]

    @property
    def montrees(self) -> list[tuple[Tache, bool]]:
        return self.lignes[:TACHES_MONTREES]

    @property
    def autres(self) -> list[tuple[Tache, bool]]:
        """Folded, and neutral: what a page does not show at once is not read."""
        return self.lignes[TACHES_MONTREES:]


def dans_la_base(versions: Mapping[str, VersionEnPlace]) -> list[Chiffre]:
    """Count companies and establishments in the files in place."""
    return [
        Chiffre(version.en_place.total, libelle, au(version.en_place.date_metier, version.depuis))
        for nom, libelle in _SIRENE.items()
        if (version := versions.get(nom)) is not None
    ]


def institutions(versions: Mapping[str, VersionEnPlace]) -> list[Institution]:
    """Return the producers of the data in place, by name."""
    par_producteur: dict[tuple[str, str], list[str]] = {}
    for source in registre.toutes():
        if source.nom in versions:
            producteur = source.producteur
            par_producteur.setdefault((producteur.nom, producteur.sigle), []).append(source.titre)
    return [Institution(nom, sigle, tuple(titres)) for (nom, sigle), titres in sorted(par_producteur.items())]


def exemples() -> list[Exemple]:
    """Return up to three example companies, of what no other public site brings together; fewer without an index."""
    try:
        version = recherche.moteur().manifeste()
        choisis = _exemples(version.version) if version else ()
    except IndexIndisponible:
        choisis = ()
    vues = entreprises.entreprises(siren for siren, _ in choisis)
    return [Exemple(genre, vues[siren]) for siren, genre in choisis if siren in vues and not vues[siren].masque]


@lru_cache(maxsize=2)
def _exemples(version: str) -> tuple[tuple[str, str], ...]:
    """[(SIREN, what it shows)…], the best known of each, computed once per index version."""
    trouves: dict[str, str] = {}
    for genre, filtres in _EXEMPLES:
        hits = strategie.interroger(recherche.moteur(), Requete.depuis({**filtres, "taille": "3"})).reponse.hits
        trouves |= {hit.siren: genre for hit in [h for h in hits if h.siren not in trouves][:1]}
    return tuple(trouves.items())


def territoire_de(lecteur: LecteurDeDonnees) -> CarteDeTerritoire:
    """The territory of the reader's habilitations, else the département of his administration, with what is out of the
    ordinary in it, journalled first; only its open part when the journal fails."""
    departs = _departements(lecteur.acteur)
    nom, siens = departements.en_clair(departs or (FRANCE,)), liens.siens(departs)
    trouves = [lieux.trouver(genre, code, lecteur) for genre, code in siens]
    adresses = tuple((trouve.nom, trouve.adresse) for trouve in trouves)
    if len(trouves) != 1:
        return CarteDeTerritoire(nom, adresses)
    try:
        vues = sans_journal(lambda qui: exceptions_du_territoire(qui, trouves[0]), lecteur, partie_ouverte=True)
    except (DatabaseError, InterfaceError, SourceIndisponible) as erreur:
        log.error("territoire_illisible", erreur=type(erreur).__name__)
        return CarteDeTerritoire(nom, adresses, en_panne=True)
    return CarteDeTerritoire(nom, adresses, vues)


def _departements(acteur: Acteur) -> tuple[str, ...]:
    siens = matrice.territoire(acteur, timezone.now())
    if siens or not acteur.siret_administration:
        return tuple(sorted(siens - {FRANCE})) if FRANCE not in siens else ()
    siege = entreprises.etablissements([acteur.siret_administration])
    departement = next((e.adresse.departement for e in siege.values()), None)
    return (departement.code,) if departement else ()


def a_faire_de(compte: Compte, lecteur: LecteurDeDonnees) -> AFaire:
    """Return an account's tasks in all the rooms; the first ones say what they are about to who may read it,
    journalled first."""
    aujourd_hui = lecteur.aujourd_hui
    try:
        toutes = taches(avec_ses_habilitations(compte, lecteur.acteur), aujourd_hui)
        montrees = preciser(lecteur, toutes[:TACHES_MONTREES])
        finalites = finalites_a_choisir(lecteur, montrees)
    except (DatabaseError, InterfaceError) as erreur:
        log.error("a_faire_illisible", erreur=type(erreur).__name__)
        return AFaire(None, aujourd_hui)
    return AFaire((*montrees, *toutes[TACHES_MONTREES:]), aujourd_hui, finalites)
