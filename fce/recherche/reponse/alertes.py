"""Public alerts about the companies of a list: those declared by the sources, and the register's about the siège.

Read from the index, which stores them with their day, without querying the database.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from fce.donnees.entreprises.contenu import EntrepriseVue
from fce.recherche.engines.port import LES_ETATS, CodeCherche, Hit, Moteur, Question
from fce.recherche.question import filtres
from fce.recherche.question.alimentations import ALERTE, OUI, QUELCONQUE, SEPARATEUR
from fce.recherche.question.filtre import FiltreDeRecherche
from fce.socle.texte.formats import jour


def alertes(moteur: Moteur, hits: Sequence[Hit]) -> dict[str, tuple[str, ...]]:
    """Return {SIREN: alerts} of these hits, companies without alert left out. Queries nothing for a company whose hit
    mentions none; an establishment's hit never does."""
    trouvees: dict[str, tuple[str, ...]] = {}
    for filtre in filtres.declares():
        marque = f"{ALERTE}{filtre.nom}{SEPARATEUR}"
        sirens = dict.fromkeys(
            hit.siren for hit in hits if hit.siret or any(mention.startswith(marque) for mention in hit.mentions)
        )
        if filtre.alerte and sirens:
            for hit in porteurs(moteur, filtre, [*sirens]):
                siennes = [*_dire(filtre, hit.mentions)] or [filtre.titre]
                trouvees[hit.siren] = (*trouvees.get(hit.siren, ()), *siennes)
    return trouvees


def du_repertoire(vue: EntrepriseVue) -> tuple[str, ...]:
    """Return the register's own alerts; cessation is not one, since the state already shows it."""
    if vue.etat != "A" or vue.siege is None or vue.siege.etat != "F":
        return ()
    depuis = vue.siege.etat_depuis
    return (f"Siège fermé le {jour(depuis)}" if depuis else "Siège fermé",)


def porteurs(moteur: Moteur, filtre: FiltreDeRecherche, sirens: Sequence[str]) -> tuple[Hit, ...]:
    """Companies that have some value of a filter. A closed establishment's fact is only mentioned."""
    codes = tuple(CodeCherche("faits", f"{filtre.nom}:{valeur}") for valeur in (QUELCONQUE, OUI))
    siennes = Question("entreprises", etats=LES_ETATS, groupes=(codes,), seulement=tuple(sirens), tri="numero")
    return moteur.search(siennes, limite=len(sirens)).hits


def _dire(filtre: FiltreDeRecherche, mentions: Iterable[str]) -> Iterator[str]:
    """Each alert of a company, with its day if any: « Liquidation judiciaire, 01/09/2026 »."""
    for mention in mentions:
        quoi, _, suite = mention.partition(SEPARATEUR)
        if quoi == f"{ALERTE}{filtre.nom}":
            code, _, depuis = suite.partition(SEPARATEUR)
            dite = filtre.titre if code == OUI else filtre.en_clair(code)
            yield f"{dite}, {jour(date.fromisoformat(depuis))}" if depuis else dite
