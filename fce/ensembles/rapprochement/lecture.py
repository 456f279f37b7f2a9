"""From the views of ``entreprises`` to candidates; a masked unit is never one."""

from collections.abc import Iterable, Mapping

from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.ensembles.rapprochement.contenu import Candidat
from fce.ensembles.rapprochement.noms import FORMES
from fce.recherche.engines.port import Moteur, ReponseDuMoteur
from fce.recherche.reponse.lignes import LignesDeResultats


def candidat(vue: EntrepriseVue, lieu: EtablissementVu | None = None) -> Candidat | None:
    """Return a company, or one of its establishments, as a candidate; without one, its siège says where it is.

    None for a masked unit, whose number alone gives it (C. com., art. R. 123-232-1).
    """
    if vue.masque or (lieu is not None and lieu.masque):
        return None
    ou = lieu or (vue.siege if vue.siege and not vue.siege.masque else None)
    adresse = ou.adresse if ou else None
    sien = lieu if lieu and lieu.activite else vue
    return Candidat(
        siren=vue.siren,
        siret=lieu.siret if lieu else vue.siret_siege or "",
        noms=tuple(dict.fromkeys(nom for nom in vue.noms if nom)),
        enseignes=_enseignes(lieu) if lieu else (),
        formes=_formes(vue),
        code_postal=(adresse and adresse.code_postal) or "",
        code_commune=(adresse and adresse.code_commune) or "",
        commune=(adresse and adresse.commune) or "",
        departement=adresse.departement.code if adresse and adresse.departement else "",
        activites=tuple(activite.code for activite in (sien.activite, sien.activite_naf25) if activite),
        actif=lieu.etat == "A" if lieu else vue.etat == "A",
        siege=lieu.siege if lieu else True,
        entreprise_active=vue.etat == "A",
    )


def _enseignes(lieu: EtablissementVu) -> tuple[str, ...]:
    noms = (*lieu.enseignes, lieu.denomination_usuelle)
    return tuple(dict.fromkeys(nom for nom in noms if nom))


def _formes(vue: EntrepriseVue) -> frozenset[str]:
    code = vue.categorie_juridique.code if vue.categorie_juridique else ""
    return frozenset(FORMES.get(code[:2], ()))


class LecteurDeLIndex:
    """Candidates of hits, read from the lines of the index while they are current, else from the database: at most four
    round trips a call. ``LecteurDeCandidats`` of ``recherches``."""

    def __init__(self, moteur: Moteur) -> None:
        self._lignes = LignesDeResultats(moteur)

    def __call__(self, reponses: Iterable[ReponseDuMoteur]) -> Mapping[tuple[str, str], Candidat]:
        toutes = [*reponses]
        manifeste = next((r.manifeste for r in toutes), None)
        hits = {(h.siren, h.siret): h for r in toutes for h in r.hits}.values()
        candidats: dict[tuple[str, str], Candidat] = {}
        # Lines are kept for open units only: one closed unit in an answer would send them all to the database.
        for gardes in ([h for h in hits if h.ligne], [h for h in hits if not h.ligne]):
            self._ajouter(candidats, ReponseDuMoteur(tuple(h for h in gardes if not h.siret), 0, manifeste))
            self._ajouter(candidats, ReponseDuMoteur(tuple(h for h in gardes if h.siret), 0, manifeste))
        return candidats

    def _ajouter(self, candidats: dict[tuple[str, str], Candidat], reponse: ReponseDuMoteur) -> None:
        vues = self._lignes.entreprises(reponse)
        lieux = self._lignes.etablissements(reponse, vues)
        for hit in reponse.hits:
            vue, lieu = vues.get(hit.siren), lieux.get(hit.siret or "")
            if vue is None or (hit.siret and lieu is None):
                continue
            if (trouve := candidat(vue, lieu)) is not None:
                candidats[hit.siren, hit.siret or ""] = trouve
