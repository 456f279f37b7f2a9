"""Economic change: redundancy procedures by case and by establishment, short-time work."""

from collections.abc import Iterator
from datetime import date

from fce.demo import personnages as p
from fce.demo.jeux.difficultes import Difficultes, Rupture
from fce.demo.jeux.effectifs import Emploi
from fce.demo.jeux.fichiers import Faits, faits_de

GROUPES = {p.GROUPE.siren: "GROUPE VALSDORAC", p.HOMONYME.siren: "GROUPE VAUGLOLAC"}


def rupco_procedures(emploi: Emploi) -> Iterator[Faits]:
    """One row per case; head count from the DSN of the registration month, or the latest before."""
    for siren, ruptures in emploi.difficultes.ruptures.items():
        for rupture in ruptures:
            effectif = emploi.total(emploi.monde.unites[siren], _mois_connu(emploi, rupture)) or None
            groupe = GROUPES.get(siren)
            yield faits_de(rupture, "suppressions") | {
                "effectif_entreprise": effectif,
                "effectif_groupe": effectif + 400 if groupe and effectif else None,
                "nom_groupe": groupe,
            }


def rupco_etablissements(emploi: Emploi) -> Iterator[Faits]:
    """One row per case and establishment; the final number is empty while pending."""
    for siren, ruptures in emploi.difficultes.ruptures.items():
        par_siret = {e.siret: e for e in emploi.monde.unites[siren].etablissements}
        for rupture in ruptures:
            for suppression in rupture.suppressions:
                mois = max(emploi.mois[0], _mois_connu(emploi, rupture))
                yield faits_de(rupture, "suppressions", "etat") | {
                    "siren_entreprise": siren,
                    "siren_etablissement": siren,
                    "siret": suppression.siret,
                    "effectif": emploi.totaux(par_siret[suppression.siret]).get(mois),
                    "ruptures_debut": suppression.debut,
                    "ruptures_fin": suppression.fin,
                }


def _mois_connu(emploi: Emploi, rupture: Rupture) -> date:
    """Month of the registration, or the latest of the DSN if earlier."""
    return min(emploi.monde.calendrier.dernier_mois, rupture.date_enregistrement.replace(day=1))


def activite_partielle(difficultes: Difficultes) -> Iterator[Faits]:
    """One row per decision; an amendment repeats the hours of its convention."""
    for convention in (c for siennes in difficultes.conventions.values() for c in siennes):
        for decision in convention.decisions:
            initiale = {"da_init": not decision.avenant}
            yield faits_de(convention, "decisions") | faits_de(decision) | initiale
