"""One row per registered company: identity, capital and dates of the formality."""

from calendar import isleap
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from fce.sources.catalogue.inpi.formalites import formalites, jour, objet, personne, siren, texte
from fce.sources.declaration import LigneBrute


def lire(chemin: Path) -> Iterator[LigneBrute]:
    for rang, formalite in enumerate(formalites(chemin), 1):
        contenu = objet(formalite, "formality", "content")
        inscrit = personne(formalite)
        entreprise, description = objet(inscrit, "identite", "entreprise"), objet(inscrit, "identite", "description")
        naissance, cessation = objet(contenu, "natureCreation"), objet(inscrit, "detailCessationEntreprise")
        creation = jour(naissance.get("dateCreation"))
        yield (
            rang,
            {
                "siren": siren(formalite),
                "updatedAt": (texte(formalite.get("updatedAt")) or "")[:19] or None,
                "denomination": texte(entreprise.get("denomination")),
                "nomCommercial": texte(entreprise.get("nomCommercial")),
                "formeJuridique": texte(naissance.get("formeJuridique") or entreprise.get("formeJuridique")),
                "formeExerciceActivitePrincipale": texte(contenu.get("formeExerciceActivitePrincipale")),
                "dateImmatriculation": creation or jour(entreprise.get("dateImmat")),
                "dateDebutActiv": jour(entreprise.get("dateDebutActiv")),
                "dateFinExistence": jour(description.get("dateFinExistence"))
                or fin_existence(creation, texte(description.get("duree"))),
                "dateClotureExerciceSocial": cloture(texte(description.get("dateClotureExerciceSocial"))),
                "duree": texte(description.get("duree")),
                "montantCapital": texte(description.get("montantCapital")),
                "deviseCapital": texte(description.get("deviseCapital")),
                "capitalVariable": texte(description.get("capitalVariable")),
                "indicateurAssocieUnique": texte(description.get("indicateurAssocieUnique")),
                "ess": texte(description.get("ess")),
                "objet": texte(description.get("objet")),
                "dateRadiation": jour(cessation.get("dateRadiation")),
                "dateCessation": jour(cessation.get("dateCessationTotaleActivite") or cessation.get("dateEffet")),
            },
        )


def fin_existence(creation: str | None, duree: str | None) -> str | None:
    """End of a company: creation plus its duration in years, minus one day (INPI's rule when it gives no date)."""
    try:
        debut = date.fromisoformat(creation or "")
        annee = debut.year + int(duree or "")
        # In a year without 29 February, the anniversary is 1 March.
        bissextile = (debut.month, debut.day) == (2, 29) and not isleap(annee)
        anniversaire = date(annee, 3, 1) if bissextile else debut.replace(year=annee)
        return str(anniversaire - timedelta(days=1))
    except (ValueError, OverflowError):
        return None


def cloture(jour_mois: str | None) -> str | None:
    """ "3112" → "31/12\""""
    return (
        f"{jour_mois[:2]}/{jour_mois[2:]}" if jour_mois and len(jour_mois) == 4 and jour_mois.isdigit() else jour_mois
    )
