"""Reads of the home page. The figures of a territory come from the index, thus from open data only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import structlog
from django.db import DatabaseError, InterfaceError
from django.urls import reverse
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
from fce.echanges.a_faire import finalites_a_choisir, preciser
from fce.recherche.question import strategie
from fce.recherche.question.requete import VALEURS_MAX, Requete
from fce.recherche.reponse import selectors as recherche
from fce.referentiels import effectifs
from fce.socle.erreurs import IndexIndisponible
from fce.socle.texte import paris
from fce.socle.texte.formats import au, mot
from fce.socle.web.offres import Tache, taches
from fce.sources import registre

log = structlog.get_logger("fce.service.portail")
TACHES_MONTREES: Final = 12
_SIRENE: Final = {
    "sirene-unites-legales": "entreprises (unités légales)",
    "sirene-etablissements": "établissements",
}
_CINQUANTE: Final = "21"  # 50 to 99 employees
_EXEMPLES: Final[tuple[tuple[str, Mapping[str, object]], ...]] = (
    ("Index égalité, accords et marchés publics", {"egapro": "oui", "accords": "oui", "marches_publics": "oui"}),
    ("Site Seveso, avec ses inspections", {"seveso": ["Seveso seuil haut", "Seveso seuil bas"]}),
    ("Aides publiques et contrôles sanitaires", {"aides": ["ademe", "minimis"], "controle-sanitaire": "oui"}),
)
"""What several registers say of one company, and the filters that find it."""


@dataclass(frozen=True, slots=True)
class Chiffre:
    """A figure, its label, the date of its file (``au``), the page that lists what it counts."""

    valeur: int
    libelle: str
    au: str = ""
    adresse: str = ""


@dataclass(frozen=True, slots=True)
class Exemple:
    """An example company and what its sheet brings together."""

    genre: str
    entreprise: EntrepriseVue


@dataclass(frozen=True, slots=True)
class Institution:
    """A producer and the titles of its data sets in place."""

    nom: str
    sigle: str
    titres: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TerritoireChiffre:
    """Figures of a territory. ``chiffres``: None when the index is unavailable. ``departements``: empty for the whole
    country."""

    nom: str
    departements: tuple[str, ...]
    chiffres: tuple[Chiffre, ...] | None
    au: str


@dataclass(frozen=True, slots=True)
class AFaire:
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


def territoire_de(acteur: Acteur, versions: Mapping[str, VersionEnPlace]) -> TerritoireChiffre:
    """Return the figures of the reader's territory: that of his habilitations, else the département of his
    administration."""
    lieux = _departements(acteur)
    sirene = versions.get("sirene-etablissements")
    try:
        chiffres = tuple(_compter(lieux))
    except IndexIndisponible:
        chiffres = None
    return TerritoireChiffre(
        departements.en_clair(lieux or (FRANCE,)),
        lieux,
        chiffres,
        au(sirene.en_place.date_metier, sirene.depuis) if sirene else "",
    )


def _departements(acteur: Acteur) -> tuple[str, ...]:
    lieux = matrice.territoire(acteur, timezone.now())
    if lieux and FRANCE not in lieux and len(lieux) <= VALEURS_MAX:
        return tuple(sorted(lieux))
    siege = entreprises.etablissements([acteur.siret_administration]) if acteur.siret_administration else {}
    departement = next((e.adresse.departement for e in siege.values()), None)
    return (departement.code,) if departement and not lieux else ()


def _compter(lieux: Sequence[str]) -> list[Chiffre]:
    grands = [t.code for t in effectifs.liste() if effectifs.rang(t.code) >= effectifs.rang(_CINQUANTE)]
    demandes: tuple[tuple[str, str, Mapping[str, object]], ...] = (
        ("établissement ouvert", "établissements ouverts", {"vue": "etablissements"}),
        (
            "établissement de 50 salariés et plus",
            "établissements de 50 salariés et plus",
            {"vue": "etablissements", "tranche_effectif": grands},
        ),
        ("entreprise en procédure collective", "entreprises en procédure collective", {"procedure_collective": "oui"}),
        (
            "entreprise créée cette année",
            "entreprises créées cette année",
            {"creation_min": f"{paris.aujourd_hui().year}-01-01"},
        ),
    )
    chiffres = []
    for singulier, plusieurs, filtres in demandes:
        requete = Requete.depuis({**filtres, "departement": list(lieux), "taille": "1"})
        if requete.vide:  # the whole country without a filter: already counted from the files
            continue
        total = strategie.interroger(recherche.moteur(), requete).reponse.total
        adresse = f"{reverse('recherche:resultats')}?{requete.query_string(taille=None)}"
        chiffres.append(Chiffre(total, mot(total, singulier, plusieurs), adresse=adresse))
    return chiffres


def a_faire_de(compte: Compte, lecteur: LecteurDeDonnees) -> AFaire:
    """Return an account's tasks in all the rooms; the first ones say what they are about to who may read it,
    journalled first."""
    aujourd_hui = lecteur.aujourd_hui
    try:
        toutes = taches(compte, aujourd_hui)
        montrees = preciser(lecteur, toutes[:TACHES_MONTREES])
        finalites = finalites_a_choisir(lecteur, montrees)
    except (DatabaseError, InterfaceError) as erreur:
        log.error("a_faire_illisible", erreur=type(erreur).__name__)
        return AFaire(None, aujourd_hui)
    return AFaire((*montrees, *toutes[TACHES_MONTREES:]), aujourd_hui, finalites)
