"""A habilitation and its history in words, each code with its label. Accounts are read only for names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from fce.droits.comptes.models import Compte
from fce.droits.habilitations.dossiers import departements
from fce.droits.habilitations.dossiers.etats import DOSSIERS, EtatDossier
from fce.droits.habilitations.finalites import FINALITES, GROUPES, PROFILS, Droit, Finalite
from fce.droits.habilitations.models import Dossier, EvenementDossier
from fce.socle.texte.formats import jour
from fce.sources import registre

DROITS: Final[dict[str, str]] = {
    Droit.CONSULTER: "Consulter",
    Droit.EXPORTER: "Exporter",
    Droit.API: "Appeler l’API",
}
"""Rights that a page uses. « écrire à un service » is not displayed until one does."""
_GESTES: Final[dict[str, str]] = {
    "jeton_cree": "Jeton de l’API créé",
    "jeton_debit": "Quota d’un jeton de l’API changé",
    "jeton_revoque": "Jeton de l’API révoqué",
    "rappeler": "Rappel envoyé aux gestionnaires",
    **{nom: geste.etape for nom, geste in DOSSIERS.gestes.items()},
}
# In display order. The other fields of an event (instants, identifiers) are displayed elsewhere.
_CHAMPS: Final = {
    "etat": "État",
    "profil": "Profil",
    "groupes_de_donnees": "Données",
    "finalites": "Finalités",
    "territoire": "Territoire",
    "droits": "Droits",
    "base_legale": "Besoin et base légale",
    "convention": "Convention",
    "conditions": "Conditions",
    "adhesion_automatique": "Agents admis à leur première connexion",
    "debut": "Premier jour",
    "fin": "Dernier jour",
    "seuil": "Jours avant l’échéance",
    "echeance": "Échéance",
}
_CONNUS: Final = {"systeme": "Le service, de lui-même", "operateur": "L’exploitant du service"}


@dataclass(frozen=True, slots=True)
class Changement:
    """A field of an event, before and after, in words; ``avant`` is empty for a new one."""

    libelle: str
    avant: str
    apres: str


@dataclass(frozen=True, slots=True)
class Etape:
    """An event: when, by whom, what, why, and what it changed."""

    quand: datetime
    qui: str
    quoi: str
    motif: str
    changements: tuple[Changement, ...]


@dataclass(frozen=True, slots=True)
class HabilitationEnMots:
    donnees: tuple[tuple[str, str], ...]
    finalites: tuple[tuple[str, str], ...]
    territoire: str
    droits: str
    profil: str


def en_mots(dossier: Dossier) -> HabilitationEnMots:
    """The content of a habilitation: data with their sources, purposes with their articles of law."""
    return HabilitationEnMots(
        tuple((GROUPES.get(g, g), ", ".join(sources_du_groupe(g))) for g in dossier.groupes_de_donnees),
        tuple((f.libelle, precision(f)) for c in dossier.finalites if (f := FINALITES.get(c))),
        departements.en_clair(dossier.territoire),
        ", ".join(DROITS[d] for d in dossier.droits if d in DROITS),
        PROFILS[dossier.profil].libelle if dossier.profil in PROFILS else "",
    )


def precision(finalite: Finalite) -> str:
    """The data that a purpose opens, and its articles of law."""
    ouvre = ", ".join(libelle for code, libelle in GROUPES.items() if code in finalite.groupes)
    return f"Ouvre : {ouvre or 'rien'}. {' ; '.join(finalite.articles)}"


def sources_du_groupe(groupe: str) -> list[str]:
    """Titles of the sources that a group opens, wholly or for some fields."""
    titres = []
    for source in registre.toutes():
        acces = [source.acces, *(getattr(champ, "acces", None) for champ in source.champs.values())]
        if any(getattr(a, "groupe", None) == groupe for a in acces):
            titres.append(source.titre)
    return titres


def histoire(dossier: Dossier) -> list[Etape]:
    """Every event of a habilitation, latest first. Two queries."""
    evenements = list(dossier.evenements.order_by("-pk"))
    connus = noms(e.par for e in evenements)
    return [
        Etape(e.quand, connus[e.par], _GESTES.get(e.action, e.action), e.motif, _changements(e)) for e in evenements
    ]


def noms(identifiants: Iterable[str]) -> dict[str, str]:
    """{opaque identifier: displayed name}. One query."""
    voulus = set(identifiants)
    numeros = {int(i[1:]): i for i in voulus if i[:1] == "c" and i[1:].isdecimal() and len(i) < 20}
    comptes = Compte.objects.filter(pk__in=numeros) if numeros else ()
    trouves = {compte.identifiant: compte.nom_complet for compte in comptes}
    return {i: trouves.get(i) or _CONNUS.get(i) or f"Compte effacé ({i})" for i in voulus}


def _changements(evenement: EvenementDossier) -> tuple[Changement, ...]:
    avant, apres = evenement.avant, evenement.apres
    return tuple(
        Changement(libelle, _mot(champ, avant), _mot(champ, apres))
        for champ, libelle in _CHAMPS.items()
        if champ in apres and avant.get(champ) != apres[champ] and (avant.get(champ) or apres[champ])
    )


def _mot(champ: str, valeurs: Mapping[str, Any]) -> str:
    valeur = valeurs.get(champ)
    if valeur is None or valeur == "":
        return ""
    match champ:
        case "etat":
            return str(EtatDossier(valeur).label) if valeur in EtatDossier.values else str(valeur)
        case "territoire":
            return departements.en_clair(valeur)
        case "groupes_de_donnees":
            return ", ".join(GROUPES.get(g, g) for g in valeur)
        case "finalites":
            return ", ".join(FINALITES[f].libelle if f in FINALITES else f for f in valeur)
        case "droits":
            return ", ".join(DROITS[d] for d in valeur if d in DROITS)
        case "profil":
            return PROFILS[valeur].libelle if valeur in PROFILS else str(valeur)
        case "debut" | "fin" | "echeance":
            return jour(date.fromisoformat(valeur))
        case _:
            return {True: "oui", False: "non"}.get(valeur, str(valeur)) if isinstance(valeur, bool) else str(valeur)
