"""Reads what results display: from the lines stored in the index while they are current, else from the database.

A line is a copy of a Sirene row at indexing time. It is used only while the imports of Sirene in place are those that
the index was built from: an import that masks, closes or removes a unit changes them in its own transaction, and no
line is used until the index is updated. A process asks the database for them once per second (``DUREE_S``), not at
each search.
"""

import time
from collections.abc import Iterable, Mapping
from functools import lru_cache

from fce.donnees.entreprises import lignes, selectors as entreprises
from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.donnees.entreprises.repertoire import COURANTS
from fce.donnees.imports.selectors import generations
from fce.recherche.engines.port import LES_ETATS, Manifeste, Moteur, Question, ReponseDuMoteur

signature = lignes.signature
DUREE_S = 1.0
"""Longest time that a process shows a line after the import that hides its unit."""


class LignesDeResultats:
    """Companies and establishments displayed by one request: no database query when the index is current, else at most
    two round trips per call."""

    def __init__(self, moteur: Moteur) -> None:
        self._moteur = moteur

    def entreprises(self, reponse: ReponseDuMoteur) -> Mapping[str, EntrepriseVue]:
        """{siren: company} of the hits of an answer; companies since removed are left out."""
        if not reponse.hits:
            return {}
        if reponse.hits[0].siret is not None:
            return self.entreprises_de(h.siren for h in reponse.hits)
        return self.entreprises_des([reponse])

    def entreprises_des(self, reponses: Iterable[ReponseDuMoteur]) -> Mapping[str, EntrepriseVue]:
        """{siren: company} of several answers; companies since removed are left out."""
        vues: dict[str, EntrepriseVue] = {}
        autres: list[str] = []
        for reponse in reponses:
            if reponse.hits and self._sont_crues(reponse):
                vues.update((h.siren, lignes.lire_entreprise(h.ligne)) for h in reponse.hits)
            else:
                autres += [h.siren for h in reponse.hits]
        return {**vues, **entreprises.entreprises(autres)} if autres else vues

    def entreprises_de(self, sirens: Iterable[str]) -> Mapping[str, EntrepriseVue]:
        """{siren: company} of the given companies, read through the index; companies since removed are left out."""
        voulus = tuple(dict.fromkeys(sirens))
        if not voulus:
            return {}
        posee = Question("entreprises", etats=LES_ETATS, seulement=voulus, tri="numero")
        reponse = self._moteur.search(posee, limite=len(voulus))
        if len(reponse.hits) < len(voulus) or not self._sont_crues(reponse):
            return entreprises.entreprises(voulus)
        return {h.siren: lignes.lire_entreprise(h.ligne) for h in reponse.hits}

    def etablissements(self, reponse: ReponseDuMoteur, de: Mapping[str, EntrepriseVue]) -> dict[str, EtablissementVu]:
        """{siret: establishment} of the hits of an answer. ``de``: their companies, by SIREN."""
        hits = [h for h in reponse.hits if h.siret and h.siren in de]
        if not hits:
            return {}
        if not self._sont_crues(reponse):
            return entreprises.etablissements(h.siret for h in hits if h.siret)
        return {h.siret: lignes.lire_etablissement(h.ligne, de[h.siren]) for h in hits if h.siret}

    def _sont_crues(self, reponse: ReponseDuMoteur) -> bool:
        manifeste = reponse.manifeste
        return (
            manifeste is not None
            and all(h.ligne for h in reponse.hits)
            and manifeste.extra.get("lignes") == signature()
            and de_sirene_en_place(manifeste)
        )


def de_sirene_en_place(manifeste: Manifeste) -> bool:
    """Whether a version was built from the versions of Sirene in place: otherwise it may hold people masked since."""
    en_place = sirene_en_place(time.monotonic() // DUREE_S)
    return all(en_place.get(nom) == manifeste.generations.get(nom) for nom in COURANTS)


@lru_cache(maxsize=1)
def sirene_en_place(instant: float) -> Mapping[str, int]:
    """Generations of Sirene in place, asked once per ``instant``: a multiple of ``DUREE_S`` on the monotonic clock."""
    return generations(COURANTS)
