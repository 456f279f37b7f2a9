"""Units drawn by rule from INSEE's real samples, read in place, and the answer expected of each.

No number of the samples is written here: a case is the rank of its draw, so that a change of the samples shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from django.conf import settings

from tests.recherche import corpus_reel

GRAINE: Final = 63
TIREES: Final = 8
"""Units drawn of each kind."""
ALIMENTAIRES: Final = ("10.1", "10.2", "10.5", "10.8")


class Tiree(NamedTuple):
    """A company and its establishments as Sirene gives them; ``lieu``: the establishment judged, if it is one."""

    unite: Any
    lieux: Sequence[Any]
    lieu: Any = None

    @property
    def siege(self) -> Any:
        return next((x for x in self.lieux if x.siret == f"{self.unite.siren}{self.unite.nic_siege}"), None)


def sirene() -> Path:
    return Path(settings.FCE_SHARED_DIR) / "data" / "sirene"


def _drapeaux(t: Tiree) -> list[str]:
    return sorted(x.etat_administratif for x in t.lieux if x.etablissement_siege)


STRATES: Final[dict[str, Callable[[Tiree], bool]]] = {
    "siège fermé, entreprise active": lambda t: (
        t.siege is not None and t.siege.etat_administratif == "F" and t.unite.etat_administratif == "A"
    ),
    "siège ouvert, ancien siège fermé": lambda t: (
        t.siege is not None and t.siege.etat_administratif == "A" and _drapeaux(t) == ["A", "F"]
    ),
    "siège fermé, entreprise cessée": lambda t: (
        t.siege is not None and t.siege.etat_administratif == "F" and t.unite.etat_administratif == "C"
    ),
    "siège absent du fichier": lambda t: t.siege is None,
    "plusieurs établissements ouverts": lambda t: sum(x.etat_administratif == "A" for x in t.lieux) > 2,
}
"""Kinds of companies, told without the rules."""
REGLES: Final = {
    "siege-ferme": (
        "siège fermé, entreprise active", "siège ouvert, ancien siège fermé", "siège fermé, entreprise cessée",
        "siège absent du fichier",
    ),
    "deux-sieges": (
        "siège ouvert, ancien siège fermé", "plusieurs établissements ouverts", "siège absent du fichier",
    ),
}  # fmt: skip


@lru_cache(maxsize=1)
def toutes() -> list[Tiree]:
    lues = corpus_reel.documents([sirene() / "recents", sirene() / "stock_2020"])
    return sorted((Tiree(s.entreprise, s.etablissements) for s in lues), key=lambda t: t.unite.siren)


def tirer(regle: str) -> Iterator[tuple[str, Tiree]]:
    """Yield (kind, unit), in the order in which the cases are written."""
    for strate in REGLES.get(regle, ()):
        du_genre = [t for t in toutes() if STRATES[strate](t)]
        for tiree in Random(f"{GRAINE} {regle} {strate}").sample(du_genre, min(TIREES, len(du_genre))):
            yield strate, tiree
    if regle == "sans-agrement-sanitaire":
        lieux = [t._replace(lieu=x) for t in toutes() for x in t.lieux]
        alimentaires = [t for t in lieux if (t.lieu.activite_principale or "").startswith(ALIMENTAIRES)]
        yield from (("alimentaire", t) for t in Random(f"{GRAINE} {regle}").sample(alimentaires, 30))


class Jugee(NamedTuple):
    attendu: bool
    pourquoi: str


def _oui(pourquoi: str) -> Jugee:
    return Jugee(True, pourquoi)


def _non(pourquoi: str) -> Jugee:
    return Jugee(False, pourquoi)


JUGEES: Final[dict[str, tuple[Jugee, ...]]] = {
    "siege-ferme": (
        _oui("a farming cooperative: all its places closed by 2006, siège included, never ceased"),
        _oui("scrap dealer: its only establishment closed in 1995"),
        _oui("earthworks: its only establishment closed in 1998"),
        _oui("a managing company: its third place closed in 1996, nothing since"),
        _oui("an activity of the 1973 nomenclature: its only establishment closed in 1991"),
        _oui("siège of 2007 closed in 2009 with another, three older ones closed before"),
        _oui("all establishments closed the same day of 2008, a merger by the look of it, company active"),
        _oui("closed in 2002, six years after the company's last change"),
        _non("moved in April 2017: the former siège closed, the new one open"),
        _non("moved in 2016 and changed its trade: siège open"),
        _non("haulier moved on New Year's day: siège open"),
        _non("moved in December 2016, the third siège is open"),
        _non("builder moved in 2017: siège open"),
        _non("publisher moved and hired: siège open"),
        _non("garage: the new siège was created the day before the old one closed"),
        _non("dentists who moved: siège open"),
        _non("car dealer that ceased with its siège, the same day"),
        _non("SCI that ceased, its activity unknown (00.00Z): its siège went with it"),
        _non("mail order ceased with its only establishment"),
        _non("grocer ceased with its only establishment"),
        _non("property developer (SCCV) ceased once its building was sold"),
        _non("ceased in 1984, creation date unknown"),
        _non("consultant ceased at the end of a quarter"),
        _non("consultant ceased on New Year's day"),
        _non("a holding: the file has two of its places, not the siège"),
        _non("a wholesaler's many places to let, without the siège"),
        _non("a restaurant's second place alone is in the file"),
        _non("a retirement home of an association seated elsewhere"),
        _non("a closed practice of surgeons whose siège is not in the file"),
        _non("an inspection office whose siège is not in the file"),
        _non("two depots of a haulier seated elsewhere"),
        _non("an office of a manufacturer seated elsewhere"),
    ),
    "deux-sieges": (
        _non("pre-press workshop that moved: one flag is on the closed siège"),
        _non("SCI that moved: one flag is on the closed siège"),
        _non("consultant who moved: one flag is on the closed siège"),
        _non("doctors who moved: one flag is on the closed siège"),
        _non("a company that holds securities moved: one flag is on the closed siège"),
        _non("architect who moved eight months after: one flag is on the closed siège"),
        _non("SCI in its fourth place: one flag is on the closed siège"),
        _non("estate dealer who moved: one flag is on the closed siège"),
        _non("freight: many open places, the former siège closed"),
        _non("three restaurants, the first is the siège"),
        _non("jeweller: a new workshop is the siège, the shops have no flag"),
        _non("carpet shops: the former siège of 1988 is closed"),
        _non("an association with two local sections, without flag"),
        _non("engineers: many places, one siège"),
        _non("electricity: a place for each plant, the former siège closed"),
        _non("animal feed: many plants, one siège since 2014"),
        _non("a foreign legal person: no siège in the file"),
        _non("a branch of a foreign company: no siège in the file"),
        _non("an agency of a company seated elsewhere: no flag here"),
        _non("an insurance office of a company seated elsewhere: no flag here"),
        _non("a crèche of a commune: no flag here"),
        _non("two garages of a company seated elsewhere: no flag here"),
        _non("a closed office of a company seated elsewhere: no flag here"),
        _non("a shop of a company seated elsewhere: no flag here"),
    ),
    "sans-agrement-sanitaire": (
        _non("chocolate: no food of animal origin"),
        _non("butcher's, closed, and laid aside anyway"),
        _non("chocolate factory of twenty people: no approval needed"),
        _non("butcher who sells to consumers"),
        _oui("meat processing with three to five employees, no approval under this SIRET"),
        _non("coffee, closed"),
        _oui("poultry slaughterhouse of fifty people: no approval under this SIRET"),
        _non("other food, not of animal origin, nobody employed"),
        _non("prepared meat (10.13A): laid aside, since many sell to consumers alone"),
        _non("slaughterhouse closed the day its company ceased"),
        _non("chocolate shop"),
        _non("ice cream is not in the list, and closed"),
        _non("chocolate, nobody employed"),
        _non("chocolate, employees unknown"),
        _non("caterer whose second place is a charcuterie"),
        _non("coffee, employees unknown"),
        _non("butcher's (47.22Z) whose workshop is a charcuterie"),
        _non("ice cream is not in the list"),
        _non("the former siège of a meat processor, closed when it moved"),
        _non("dietetic food is not in the list"),
        _non("chocolate, closed"),
        _non("coffee with one or two employees: no approval needed"),
        _non("an intercommunal slaughterhouse without employees of its own"),
        _non("a new cheese maker, nobody employed"),
        _non("coffee"),
        _non("charcuterie with one or two employees: laid aside"),
        _non("chocolate made by an ice cream company"),
        _non("an older slaughterhouse of the company that ceased, closed too"),
        _non("chocolate, nobody employed"),
        _non("other food with an employee: not in the list"),
    ),
}
"""In the order of ``tirer``: each was looked at, and decided by reading what the rule is about."""
