"""One row per active office of a company: a person (name, first names), or a company (name, SIREN).

Never read: the day of birth (year and month only), the place of birth, the home address, the marital status.
"""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.inpi.formalites import (
    Json,
    diffusible,
    formalites,
    jour,
    objet,
    objets,
    personne,
    siren,
    texte,
)
from fce.sources.catalogue.inpi.roles import ROLES
from fce.sources.catalogue.outils import siren_ou_rien
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.lot import Illisible

ENTREPRENEUR = "101"


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Rows in the order of the file; a company without any office known gives none."""
    numero = 0
    for formalite in formalites(chemin):
        mise_a_jour = jour(formalite.get("updatedAt"))
        for rang, mandat in enumerate(_mandats(formalite), 1):
            numero += 1
            yield numero, {"siren": siren(formalite), "rang": str(rang), "updatedAt": mise_a_jour, **mandat}


def _mandats(formalite: Json) -> Iterator[dict[str, str | None]]:
    inscrit = personne(formalite)
    entrepreneur = objet(inscrit, "identite", "entrepreneur", "descriptionPersonne")
    if entrepreneur and diffusible(formalite):
        yield _physique(ENTREPRENEUR, entrepreneur)
    for pouvoir in objets(objet(inscrit, "composition"), "pouvoirs"):
        if pouvoir.get("actif") is False:
            continue
        role = texte(pouvoir.get("roleEntreprise"))
        if pouvoir.get("actif") not in (None, True):
            role = Illisible(str(pouvoir["actif"]), "on ne sait si ce mandat est en cours")
        if individu := objet(pouvoir, "individu", "descriptionPersonne"):
            # A natural person in partial diffusion is never named, wherever the register repeats the name.
            if diffusible(formalite) or objet(objet(formalite, "formality"), "content", "personneMorale"):
                yield _physique(role or texte(individu.get("role")), individu)
        elif societe := objet(pouvoir, "entreprise"):
            yield _morale(role or texte(societe.get("roleEntreprise")), societe)


def _physique(role: str | None, description: Json) -> dict[str, str | None]:
    naissance = jour(description.get("dateDeNaissance"))
    return {
        "type": "personne physique",
        "role": role,
        "qualite": ROLES.get(role or "", role),
        "nom": texte(description.get("nom")),
        "nomUsage": texte(description.get("nomUsage")),
        "prenoms": texte(description.get("prenoms")),
        "dateDeNaissance": naissance[:7] if naissance else None,
        "nationalite": texte(description.get("nationalite")),
        "denomination": None,
        "sirenDirigeant": None,
    }


def _morale(role: str | None, societe: Json) -> dict[str, str | None]:
    return {
        "type": "personne morale",
        "role": role,
        "qualite": ROLES.get(role or "", role),
        "nom": None,
        "nomUsage": None,
        "prenoms": None,
        "dateDeNaissance": None,
        "nationalite": texte(societe.get("pays")),
        "denomination": texte(societe.get("denomination")),
        "sirenDirigeant": siren_ou_rien(texte(societe.get("siren"))),
    }
