"""What results show: the lines that the index keeps, as long as they are those in place; else the rows of the database.

A line says what the row of Sirene said when it was indexed. It is believed only while the versions of Sirene in place
are those that the index was made of: an import that masks, closes or removes somebody moves them in its own
transaction, and every line is left aside from then on, until the index says the same as they do. Each request asks the
database which versions are in place after the engine has answered, so no import can come between unnoticed.
"""

from collections.abc import Iterable, Mapping

from fce.entreprises import lignes
from fce.entreprises import selectors as entreprises
from fce.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.imports.selectors import generations
from fce.recherche.alimentations import SOURCES_INDEXEES
from fce.recherche.port import LES_ETATS, Manifeste, Moteur, Question, ReponseDuMoteur

signature = lignes.signature


class LignesDeResultats:
    """Views of the companies and establishments that one request shows. When the index is up to date, one question to
    the database for the whole request; else two more round trips at most for each call."""

    def __init__(self, moteur: Moteur) -> None:
        self._moteur = moteur
        self._crues: dict[str, bool] = {}

    def entreprises(self, reponse: ReponseDuMoteur) -> Mapping[str, EntrepriseVue]:
        """{siren: company} of the hits of an answer; those that are gone left out."""
        if not reponse.hits:
            return {}
        if reponse.hits[0].siret is not None:
            return self.entreprises_de(h.siren for h in reponse.hits)
        return self.entreprises_des([reponse])

    def entreprises_des(self, reponses: Iterable[ReponseDuMoteur]) -> Mapping[str, EntrepriseVue]:
        """{siren: company} of the companies that several answers found; those that are gone left out."""
        lues: dict[str, EntrepriseVue] = {}
        autres: list[str] = []
        for reponse in reponses:
            if reponse.hits and self._sont_crues(reponse):
                lues.update((h.siren, lignes.lire_entreprise(h.ligne)) for h in reponse.hits)
            else:
                autres += [h.siren for h in reponse.hits]
        return {**lues, **entreprises.entreprises(autres)} if autres else lues

    def entreprises_de(self, sirens: Iterable[str]) -> Mapping[str, EntrepriseVue]:
        """{siren: company} of companies that the index knows; those that are gone left out."""
        voulus = tuple(dict.fromkeys(sirens))
        if not voulus:
            return {}
        posee = Question("entreprises", etats=LES_ETATS, seulement=voulus, tri="numero")
        reponse = self._moteur.search(posee, limite=len(voulus))
        if len(reponse.hits) < len(voulus) or not self._sont_crues(reponse):
            return entreprises.entreprises(voulus)
        return {h.siren: lignes.lire_entreprise(h.ligne) for h in reponse.hits}

    def etablissements(self, reponse: ReponseDuMoteur, de: Mapping[str, EntrepriseVue]) -> dict[str, EtablissementVu]:
        """{siret: establishment} of the hits of an answer; ``de``: their companies, by SIREN."""
        hits = [h for h in reponse.hits if h.siret and h.siren in de]
        if not hits:
            return {}
        if not self._sont_crues(reponse):
            return entreprises.etablissements(h.siret for h in hits if h.siret)
        return {h.siret: lignes.lire_etablissement(h.ligne, de[h.siren]) for h in hits if h.siret}

    def _sont_crues(self, reponse: ReponseDuMoteur) -> bool:
        manifeste = reponse.manifeste
        if manifeste is None or not all(h.ligne for h in reponse.hits):
            return False
        if manifeste.version not in self._crues:
            self._crues[manifeste.version] = self._a_jour(manifeste)
        return self._crues[manifeste.version]

    def _a_jour(self, manifeste: Manifeste) -> bool:
        """Tell whether the lines of a version say what the rows in place say."""
        if manifeste.extra.get("lignes") != signature():
            return False
        en_place = generations(SOURCES_INDEXEES)
        return all(en_place.get(nom) == manifeste.generations.get(nom) for nom in SOURCES_INDEXEES)
