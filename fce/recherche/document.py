"""The two kinds of document of the index, whatever the engine: the company (U) and the establishment (E).

A document is a plain mapping from the names of ``CHAMPS`` to texts, lists of texts or integers; words are already analysed
(``analyse.racines``), separated by spaces. Only public data ever comes here: rows arrive masked (``entreprises``), and a
masked natural person gets no document at all.

Codes carry their kind: ``r:32`` région, ``d:59`` département, ``e:…`` EPCI, ``c:59350`` commune, ``p:59000`` code postal (the
places of the siège and of the open establishments for a company; preceded by ``s`` for the siège alone, by ``n`` for the
others), ``n:J`` … ``n:62.01Z`` NAF at every level, ``j:5`` ``j:57`` ``j:5710`` catégorie juridique, ``t:11`` tranche
d'effectif, ``g:PME`` catégorie, ``w:W…`` RNA, ``etat:C``, ``employeur:oui`` … So a place and "siège" hold on one same establishment.
"""

from collections.abc import Iterable
from datetime import date
from enum import Enum
from functools import lru_cache
from math import log10
from typing import Any

from fce.entreprises.vues import DocumentEntreprise, LigneEntreprise, LigneEtablissement
from fce.recherche.analyse import TYPES_VOIE, cle, noyau, racines
from fce.referentiels import effectifs, naf, territoires
from fce.socle.texte import plier

Document = dict[str, Any]


class Champ(Enum):
    """How an engine must index a field."""

    MOTS = "analysed words, with their frequency"
    MOTS_PRESENTS = "analysed words, presence alone"
    CODE = "exact text"
    CODES = "exact texts separated by spaces"
    CODE_COMPTE = "exact texts that can be counted (facets)"
    ENTIER = "integer to sort, weigh or compare"
    TRI = "text to sort by"
    NUMERO = "integer to look up, fetch and sort"


CHAMPS: dict[str, Champ] = {
    "siren": Champ.NUMERO,
    "siret": Champ.NUMERO,
    "nom": Champ.MOTS,
    "enseigne": Champ.MOTS,
    "adresse": Champ.MOTS,
    "commune": Champ.MOTS_PRESENTS,
    "lieux": Champ.MOTS_PRESENTS,
    "exact": Champ.CODE,
    "noyau": Champ.CODE,
    "codes": Champ.CODE_COMPTE,
    "filtres": Champ.CODES,
    "rang": Champ.ENTIER,
    "effectif": Champ.ENTIER,
    "creation": Champ.ENTIER,
    "tri_nom": Champ.TRI,
    "tri_commune": Champ.TRI,
}

PREFIXE_ENSEIGNE = "e:"
"""Before the key of an enseigne in ``exact``: worth less than the name itself."""
ENSEIGNES_MAX = 60
"""Distinct enseignes kept for one company: beyond, the establishments (E) answer."""

_POINTS_CATEGORIE = {"GE": 16, "ETI": 8, "PME": 1}
_LETTRES_TRI = 40


def documents(source: DocumentEntreprise) -> tuple[Document | None, list[tuple[str, Document]], str]:
    """Return ``(company, [(état, establishment)…], état of the company)``; état is ``actif`` or ``cesse``.

    The company is ``None``, and no establishment is returned, for a masked natural person.
    """
    ligne, etablissements = source.entreprise, source.etablissements
    if ligne.masque and ligne.personne_physique:
        return None, [], "cesse"
    etat = "actif" if ligne.etat == "A" else "cesse"
    noms = _noms(ligne)
    mots_nom = _mots(noms)
    exacts = _cles(ligne, noms)
    noyaux = list(dict.fromkeys(n for n in map(noyau, _complets(ligne, noms)) if n))
    codes_unite = _codes_unite(ligne)
    annexes = []
    enseignes: dict[str, None] = {}
    siege: LigneEtablissement | None = None
    ouverts = 0
    lieux: list[LigneEtablissement] = []
    for e in etablissements:
        ouvert = e.etat == "A"
        ouverts += ouvert
        if e.siege:
            siege = e
        if (ouvert or e.siege) and not (e.masque and ligne.personne_physique):
            lieux.append(e)
            for enseigne in (e.enseigne_1, e.enseigne_2, e.enseigne_3, e.denomination_usuelle):
                if enseigne and len(enseignes) < ENSEIGNES_MAX:
                    enseignes[enseigne] = None
        if not (e.masque and ligne.personne_physique):
            document = _etablissement(e, ligne, mots_nom, exacts, noyaux, codes_unite)
            annexes.append(("actif" if ouvert else "cesse", document))
    unite = _unite(ligne, siege, lieux, ouverts)
    unite["nom"] = mots_nom
    unite["exact"] = (
        exacts + [PREFIXE_ENSEIGNE + c for c in dict.fromkeys(map(cle, enseignes))] if enseignes else exacts
    )
    unite["noyau"] = noyaux
    if enseignes:
        unite["enseigne"] = _mots(enseignes)
    return unite, annexes, etat


def _unite(
    ligne: LigneEntreprise, siege: LigneEtablissement | None, lieux: list[LigneEtablissement], ouverts: int
) -> Document:
    codes, filtres = _codes_unite(ligne)
    places: dict[str, None] = {}
    textes: dict[str, None] = {}
    secondaires: dict[str, None] = {}
    for e in lieux:
        place = _place(e.code_commune, e.code_postal)
        places.update(dict.fromkeys(place))
        if not e.siege:
            secondaires.update(dict.fromkeys("n" + p for p in place))
            textes.update(dict.fromkeys(_texte_lieu(e.libelle_commune, e.code_postal, e.code_commune).split()))
    if any(not e.siege for e in lieux):
        codes.append("siege:non")
    places_siege = ["s" + p for p in _place(siege.code_commune, siege.code_postal)] if siege in lieux and siege else []
    codes += [p for p in places if p[0] in "rd"]
    filtres += [p for p in places if p[0] not in "rd"] + places_siege + list(secondaires)
    document: Document = {
        "siren": int(ligne.siren),
        "codes": codes,
        "filtres": " ".join(filtres),
        "rang": rang_entreprise(ligne, ouverts),
        "tri_nom": plier(ligne.nom or "")[:_LETTRES_TRI],
    }
    if siege is not None and siege in lieux:
        document["adresse"] = _adresse(siege)
        document["commune"] = _texte_lieu(
            siege.libelle_commune or siege.libelle_commune_etranger, siege.code_postal, siege.code_commune
        )
        if siege.libelle_commune:
            document["tri_commune"] = plier(siege.libelle_commune)[:_LETTRES_TRI]
    if textes:
        document["lieux"] = " ".join(textes)
    _dates_et_tailles(document, ligne.tranche_effectifs, ligne.date_creation)
    return document


def _etablissement(
    e: LigneEtablissement,
    ligne: LigneEntreprise,
    mots_nom: str,
    exacts: list[str],
    noyaux: list[str],
    codes_unite: tuple[list[str], list[str]],
) -> Document:
    enseignes = [x for x in (e.enseigne_1, e.enseigne_2, e.enseigne_3, e.denomination_usuelle) if x]
    place = _place(e.code_commune, e.code_postal)
    codes = [c for c in codes_unite[0] if c[0] in "jg" or c.startswith(("ess:", "societe_mission:"))]
    filtres = [c for c in codes_unite[1] if c[0] == "j"]
    section, niveaux = _niveaux_naf(
        e.activite_principale, e.nomenclature_activite_principale, e.activite_principale_naf25
    )
    codes += section
    filtres += niveaux
    codes.append("siege:oui" if e.siege else "siege:non")
    if e.tranche_effectifs:
        codes.append("t:" + e.tranche_effectifs)
    if e.employeur is not None:
        codes.append("employeur:oui" if e.employeur else "employeur:non")
    if e.etat:
        codes.append("etat:A" if e.etat == "A" else "etat:C")
    codes += [p for p in place if p[0] in "rd"]
    filtres += [p for p in place if p[0] not in "rd"]
    document: Document = {
        "siren": int(e.siren),
        "siret": int(e.siret),
        "nom": mots_nom,
        "exact": exacts + [PREFIXE_ENSEIGNE + cle(x) for x in enseignes] if enseignes else exacts,
        "noyau": noyaux,
        "adresse": _adresse(e),
        "commune": _texte_lieu(e.libelle_commune or e.libelle_commune_etranger, e.code_postal, e.code_commune),
        "codes": codes,
        "filtres": " ".join(filtres),
        "rang": rang_etablissement(e, ligne),
        "tri_nom": plier(enseignes[0] if enseignes else ligne.nom or "")[:_LETTRES_TRI],
    }
    if enseignes:
        document["enseigne"] = _mots(enseignes)
    if e.libelle_commune:
        document["tri_commune"] = plier(e.libelle_commune)[:_LETTRES_TRI]
    _dates_et_tailles(document, e.tranche_effectifs, e.date_creation)
    return document


def rang_entreprise(ligne: LigneEntreprise, ouverts: int) -> int:
    """Static rank of a company, 0 (ceased) to about 90 (largest): active, head-count, category, open establishments."""
    if ligne.etat != "A":
        return 0
    rang = 4 + 3 * _rang_effectif(ligne.tranche_effectifs) + _POINTS_CATEGORIE.get(ligne.categorie or "", 0)
    if ouverts > 1:
        rang += min(24, round(6 * log10(ouverts)))
    return rang + (3 if ligne.employeur else 0)


def rang_etablissement(e: LigneEtablissement, ligne: LigneEntreprise) -> int:
    """Static rank of an establishment, on the same scale: open, head-count, siège, employer, category of the company."""
    if e.etat != "A":
        return 0
    rang = 4 + 3 * _rang_effectif(e.tranche_effectifs) + _POINTS_CATEGORIE.get(ligne.categorie or "", 0) // 2
    return rang + (3 if e.siege else 0) + (3 if e.employeur else 0)


@lru_cache(maxsize=64)
def _rang_effectif(tranche: str | None) -> int:
    return max(0, effectifs.rang(tranche)) if tranche else 0


def _dates_et_tailles(document: Document, tranche: str | None, creation: str | None) -> None:
    # Left out when unknown: an engine sorts a missing value last, in both orders.
    if tranche and tranche != "NN":
        document["effectif"] = _rang_effectif(tranche)
    if creation:
        document["creation"] = date.fromisoformat(creation).toordinal()


def _noms(ligne: LigneEntreprise) -> list[str]:
    """Names under which a company is looked for; a person's first names and names are separate items."""
    noms: tuple[str | None, ...] = (
        ligne.denomination,
        ligne.sigle,
        ligne.denomination_usuelle_1,
        ligne.denomination_usuelle_2,
        ligne.denomination_usuelle_3,
    )
    if ligne.personne_physique:
        noms += (
            ligne.nom_usage, ligne.nom_naissance, ligne.prenom_usuel, ligne.prenom_1, ligne.prenom_2, ligne.prenom_3,
            ligne.prenom_4, ligne.pseudonyme,
        )  # fmt: skip
    return [nom for nom in noms if nom]


def _complets(ligne: LigneEntreprise, noms: list[str]) -> list[str]:
    """Whole names: for a person, every first name in use with every family name."""
    if not ligne.personne_physique:
        return noms
    complets = [
        f"{prenom} {nom}"
        for nom in dict.fromkeys((ligne.nom_usage, ligne.nom_naissance))
        for prenom in dict.fromkeys((ligne.prenom_usuel, ligne.prenom_1))
        if nom and prenom
    ]
    seuls = (ligne.denomination, ligne.denomination_usuelle_1, ligne.denomination_usuelle_2, ligne.pseudonyme)
    return complets + [nom for nom in seuls if nom]


def _cles(ligne: LigneEntreprise, noms: list[str]) -> list[str]:
    cles = dict.fromkeys(cle(nom) for nom in _complets(ligne, noms))
    if ligne.personne_physique:
        for nom in (ligne.nom_usage, ligne.nom_naissance):
            for prenom in (ligne.prenom_usuel, ligne.prenom_1):
                if nom and prenom:
                    cles[cle(f"{nom} {prenom}")] = None
    cles.pop("", None)
    return list(cles)


def _mots(textes: Iterable[str]) -> str:
    mots: dict[str, None] = {}
    for texte in textes:
        for mot in racines(texte):
            mots[mot] = None
    return " ".join(mots)


def _codes_unite(ligne: LigneEntreprise) -> tuple[list[str], list[str]]:
    """Codes of the company itself: those that are counted, and the others."""
    codes, filtres = _niveaux_naf(
        ligne.activite_principale, ligne.nomenclature_activite_principale, ligne.activite_principale_naf25
    )
    codes, filtres = list(codes), list(filtres)
    if juridique := ligne.categorie_juridique:
        codes.append("j:" + juridique[:2])
        filtres += ("j:" + juridique[0], "j:" + juridique)
    if ligne.tranche_effectifs:
        codes.append("t:" + ligne.tranche_effectifs)
    if ligne.categorie:
        codes.append("g:" + ligne.categorie)
    if ligne.etat:
        codes.append("etat:" + ligne.etat)
    if ligne.employeur is not None:
        codes.append("employeur:oui" if ligne.employeur else "employeur:non")
    if ligne.rna:
        filtres.append("w:" + ligne.rna)
    if ligne.ess is not None:
        codes.append("ess:oui" if ligne.ess else "ess:non")
    if ligne.societe_mission is not None:
        codes.append("societe_mission:oui" if ligne.societe_mission else "societe_mission:non")
    return codes, filtres


@lru_cache(maxsize=10_000)
def _niveaux_naf(
    code: str | None, nomenclature: str | None, naf25: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Section (counted) and the levels below. Codes of older nomenclatures keep their own text only."""
    sections: tuple[str, ...] = ()
    niveaux: tuple[str, ...] = ()
    if code and nomenclature in (None, "NAFRev2"):
        ancetres = tuple("n:" + c for c in naf.ancetres(code, "NAFRev2") or (code,))
        sections, niveaux = ancetres[:1], ancetres[1:]
    elif code:
        niveaux = ("n:" + code,)
    if naf25:
        niveaux += ("n:" + naf25,)
    return sections, tuple(dict.fromkeys(niveaux))


@lru_cache(maxsize=100_000)
def _place(code_commune: str | None, code_postal: str | None) -> tuple[str, ...]:
    """Codes of a place, from the région to the postal code."""
    codes = []
    if code_commune:
        commune = territoires.commune(code_commune)
        actuelle = commune.actuelle if commune else code_commune
        for genre, lieu in (
            ("r:", territoires.region_de(actuelle)),
            ("d:", territoires.departement_de(actuelle)),
            ("e:", territoires.epci_de(actuelle)),
        ):
            if lieu is not None:
                codes.append(genre + lieu.code)
        codes += dict.fromkeys(("c:" + code_commune, "c:" + actuelle))
    if code_postal:
        codes.append("p:" + code_postal)
    return tuple(codes)


@lru_cache(maxsize=100_000)
def _texte_lieu(commune: str | None, code_postal: str | None, code_commune: str | None) -> str:
    """Words of a place: commune, postal code, then number and name of the département, name of the région."""
    textes = [commune or "", code_postal or ""]
    if code_commune:
        if departement := territoires.departement_de(code_commune):
            textes += (departement.code, departement.libelle or "")
        if region := territoires.region_de(code_commune):
            textes.append(region.libelle or "")
    return _mots(textes)


def _adresse(e: LigneEtablissement) -> str:
    voie = e.libelle_voie
    if not voie:
        return _mots(t for t in (e.complement_adresse, e.distribution_speciale) if t)
    type_voie = e.type_voie or ""
    texte = f"{e.numero_voie or ''} {e.indice_repetition or ''} {TYPES_VOIE.get(type_voie, type_voie)} {voie}"
    if e.complement_adresse or e.distribution_speciale:
        texte = f"{texte} {e.complement_adresse or ''} {e.distribution_speciale or ''}"
    return _mots((texte,))
