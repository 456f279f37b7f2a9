"""Economic change: redundancy procedures by case and by establishment, short-time work."""

from collections.abc import Iterator
from datetime import date

from fce.demo import personnages as p
from fce.demo.jeux.difficultes import Rupture
from fce.demo.jeux.effectifs import Emploi
from fce.demo.jeux.fichiers import Ligne
from fce.demo.jeux.monde import jour

GROUPES = {p.GROUPE.siren: "GROUPE VALSDORAC", p.HOMONYME.siren: "GROUPE VAUGLOLAC"}


def rupco_procedures(emploi: Emploi) -> Iterator[Ligne]:
    """One row per case; head count from the DSN of the registration month, or the latest before."""
    for siren, ruptures in emploi.difficultes.ruptures.items():
        unite = emploi.monde.unites[siren]
        for rupture in ruptures:
            effectif = emploi.total(unite, _mois_connu(emploi, rupture))
            groupe = GROUPES.get(siren, "")
            yield {
                "NUMERO DE DOSSIER": rupture.numero,
                "TYPE DE DOSSIER": rupture.type,
                "DATE ENREGISTREMENT": jour(rupture.enregistrement),
                "ETAT DU DOSSIER": rupture.etat,
                "SIREN ENTREPRISE": siren,
                "EFFECTIF ENTREPRISE": str(effectif) if effectif else "",
                "EFFECTIF GROUPE": str(effectif + 400) if groupe and effectif else "",
                "NOM GROUPE": groupe,
                "DATE JUGEMENT": jour(rupture.jugement) if rupture.jugement else "",
                "SITUATION JURIDIQUE": rupture.situation,
            }


def rupco_etablissements(emploi: Emploi) -> Iterator[Ligne]:
    """One row per case and establishment; the final number is empty while pending."""
    for siren, ruptures in emploi.difficultes.ruptures.items():
        par_siret = {e.siret: e for e in emploi.monde.unites[siren].etablissements}
        for rupture in ruptures:
            for suppression in rupture.suppressions:
                mois = max(emploi.premier_mois, _mois_connu(emploi, rupture))
                effectif = emploi.totaux(par_siret[suppression.siret]).get(mois)
                yield {
                    "NUMERO DE DOSSIER": rupture.numero,
                    "TYPE DE DOSSIER": rupture.type,
                    "DATE ENREGISTREMENT": jour(rupture.enregistrement),
                    "SIREN ENTREPRISE": siren,
                    "DATE JUGEMENT": jour(rupture.jugement) if rupture.jugement else "",
                    "SITUATION JURIDIQUE": rupture.situation,
                    "SIREN ETABLISSEMENT": siren,
                    "EFFECTIF ETABLISSEMENT": "" if effectif is None else str(effectif),
                    "SIRET ETABLISSEMENT": suppression.siret,
                    "Nombre de Ruptures de Contrats en début de procédure Etab": str(suppression.debut),
                    "Nombre de Ruptures de Contrats en fin de procédure Etab": ""
                    if suppression.fin is None
                    else str(suppression.fin),
                }


def _mois_connu(emploi: Emploi, rupture: Rupture) -> date:
    """Month of the registration, or the latest of the DSN if earlier."""
    return min(emploi.monde.calendrier.dernier_mois, rupture.enregistrement.replace(day=1))


def activite_partielle(emploi: Emploi) -> Iterator[Ligne]:
    """One row per decision; an amendment repeats the hours of its convention."""
    for siret, conventions in emploi.difficultes.conventions.items():
        for convention in conventions:
            for decision in convention.decisions:
                yield {
                    "SIRET": siret,
                    "NUM_CONVENTION": convention.numero,
                    "DATE_DECISION": jour(decision.date),
                    "NUM_AVENANT": str(decision.avenant),
                    "DA_INIT": "NON" if decision.avenant else "OUI",
                    "NB_H_AUTO_AVN": str(decision.heures),
                    "NB_H_AUTO_CUM": str(decision.autorisees),
                    "NB_H_CONSO_CUM": decision.consommees,
                    "CAUSE": convention.cause,
                }
