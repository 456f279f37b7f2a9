"""What the sources feed the search with, from their declarations alone: filters, people, other names, RNA numbers.

Only open data: a source above C0 feeds nothing, whatever it declares, and so does a declaration that reads one field
that is not open. Rows come masked (``entreprises.apports``).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from time import monotonic
from typing import Any, NamedTuple

import structlog

from fce.entreprises import sirene
from fce.entreprises.selectors import Apport, FaitApporte, attribut_du_numero, ouvert
from fce.recherche.analyse import mots_d_une_personne, paires
from fce.socle import paris
from fce.sources import registre
from fce.sources.champs import Siren, Siret
from fce.sources.declaration import Source
from fce.sources.presentation import Alimentation, Appellation, Filtre, Ligne, NumeroRna, Personne

log = structlog.get_logger(__name__)

SOURCES_INDEXEES = (sirene.UNITES_LEGALES.nom, sirene.ETABLISSEMENTS.nom)
"""Data sets that the documents of the index are made of; the other sources feed these."""
OUI, NON = "oui", "non"
QUELCONQUE = "*"
"""Value of the code that every unit with some value of a filter bears."""
MOTS_PAR_PERSONNE = 8
PERSONNES_MAX = 400
"""People of one company that are indexed; those shown are the first ones."""
VALEUR_MAX = 100
"""Characters of a value of a filter."""
SEPARATEUR = "\t"
"""Between what a mention is and its text, in the index."""
ALERTE = "!"
"""What a mention that tells an alarm begins with, before the name of its filter."""


class Nourriture(NamedTuple):
    """What the facts of one company give its documents.

    ``codes`` are those of the company itself, ``par_siret`` those of an establishment; ``mots`` the words, the pairs of
    words and the usual names of its people; ``mentions`` its people, other names and alarms as they are shown; ``noms``
    and ``rna`` what it is also found by.
    """

    codes: Collection[str]
    par_siret: Mapping[str, Collection[str]]
    mots: Collection[str]
    mentions: Collection[str]
    noms: Collection[str]
    rna: Collection[str]


class _Alimentee(NamedTuple):
    source: Source
    apport: Apport
    alimentations: tuple[Alimentation, ...]
    colonnes: tuple[str, ...]
    """Of a row, as rules look at it: those that are read, and the SIRET."""


def apports() -> tuple[Apport, ...]:
    """Return what to read of each source that feeds the search."""
    return tuple(a.apport for a in _alimentees())


def apports_de(nom: str) -> tuple[Apport, ...]:
    """Return what is read of one source."""
    return tuple(a.apport for a in _alimentees() if a.source.nom == nom)


def sources() -> tuple[str, ...]:
    """Return the names of the sources that feed the search."""
    return tuple(dict.fromkeys(a.source.nom for a in _alimentees()))


def roles() -> frozenset[str]:
    """Return what the people of the index may be: « Dirigeant », « Élu »."""
    return _roles(tuple(registre.toutes()))


@lru_cache(maxsize=4)
def _roles(declarees: tuple[Source, ...]) -> frozenset[str]:
    # Asked for each result of a page.
    lues = (x for a in _compiler(declarees) for x in a.alimentations)
    return frozenset(x.role.capitalize() for x in lues if isinstance(x, Personne))


def signature() -> list[str]:
    """Return what tells whether an index was fed as the declarations now say."""
    return sorted(
        f"{a.source.nom} {'+'.join(_decrire(x) for x in a.alimentations)} {','.join(n.name for n in a.apport.natures)}"
        for a in _alimentees()
    )


def filtres_ouverts(declarees: Iterable[Source]) -> Iterator[tuple[Source, Filtre]]:
    """Yield the filters that these sources feed, each with its source."""
    for source in declarees:
        for alimentation in _ouvertes(source):
            if isinstance(alimentation, Filtre):
                yield source, alimentation


def lire(faits: Sequence[FaitApporte]) -> Nourriture:
    """Return what the facts of one company feed."""
    return _lire(_alimentees(), faits)


def lecteur() -> Callable[[Sequence[FaitApporte]], Nourriture]:
    """Return ``lire`` under the declarations of this moment, which are not looked up again for each company."""
    return partial(_lire, _alimentees())


def _lire(alimentees: Sequence["_Alimentee"], faits: Sequence[FaitApporte]) -> Nourriture:
    recolte = _Recolte()
    if faits and faits[0].apport == faits[-1].apport:  # those of most companies
        recolte.ajouter(alimentees[faits[0].apport], faits)
        return recolte.nourriture()
    debut = 0
    while debut < len(faits):  # facts of one source follow each other
        rang = faits[debut].apport
        fin = debut
        while fin < len(faits) and faits[fin].apport == rang:
            fin += 1
        recolte.ajouter(alimentees[rang], faits[debut:fin])
        debut = fin
    return recolte.nourriture()


class _Recolte:
    """What is gathered along the facts of one company."""

    def __init__(self) -> None:
        self._codes: dict[str | None, dict[str, None]] = {}
        self._mots: list[str] = []
        self._mentions: dict[str, None] = {}
        self._noms: dict[str, None] = {}
        self._rna: dict[str, None] = {}
        self._personnes = 0

    def ajouter(self, alimentee: _Alimentee, faits: Sequence[FaitApporte]) -> None:
        for alimentation in alimentee.alimentations:
            match alimentation:
                case Filtre():
                    self._filtre(alimentation, alimentee, faits)
                case Personne():
                    self._gens(alimentation, alimentee, faits)
                case Appellation():
                    for nom in _valeurs(alimentee, faits, alimentation.champ):
                        self._noms[nom] = None
                        self._mentions[f"{alimentation.titre}{SEPARATEUR}{nom}"] = None
                case NumeroRna():
                    self._rna.update(dict.fromkeys(_valeurs(alimentee, faits, alimentation.champ)))

    def nourriture(self) -> Nourriture:
        siens = self._codes.pop(None, ())
        par_siret = {siret: codes for siret, codes in self._codes.items() if siret is not None}
        return Nourriture(siens, par_siret, dict.fromkeys(self._mots), self._mentions, self._noms, self._rna)

    def _filtre(self, filtre: Filtre, alimentee: _Alimentee, faits: Sequence[FaitApporte]) -> None:
        if filtre.selection is not None or filtre.alerte:
            choisies = _choisies(filtre.selection, alimentee, faits)
            retenus: list[tuple[str | None, Any]] = [
                (ligne.get(_SIRET), ligne.get(filtre.champ) if filtre.champ else filtre.valeur) for ligne in choisies
            ]
            self._mentions.update(dict.fromkeys(_alertes(filtre, choisies)))
        elif filtre.champ:
            colonne = alimentee.apport.colonnes.index(filtre.champ)
            retenus = [(f.siret, f.valeurs[colonne]) for f in faits]
        else:
            retenus = [(f.siret, filtre.valeur) for f in faits]
        for siret, valeur in retenus:
            valeur = filtre.valeur if valeur and filtre.valeur else valeur
            for code in _decouper(valeur, filtre.separateur):
                if filtre.libelle is not None and filtre.libelle(code) is None:
                    continue
                codes = self._codes.setdefault(siret, {})
                codes[f"{filtre.nom}:{code}"] = None
                if code != OUI:
                    codes[f"{filtre.nom}:{QUELCONQUE}"] = None

    def _gens(self, personne: Personne, alimentee: _Alimentee, faits: Sequence[FaitApporte]) -> None:
        champ_nom, champ_prenoms, usage, qualite = personne.nom, personne.prenoms, personne.usage, personne.qualite
        debut = f"{personne.role.capitalize()}{SEPARATEUR}"
        for ligne in _choisies(personne.selection, alimentee, faits):
            nom = ligne.get(champ_nom)
            if not nom or self._personnes == PERSONNES_MAX:
                continue
            self._personnes += 1
            prenoms = ligne.get(champ_prenoms)
            autre = ligne.get(usage) if usage else None
            mots, usuels = mots_d_une_personne((nom, autre) if autre else (nom,), prenoms)
            if len(mots) > MOTS_PAR_PERSONNE:
                mots, usuels = mots[:MOTS_PAR_PERSONNE], usuels[:MOTS_PAR_PERSONNE]
            self._mots += mots
            self._mots += paires(mots)
            self._mots += usuels
            ecrit = f"{autre} ({nom})" if autre and autre != nom else nom
            texte = f"{debut}{prenoms} {ecrit}" if prenoms else f"{debut}{ecrit}"
            if qualite and (siennes := ligne.get(qualite)):
                texte = f"{texte}, {_en_minuscule(siennes)}"
            self._mentions[texte] = None


def _alertes(filtre: Filtre, lignes: Sequence[Ligne]) -> Iterator[str]:
    """What is kept of an alarm to show it: its value and its day."""
    for ligne in lignes if filtre.alerte else ():
        jour = next((ligne[a] for a in filtre.jours if ligne.get(a)), "")
        for code in _decouper(ligne.get(filtre.champ) if filtre.champ else filtre.valeur, filtre.separateur):
            yield f"{ALERTE}{filtre.nom}{SEPARATEUR}{code}{SEPARATEUR}{str(jour)[:10]}"


@lru_cache(maxsize=1_000)
def _en_minuscule(qualites: str) -> str:
    """« Gérant, Administrateur » → « gérant, administrateur »; « PDG » stays."""
    return ", ".join(q if q[1:2].isupper() else q[:1].lower() + q[1:] for q in qualites.split(", "))


_SIRET = "_siret"


def _choisies(
    selection: Callable[[Sequence[Ligne], date], Sequence[Ligne]] | None,
    alimentee: _Alimentee,
    faits: Sequence[FaitApporte],
) -> Sequence[Ligne]:
    """Rows as the rule of the source wants them. A rule that fails costs its choice, never the index."""
    colonnes = alimentee.colonnes
    lignes = [dict(zip(colonnes, (*valeurs, siret), strict=True)) for _, siret, valeurs in faits]
    if selection is None:
        return lignes
    try:
        return selection(lignes, _aujourd_hui(int(monotonic() // 60)))
    except Exception as erreur:
        log.warning("règle de %s refusée par une ligne : %s", alimentee.source.nom, type(erreur).__name__)
        return lignes


@lru_cache(maxsize=1)
def _aujourd_hui(minute: int) -> date:
    """Read once a minute: asking the time zone costs as much as a rule."""
    return paris.aujourd_hui()


def _valeurs(alimentee: _Alimentee, faits: Sequence[FaitApporte], champ: str) -> Iterator[str]:
    colonne = alimentee.apport.colonnes.index(champ)
    yield from (f.valeurs[colonne] for f in faits if f.valeurs[colonne])


def _decouper(valeur: object, separateur: str) -> list[str]:
    texte = "" if valeur is None else str(valeur)
    morceaux = texte.split(separateur) if separateur else [texte]
    return [m.strip()[:VALEUR_MAX] for m in morceaux if m.strip()]


def _alimentees() -> tuple[_Alimentee, ...]:
    return _compiler(tuple(registre.toutes()))


@lru_cache(maxsize=4)
def _compiler(declarees: tuple[Source, ...]) -> tuple[_Alimentee, ...]:
    """One reading per source and per kind: what needs whole rows apart from what needs distinct values only."""
    sortie = []
    alarmes = {a.nom for source in declarees for a in _ouvertes(source) if isinstance(a, Filtre) and a.alerte}
    for source in declarees:
        # A value is an alarm whichever source gives it: whoever bears one mentions it.
        lues = [replace(a, alerte=True) if isinstance(a, Filtre) and a.nom in alarmes else a for a in _ouvertes(source)]
        for entieres in (False, True):
            voulues = tuple(a for a in lues if _veut_les_lignes(a) is entieres)
            if voulues:
                colonnes = dict.fromkeys(c for a in voulues for c in a.attributs)
                apport = Apport.de(source, [*colonnes], entieres=entieres)
                sortie.append(_Alimentee(source, apport, voulues, (*apport.colonnes, _SIRET)))
    return tuple(sortie)


def _ouvertes(source: Source) -> list[Alimentation]:
    numeros = [a for a in (attribut_du_numero(source, Siren), attribut_du_numero(source, Siret)) if a]
    if not numeros or not all(ouvert(source, a) for a in numeros):
        return []
    return [a for a in source.recherche if all(ouvert(source, attribut) for attribut in a.attributs)]


def _veut_les_lignes(alimentation: Alimentation) -> bool:
    """A rule looks at whole rows; what is mentioned of an alarm, its day among others, is of one row."""
    if isinstance(alimentation, Filtre):
        return alimentation.selection is not None or alimentation.alerte
    return isinstance(alimentation, Personne) or getattr(alimentation, "selection", None) is not None


def _decrire(alimentation: Alimentation) -> str:
    return f"{type(alimentation).__name__}({getattr(alimentation, 'nom', '')}:{','.join(alimentation.attributs)})"
