"""The two kinds of document of the index, whatever the engine: the company (U) and the establishment (E).

A document is a plain mapping from the names of ``champs.CHAMPS`` to texts, lists of texts or integers; words are
already analysed (``analyse.racines``), separated by spaces. Only public data ever comes here: rows arrive masked
(``entreprises``), and a masked natural person gets no document at all.

The address is searched in establishments only: « Leclerc » is not every company of an avenue du Général-Leclerc. All
their words (names, address, place) are also in one field, ``mots``: a number and a street, which very many bear, are
then intersected as they are, without being sought in each field.
The places of a company are those of its siège and of its open establishments. They are also kept apart for the siège
and for the others (``codes``), so that a place and « siège » hold on one same establishment.

What other sources say (``alimentations``) comes besides: a fact about an establishment is one of its company too, a
fact about a company is one of each of its establishments.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain
from math import log10
from operator import itemgetter
from typing import Any, NamedTuple

from fce.entreprises.apports import FaitApporte
from fce.entreprises.construction import voie_imprimee
from fce.entreprises.contenu import DocumentEntreprise, LigneEntreprise, LigneEtablissement
from fce.entreprises.lignes import ecrire_entreprise, ecrire_etablissement
from fce.recherche import alimentations
from fce.recherche.alimentations import Nourriture
from fce.recherche.analyse import NomAnalyse, lire, lire_courant, racines, reunir
from fce.recherche.champs import SUFFIXE_ENSEIGNE, Document, Etat
from fce.recherche.codage import CodesLus, codes_entreprise, codes_etablissement, codes_herites
from fce.recherche.codes import Codes, Place, avec_equivalents, mots_de_numero, mots_de_voie, place
from fce.referentiels import effectifs

ENSEIGNES_MAX = 60
"""Distinct enseignes kept for one company: beyond, the establishments (E) answer."""

_POINTS_CATEGORIE = {"GE": 16, "ETI": 8, "PME": 1}

Documents = tuple[Document | None, list[tuple[Etat, Document]], Etat]
"""Of a company: its own, those of its establishments with the state of each, its state."""


def _suite(champs: Sequence[str], premier: str, dernier: str) -> Callable[[Any], tuple[Any, ...]]:
    """Return what takes from a row the columns that follow each other there: at once, reading each by its name costs
    more than using it."""
    return itemgetter(slice(champs.index(premier), champs.index(dernier) + 1))


_appellations = _suite(LigneEntreprise._fields, "denomination", "pseudonyme")
_enseignes = _suite(LigneEtablissement._fields, "enseigne_1", "denomination_usuelle")
_voie = _suite(LigneEtablissement._fields, "complement_adresse", "libelle_voie")
_distribution = _suite(LigneEtablissement._fields, "distribution_speciale", "libelle_pays_etranger")


def documents(
    source: DocumentEntreprise,
    lieux: Collection[str] | None = None,
    lire_les_faits: Callable[[Sequence[FaitApporte]], Nourriture] = alimentations.lire,
) -> Documents:
    """Return ``(company, [(état, establishment)…], état of the company)``; ``lieux``: of these establishments alone.

    The company is ``None``, and no establishment is returned, for a masked natural person; a masked establishment of a
    visible one is left out too.
    """
    ligne, etablissements, faits = source
    if ligne.personne_physique:
        if ligne.masque:
            return None, [], "cesse"
        etablissements = [e for e in etablissements if not e.masque]
    noms = _noms(ligne)
    nourriture = lire_les_faits(faits) if faits else None
    commun = _Commun(noms, codes_herites(ligne), _POINTS_CATEGORIE.get(ligne.categorie or "", 0) // 2)
    annexes: list[tuple[Etat, Document]] = []
    ecrits: dict[str, str] = {}
    enseignes: dict[str, None] = {}
    siege: Place | None = None
    secondaires: list[Place] = []
    ouverts = 0
    for e in etablissements:
        ouvert = e.etat == "A"
        siennes = [nom for nom in _enseignes(e) if nom]
        ou = place(e.libelle_commune or e.libelle_commune_etranger, e.code_postal, e.code_commune)
        if lieux is None or e.siret in lieux:
            lieu = _etablissement(e, commun, siennes, ou)
            lieu["ligne"] = ecrits[e.siret] = ecrire_etablissement(e)
            if nourriture is not None:
                nourrir_etablissement(lieu, nourriture)
            annexes.append(("actif" if ouvert else "cesse", lieu))
        ouverts += ouvert
        if e.siege:
            siege = ou
        elif ouvert:
            secondaires.append(ou)
        else:
            continue
        if siennes and len(enseignes) < ENSEIGNES_MAX:
            enseignes.update(dict.fromkeys(siennes))
    unite = _unite(ligne, siege, secondaires, ouverts)
    unite["ligne"] = ecrire_entreprise(ligne, source.etablissements, ecrits)
    unite["nom"] = noms.mots
    unite["noyau"] = noms.noyaux
    if nourriture is not None:
        enseignes.update(dict.fromkeys(nourriture.noms))
        nourrir_entreprise(unite, nourriture, _exclus(source.etablissements, etablissements, nourriture))
    if enseignes:
        lectures = [lire(enseigne) for enseigne in enseignes]
        unite["exact"] = [*noms.cles, *[lecture.cle + SUFFIXE_ENSEIGNE for lecture in lectures]]
        unite["enseigne"] = " ".join(_presents(lectures))
    else:
        unite["exact"] = noms.cles
    return unite, annexes, "actif" if ligne.etat == "A" else "cesse"


def _exclus(
    tous: Sequence[LigneEtablissement], montres: Sequence[LigneEtablissement], nourriture: Nourriture
) -> Collection[str]:
    """Establishments of which the facts are not facts of the company: masked, or closed and not its siège."""
    if not nourriture.par_siret:
        return ()
    gardes = {e.siret for e in montres}
    return {e.siret for e in tous if e.siret not in gardes or (e.etat != "A" and not e.siege)}


def _unite(ligne: LigneEntreprise, siege: Place | None, secondaires: list[Place], ouverts: int) -> Document:
    comptes, filtres = codes_entreprise(ligne)
    if ligne.rna:
        filtres = f"{filtres} w:{ligne.rna}"
    document: Document = {
        "siren": int(ligne.siren),
        "rang": rang_entreprise(ligne, ouverts),
    }
    if siege is not None:
        comptes += siege.comptes
        filtres = f"{filtres} {siege.filtres}"
        document["commune"] = siege.mots
        if siege.rang is not None:
            document["rang_commune"] = siege.rang
    if secondaires:
        propre = siege.siege if siege is not None else Codes((), "")
        filtres = _sans_doublon(
            [filtres, propre.filtres, *(f"{p.filtres} {p.secondaire.filtres}" for p in secondaires)]
        )
        ailleurs = [c for p in secondaires for c in (*p.comptes, *p.secondaire.comptes)]
        comptes = tuple(dict.fromkeys([*comptes, "siege:non", *propre.comptes, *ailleurs]))
        document["lieux"] = _sans_doublon(p.mots for p in secondaires)
    document["codes"] = comptes
    document["filtres"] = filtres
    _dates_et_tailles(document, ligne.tranche_effectifs, ligne.date_creation)
    return document


def _sans_doublon(textes: Iterable[str]) -> str:
    """Words of all the texts, each once. Texts are often the same: they are looked at first."""
    return " ".join(dict.fromkeys(mot for texte in dict.fromkeys(textes) for mot in texte.split()))


def _etablissement(e: LigneEtablissement, commun: "_Commun", enseignes: list[str], ou: Place) -> Document:
    noms, herites, points = commun
    comptes, filtres = codes_etablissement(e, herites)
    document: Document = {
        "siren": int(e.siren),
        "siret": int(e.siret),
        "nom": noms.mots,
        "codes": comptes + ou.comptes,
        "filtres": f"{filtres} {ou.filtres}",
        "rang": _rang_etablissement(e, points),
    }
    if ou.rang is not None:
        document["rang_commune"] = ou.rang
    presents = _adresse(e)
    presents.update(ou.presents)
    presents.update(noms.presents)
    if enseignes:
        lectures = [lire(enseigne) for enseigne in enseignes]
        document["exact"] = [lectures[0].cle + SUFFIXE_ENSEIGNE, *noms.cles]
        document["exact"] += [lecture.cle + SUFFIXE_ENSEIGNE for lecture in lectures[1:]]
        siens = _presents(lectures)
        document["enseigne"] = " ".join(siens)
        presents.update(siens)
    else:
        document["exact"] = noms.cles
    document["mots"] = " ".join(presents)
    _dates_et_tailles(document, e.tranche_effectifs, e.date_creation)
    return document


def nourrir_entreprise(document: Document, nourriture: Nourriture, exclus: Collection[str]) -> None:
    """Add what other sources say of a company; ``exclus``: its establishments that do not count (closed, masked)."""
    if nourriture.codes or nourriture.par_siret:
        siens = [codes for siret, codes in nourriture.par_siret.items() if siret not in exclus]
        if codes := [*dict.fromkeys(chain(nourriture.codes, *siens))]:
            document["faits"] = codes
    if nourriture.mots:
        document["personnes"] = " ".join(nourriture.mots)
    if nourriture.mentions:
        document["mentions"] = nourriture.mentions
    if nourriture.rna:
        document["filtres"] = " ".join([document["filtres"], *("w:" + numero for numero in nourriture.rna)])


def nourrir_etablissement(document: Document, nourriture: Nourriture) -> None:
    """Add what other sources say of an establishment, and of its company."""
    siens = nourriture.par_siret.get(f"{document['siret']:014d}", ()) if nourriture.par_siret else ()
    if siens:
        document["faits"] = [*dict.fromkeys((*siens, *nourriture.codes))]
    elif nourriture.codes:
        document["faits"] = nourriture.codes


def rang_entreprise(ligne: LigneEntreprise, ouverts: int) -> int:
    """Static rank of a company, 0 (ceased) to about 90 (largest): active, head-count, category, open establishments."""
    if ligne.etat != "A":
        return 0
    rang = 4 + 3 * _rang_effectif(ligne.tranche_effectifs) + _POINTS_CATEGORIE.get(ligne.categorie or "", 0)
    if ouverts > 1:
        rang += min(24, round(6 * log10(ouverts)))
    return rang + (3 if ligne.employeur else 0)


def _rang_etablissement(e: LigneEtablissement, points: int) -> int:
    """Static rank of an establishment, same scale: open, head-count, siège, employer, category of the company."""
    if e.etat != "A":
        return 0
    rang = 4 + 3 * _rang_effectif(e.tranche_effectifs) + points
    return rang + (3 if e.siege else 0) + (3 if e.employeur else 0)


@lru_cache(maxsize=64)
def _rang_effectif(tranche: str | None) -> int:
    return max(0, effectifs.rang(tranche)) if tranche else 0


@lru_cache(maxsize=64)
def _effectif(tranche: str) -> int | None:
    return effectifs.rang(tranche) + 1 if effectifs.libelle(tranche) else None


@lru_cache(maxsize=100_000)
def _jour(iso: str) -> int:
    return date.fromisoformat(iso).toordinal()


def _dates_et_tailles(document: Document, tranche: str | None, creation: str | None) -> None:
    # Left out when unknown: an engine sorts a missing value last, in both orders. « NN » is known: it has never had an
    # employee in the year, which is less than « 00 », none on its last day.
    if tranche and (effectif := _effectif(tranche)) is not None:
        document["effectif"] = effectif
    if creation:
        document["creation"] = _jour(creation)


class _Commun(NamedTuple):
    """What the establishments of a company share: its names, the codes that it gives them, points of its category."""

    noms: "_Noms"
    herites: CodesLus
    points: int


class _Noms(NamedTuple):
    """What a company is called: words (``presents``: apart), keys of its whole names (the one shown first), order-free
    keys."""

    mots: str
    presents: dict[str, None]
    cles: list[str]
    noyaux: list[str]


def _noms(ligne: LigneEntreprise) -> _Noms:
    denomination, usuelle_1, usuelle_2, usuelle_3, naissance, usage, *autres, usuel, pseudonyme = _appellations(ligne)
    ecrits = (denomination, ligne.sigle, usuelle_1, usuelle_2, usuelle_3, pseudonyme)
    societe = [lire(nom) for nom in ecrits if nom]
    if not ligne.personne_physique:
        if len(societe) == 1:
            ((mots, cle, noyau),) = societe
            presents = dict.fromkeys(mots)
            return _Noms(" ".join(presents), presents, [cle] if cle else [], [noyau] if noyau else [])
        presents = _presents(societe)
        return _Noms(
            " ".join(presents), presents, _distincts([x.cle for x in societe]), _distincts([x.noyau for x in societe])
        )
    noms = [lire_courant(nom) for nom in dict.fromkeys((usage, naissance)) if nom]
    # The first name in use, then the others.
    prenoms = [lire_courant(prenom) for prenom in dict.fromkeys((usuel, *autres)) if prenom]
    courants = prenoms[: 2 if usuel and usuel != autres[0] else 1]
    complets = [(prenom, nom) for nom in noms for prenom in courants]
    # Sorted by family name, as people are; the order-free key finds the other order.
    presents = _presents([*societe, *noms, *prenoms])
    return _Noms(
        " ".join(presents),
        presents,
        _distincts([*[nom.cle + prenom.cle for prenom, nom in complets], *[x.cle for x in societe]]),
        _distincts([*[reunir(prenom, nom) for prenom, nom in complets], *[x.noyau for x in societe]]),
    )


def _presents(lectures: Iterable[NomAnalyse]) -> dict[str, None]:
    return dict.fromkeys([mot for lecture in lectures for mot in lecture.racines])


def _distincts(textes: Iterable[str]) -> list[str]:
    return [texte for texte in dict.fromkeys(textes) if texte]


def _adresse(e: LigneEtablissement) -> dict[str, None]:
    """Words of the address that the page prints, and of the other ways of writing its number and its street."""
    complement, numero, indice, dernier, dernier_indice, type_voie, voie = _voie(e)
    distribution, cedex, libelle_cedex, _, pays = _distribution(e)
    if numero and numero.isdigit() and not indice and not dernier:
        mots = dict.fromkeys((numero, *mots_de_voie(type_voie, voie)))  # nearly all of them
    else:
        mots = dict.fromkeys(
            (
                *mots_de_numero(numero, indice),
                *mots_de_numero(dernier, dernier_indice),
                *racines(voie_imprimee(e._asdict())),  # letters in a row are one word: « 12 B R DUPIN » → « br »
                *mots_de_voie(type_voie, voie),
            )
        )
    if complement or distribution or cedex or libelle_cedex or pays:
        for autre in (complement, distribution, cedex, libelle_cedex, pays):
            if autre:
                mots.update(avec_equivalents(racines(autre)))
    return mots
