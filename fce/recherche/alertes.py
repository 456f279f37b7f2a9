"""Public alarms of the companies of a list: what the sources declare as such, and what the register says of the siège.

The index tells who bears the codes of these filters: nothing is read in the database for it.
"""

from collections.abc import Sequence
from dataclasses import replace

from fce.entreprises.contenu import EntrepriseVue
from fce.recherche import filtres
from fce.recherche.alimentations import OUI, QUELCONQUE
from fce.recherche.filtre import FiltreDeRecherche
from fce.recherche.port import LES_ETATS, CodeCherche, Moteur, Question

SIEGE_FERME = "Siège fermé"


def alertes(moteur: Moteur, sirens: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the alarms that the sources tell of these companies, by SIREN; those that have none are left out."""
    trouvees: dict[str, tuple[str, ...]] = {}
    for filtre in filtres.declares():
        if filtre.alerte and sirens:
            for siren, libelle in _portees(moteur, filtre, sirens):
                trouvees[siren] = (*trouvees.get(siren, ()), libelle)
    return trouvees


def du_repertoire(vue: EntrepriseVue) -> tuple[str, ...]:
    """Return what the register itself warns of; that a company has ceased is its state, shown as such."""
    return (SIEGE_FERME,) if vue.etat == "A" and vue.siege is not None and vue.siege.etat == "F" else ()


def _portees(moteur: Moteur, filtre: FiltreDeRecherche, sirens: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs (SIREN, alarm). Most lists hold none: one question then tells it."""
    toutes = Question("entreprises", etats=LES_ETATS, seulement=tuple(sirens), tri="numero")
    if not (porteurs := _porteurs(moteur, toutes, f"{filtre.nom}:{QUELCONQUE}", len(sirens))):
        return [(siren, filtre.titre) for siren in _porteurs(moteur, toutes, f"{filtre.nom}:{OUI}", len(sirens))]
    siens = replace(toutes, seulement=porteurs)
    codes = sorted(c for c in moteur.facettes(siens) if c.startswith(filtre.debut) and not c.endswith(QUELCONQUE))
    return [
        (siren, filtre.en_clair(code.removeprefix(filtre.debut)))
        for code in codes
        for siren in _porteurs(moteur, siens, code, len(porteurs))
    ]


def _porteurs(moteur: Moteur, posee: Question, code: str, limite: int) -> tuple[str, ...]:
    demandee = replace(posee, groupes=((CodeCherche("faits", code),),))
    return tuple(hit.siren for hit in moteur.search(demandee, limite=limite).hits)
