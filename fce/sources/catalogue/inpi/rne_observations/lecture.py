"""One row per registrar's observation, and per entry made by a chamber on its own initiative."""

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
from fce.sources.declaration import LigneBrute


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Rows in file order, without the text about a person in diffusion partielle, which quotes the name."""
    numero = 0
    for formalite in formalites(chemin):
        for rang, observation in enumerate(_observations(formalite), 1):
            numero += 1
            if not diffusible(objet(formalite, "formality").get("diffusionINSEE")):
                observation["texte"] = None
            yield numero, {"siren": siren(formalite), "rang": str(rang), **observation}


def _observations(formalite: Json) -> Iterator[dict[str, str | None]]:
    observations = objet(personne(formalite), "observations")
    for registre in sorted(observations):
        for observation in objets(observations, registre):
            if (texte(observation.get("etatObs")) or "").lower().startswith("suppr"):
                continue
            yield {
                "registre": registre.upper(),
                "numero": texte(observation.get("numObservation")),
                "date": jour(observation.get("dateAjout")),
                "texte": texte(observation.get("texte")),
            }
    for inscription in objets(objet(formalite, "formality", "content"), "inscriptionsOffices"):
        yield {
            "registre": texte(inscription.get("partnerCenter")),
            "numero": None,
            "date": jour(inscription.get("dateEffet")),
            "texte": texte(inscription.get("observationComplementaire")),
        }
