"""The scope of a figure, a list or « aucune donnée connue »: the whole unit, or the part that this reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from fce.droits.habilitations.dossiers.departements import en_clair
from fce.socle.texte.formats import pluriel


class Etendue(StrEnum):
    """What a complete scope covers, as displayed."""

    ENTREPRISE = "toute l'entreprise"
    ETABLISSEMENT = "cet établissement"
    SIEGE = "le siège seulement"


@dataclass(frozen=True, slots=True)
class Perimetre:
    """The scope of what was read of a source.

    ``territoire``: départements that limit the reader's rights on facts of establishments, None when unlimited;
    ``entier``: nothing of the unit is outside, all the same. ``colonnes``: (label, départements) of fields readable in
    some départements only. ``motif``: why the sums of the whole are not given. ``sources``: for several sources shown
    together, (title, départements) of those limited to a territory when the others are not.
    """

    etendue: Etendue
    entier: bool = True
    territoire: frozenset[str] | None = None
    colonnes: tuple[tuple[str, frozenset[str]], ...] = ()
    motif: str = ""
    sources: tuple[tuple[str, frozenset[str]], ...] = ()

    @property
    def lieux(self) -> str:
        """ "Nord (59)"; "" when unlimited."""
        return nommer(self.territoire) if self.territoire is not None else ""

    @property
    def phrase(self) -> str:
        """ "toute l'entreprise", "votre territoire seulement : Nord (59)", "toute l'entreprise, sauf un genre que vos
        droits limitent à votre territoire, Nord (59) : activité partielle"."""
        if self.sources:
            return f"{self.etendue}, {sauf(self.sources)}"
        return str(self.etendue) if self.entier else f"votre territoire seulement : {self.lieux}"

    @property
    def mention(self) -> str:
        """Sentence on the scope for this reader, "" when none of his rights is limited."""
        colonnes = _par_lieu((f"« {nom} »", ou) for nom, ou in self.colonnes)
        propres = [f"{', '.join(noms)} : {nommer(ou)} seulement" for ou, noms in colonnes]
        if self.territoire is None and not propres and self.etendue is not Etendue.SIEGE:
            return ""
        return " ; ".join([f"{self.phrase} – {self.motif}" if self.motif else self.phrase, *propres])

    @property
    def suffixe(self) -> str:
        """``mention``, to follow a sentence without its full stop: " – votre territoire seulement : Nord (59)"."""
        return f" – {self.mention}" if self.mention else ""

    def complet(self) -> Perimetre:
        """The whole scope, for a reader from whom nothing was left out."""
        return replace(self, entier=True, motif="")


ENTREPRISE: Final = Perimetre(Etendue.ENTREPRISE)
ETABLISSEMENT: Final = Perimetre(Etendue.ETABLISSEMENT)
SIEGE: Final = Perimetre(Etendue.SIEGE)


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Counts and sums of all the facts of a company of which the reader may list a part.

    ``faits`` and ``lieux``: rows and establishments of the whole; ``ailleurs`` and ``lieux_ailleurs``: those outside
    his territory, None when establishments are not counted. ``sommes``: by attribute; ``serie``: rows added up by date;
    ``synthese``: folded rows; ``parts``: counts by thing that another source tells; ``tuile`` and ``alerte``: sentences
    of the declaration; ``sur``: on how many rows they are computed ("sur 2 000 lignes parmi 2 806"), "" when on all;
    ``choses``: things counted by the source. It holds no row of an establishment.
    """

    faits: int
    ailleurs: int
    lieux: int | None = None
    lieux_ailleurs: int | None = None
    sommes: Mapping[str, Any] = field(default_factory=dict)
    serie: Sequence[dict[str, Any]] = ()
    synthese: Sequence[Mapping[str, Any]] | None = None
    parts: Sequence[Mapping[str, Any]] = ()
    tuile: str | None = None
    alerte: str | None = None
    sur: str = ""
    choses: int | None = None

    @property
    def phrase(self) -> str:
        """ "ailleurs dans l'entreprise, hors de votre territoire : 4 établissements, 12 lignes"."""
        combien = [pluriel(self.lieux_ailleurs, "établissement")] if self.lieux_ailleurs else []
        combien.append(pluriel(self.ailleurs, "ligne"))
        return f"ailleurs dans l'entreprise, hors de votre territoire : {', '.join(combien)}{self.calcul}"

    @property
    def calcul(self) -> str:
        """ ", sur 2 000 lignes parmi 2 806"; "" when everything was read."""
        return f", {self.sur}" if self.sur else ""


def dire(perimetre: Perimetre, ensemble: Ensemble | None) -> str:
    """French sentence on the scope of a bloc, list or file; "" when no right is limited."""
    if not perimetre.mention:
        return ""
    if ensemble is not None and ensemble.serie:
        morceaux = [f"{perimetre.etendue}, dont votre territoire : {perimetre.lieux}"]
    else:
        morceaux = [perimetre.mention, *([ensemble.phrase] if ensemble is not None else ())]
    return " ; ".join(m[:1].upper() + m[1:] if rang == 0 else m for rang, m in enumerate(morceaux)) + "."


def reunir(perimetres: Iterable[tuple[str, Perimetre]]) -> Perimetre:
    """The scope of several sources shown together, each with its title.

    When only some of them are limited to the reader's territory, these are named.
    """
    connus = sorted(perimetres, key=lambda titre_et_p: (titre_et_p[1].entier, titre_et_p[1].territoire is None))
    if not connus:
        return ENTREPRISE
    parts = [(titre, p.territoire or frozenset()) for titre, p in connus if not p.entier]
    meme = len(parts) in (0, len(connus)) and len({ou for _, ou in parts}) < 2
    reuni = replace(connus[0][1], colonnes=(), motif="")
    return reuni if meme else replace(reuni, sources=tuple(dict.fromkeys(parts)))


_EN_LETTRES: Final = {1: "un genre", 2: "deux genres", 3: "trois genres", 4: "quatre genres", 5: "cinq genres"}


def sauf(limites: Iterable[tuple[str, frozenset[str]]]) -> str:
    """Limits that rights set on a page about a whole company, by kinds of facts: "sauf deux genres que vos droits
    limitent à votre territoire, Nord (59) : accidents du travail, activité partielle".

    ``limites``: (title, départements).
    """
    dites = []
    for ou, noms in _par_lieu(limites):
        combien = _EN_LETTRES.get(len(noms)) or pluriel(len(noms), "genre")
        titres = [n if n[:2].isupper() else f"{n[:1].lower()}{n[1:]}" for n in noms]  # an acronym keeps its capitals
        dites.append(f"{combien} que vos droits limitent à votre territoire, {nommer(ou)} : {', '.join(titres)}")
    return f"sauf {' ; '.join(dites)}"


def _par_lieu(nommes: Iterable[tuple[str, frozenset[str]]]) -> list[tuple[frozenset[str], list[str]]]:
    """Names grouped by the départements where they may be read, in order."""
    par_lieu: dict[frozenset[str], list[str]] = {}
    for nom, ou in nommes:
        par_lieu.setdefault(ou, []).append(nom)
    return list(par_lieu.items())


@lru_cache(maxsize=256)
def nommer(departements: frozenset[str]) -> str:
    """ "Nord (59)", "Hauts-de-France, Orne (61)"; "aucun département"."""
    return en_clair(departements) or "aucun département"
