"""Public alarms of the companies of a list: what the sources declare as such, and what the register says of the siège.

The index tells who bears the codes of these filters, and keeps their day: nothing is read in the database for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from fce.entreprises.contenu import EntrepriseVue
from fce.recherche import filtres
from fce.recherche.alimentations import ALERTE, OUI, QUELCONQUE, SEPARATEUR
from fce.recherche.filtre import FiltreDeRecherche
from fce.recherche.port import LES_ETATS, CodeCherche, Hit, Moteur, Question
from fce.socle.formats import jour


def alertes(moteur: Moteur, hits: Sequence[Hit]) -> dict[str, tuple[str, ...]]:
    """Return the alarms that the sources tell of the companies of these hits, by SIREN; those that have none are left
    out. Nothing is asked for a company that mentions none; an establishment mentions nothing."""
    trouvees: dict[str, tuple[str, ...]] = {}
    for filtre in filtres.declares():
        marque = f"{ALERTE}{filtre.nom}{SEPARATEUR}"
        sirens = dict.fromkeys(
            hit.siren for hit in hits if hit.siret or any(mention.startswith(marque) for mention in hit.mentions)
        )
        if filtre.alerte and sirens:
            for hit in _porteurs(moteur, filtre, [*sirens]):
                siennes = [*_dire(filtre, hit.mentions)] or [filtre.titre]
                trouvees[hit.siren] = (*trouvees.get(hit.siren, ()), *siennes)
    return trouvees


def du_repertoire(vue: EntrepriseVue) -> tuple[str, ...]:
    """Return what the register itself warns of; that a company has ceased is its state, shown as such."""
    if vue.etat != "A" or vue.siege is None or vue.siege.etat != "F":
        return ()
    depuis = vue.siege.etat_depuis
    return (f"Siège fermé le {jour(depuis)}" if depuis else "Siège fermé",)


def _porteurs(moteur: Moteur, filtre: FiltreDeRecherche, sirens: Sequence[str]) -> tuple[Hit, ...]:
    """Companies that bear some value of a filter: a fact of an establishment that has closed is mentioned, no more."""
    codes = tuple(CodeCherche("faits", f"{filtre.nom}:{valeur}") for valeur in (QUELCONQUE, OUI))
    siennes = Question("entreprises", etats=LES_ETATS, groupes=(codes,), seulement=tuple(sirens), tri="numero")
    return moteur.search(siennes, limite=len(sirens)).hits


def _dire(filtre: FiltreDeRecherche, mentions: Iterable[str]) -> Iterator[str]:
    """« Liquidation judiciaire, 01/09/2026 »: each alarm that a company mentions, with its day when it has one."""
    for mention in mentions:
        quoi, _, suite = mention.partition(SEPARATEUR)
        if quoi == f"{ALERTE}{filtre.nom}":
            code, _, depuis = suite.partition(SEPARATEUR)
            dite = filtre.titre if code == OUI else filtre.en_clair(code)
            yield f"{dite}, {jour(date.fromisoformat(depuis))}" if depuis else dite
