"""The timeline as a reader sees it: what changed since his last reading, then one fold per year.

Runs of like events take one line, except grave ones. Counts are those of the events that this reader may see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from django.utils.text import slugify

from fce.donnees.entreprises.historique import Evenement
from fce.donnees.entreprises.historique_lieux import JalonsComptes
from fce.fiche.formes.contenu import Fiche, FicheEntreprise, Provenance
from fce.fiche.lecture.derniere_lecture import ChangementsConnus
from fce.fiche.lecture.gravite import genre_de, gravite_de, gravite_du_genre
from fce.fiche.page.annees import AnneeDessinee, dessiner
from fce.fiche.unite.perimetre import nommer
from fce.socle.texte.formats import jour, nombre, pluriel
from fce.socle.texte.identifiants import formater_siret
from fce.socle.web import liens
from fce.sources import registre
from fce.sources.onglets import onglet_de
from fce.sources.presentation import Gravite

LIGNES: Final = 8
"""Lines of a year printed on the tab: the gravest, then the latest."""
ANNEES: Final = 5
"""Years with a fold of their own; the older ones share one."""
SUITE_PLIEE: Final = 4
"""Events of one kind in a row from which they take one line; two are enough on one day."""
TOUTE_L_ENTREPRISE: Final = "toute l’entreprise"
CHEZ_VOUS: Final = "chez vous"
AILLEURS: Final = "ailleurs"
_RANGS: Final = {gravite: rang for rang, gravite in enumerate(Gravite)}


@dataclass(frozen=True, slots=True)
class LigneDatee:
    """A line: an event, or a run of like ones (``nombre``).

    ``avant`` and ``apres``: old and new values, when known. ``lieux``: [(text, link)…], with ``ici`` when in the
    reader's territory. ``origine``: service, or system and date of its file.
    """

    quand: str
    gravite: Gravite
    titre: str
    lien: str
    detail: str
    avant: str
    apres: str
    lieux: tuple[tuple[str, str], ...]
    ici: bool
    origine: str
    nombre: int = 1


@dataclass(frozen=True, slots=True)
class AnneePliee:
    """A fold. ``lignes``: those printed, of ``total``; ``restes``: what is counted, not told."""

    titre: str
    resume: str
    lignes: tuple[LigneDatee, ...]
    total: int
    lien: str
    ouverte: bool
    restes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DepuisLe:
    """Changes since ``jour``, the reader's last reading: lines of what is grave or to be seen.

    ``perdues``: sources that cannot be compared; ``retires``: facts read then, that the files no longer give.
    """

    jour: date
    resume: str
    ici: int
    total: int
    ordinaires: int
    lignes: tuple[LigneDatee, ...]
    reste: int
    marquer: str
    perdues: tuple[str, ...] = ()
    retires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choix:
    """A filter with its options: (value in the address, label, chosen)."""

    nom: str
    libelle: str
    tous: str
    options: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Historique:
    """``compte``: number of events and first year; ``partielles``: sources with too many events to tell them all."""

    compte: str
    depuis: DepuisLe | None
    annees: tuple[AnneePliee, ...]
    partielles: tuple[str, ...]
    choix: tuple[Choix, ...] = ()
    dessin: tuple[AnneeDessinee, ...] = ()


@dataclass(frozen=True, slots=True)
class CadreHistorique:
    """Parts of a sheet that lines need: its address, the reader's territory, the origin of each source by name."""

    adresse: str
    territoire: frozenset[str]
    origines: Mapping[str, Provenance]
    entreprise: bool = True

    def ici(self, evenement: Evenement) -> bool:
        return bool(evenement.departement) and evenement.departement in self.territoire


def cadre_de(fiche: Fiche, territoire: frozenset[str], provenances: Iterable[Provenance]) -> CadreHistorique:
    entreprise = isinstance(fiche, FicheEntreprise)
    return CadreHistorique(fiche.unite.adresse, territoire, {p.source: p for p in provenances}, entreprise)


def historique(
    fiche: Fiche, cadre: CadreHistorique, depuis: DepuisLe | None, choix: tuple[Choix, ...], *, replie: bool = False
) -> Historique:
    """The timeline of a sheet. ``replie``: every fold closed, for a page that shows more than the timeline."""
    evenements = [e for j in fiche.chronologie for e in j.evenements]
    restes = fiche.apercu.comptes
    annees = tuple(_annees(evenements, restes, cadre, replie=replie))
    total = len(evenements) + sum(c.nombre for c in restes)
    connues = [e.date.year for e in evenements if e.date] + [c.annee for c in restes]
    partielles = tuple(
        f"{titre} : {nombre(dits)} sur {nombre(toutes)}" for titre, dits, toutes in fiche.apercu.partielles
    )
    debut = f" depuis {min(connues)}" if connues else ""
    dessin = tuple(dessiner(evenements, restes, cadre.adresse))
    return Historique(f"{pluriel(total, 'événement')}{debut}", depuis, annees, partielles, choix, dessin)


def depuis_la_lecture(
    ecarts: ChangementsConnus, tous: Sequence[Evenement], cadre: CadreHistorique, fiche: Fiche, le: date, marquer: str
) -> DepuisLe:
    """``ecarts``: what this reader has not seen; ``marquer``: address that marks it as read."""
    nouveaux, comptes = ecarts.nouveaux, Counter(map(gravite_de, ecarts.nouveaux))
    utiles = [e for e in nouveaux if gravite_de(e) is not Gravite.ORDINAIRE] or nouveaux
    trop = {titre for titre, *_ in fiche.apercu.partielles}
    entieres = {nom for nom in cadre.origines if registre.source(nom).titre not in trop}
    jalonnees = {nom for nom in entieres if registre.source(nom).jalon}
    # The oldest rows of a source read in part leave it when newer ones come.
    disparus = [e for e in ecarts.disparus if e.genre == "fait" and e.source in entieres and not fiche.masquee]
    avant, siens = (Counter(map(genre_de, evenements)) for evenements in (ecarts.avant, tous))
    entier = TOUTE_L_ENTREPRISE if cadre.entreprise else "cet établissement"
    limites = {titre: nommer(ou) for titre, ou in fiche.perimetre.sources}

    def evolution(suite: Sequence[Evenement]) -> tuple[str, str]:
        """Number of facts of this kind at the last reading, and now; nothing when they were not all read."""
        premier, genre = suite[0], genre_de(suite[0])
        if premier.genre != "fait" or premier.source not in jalonnees:
            anciens = [e.titre for e in disparus if (e.source, e.ou) == (premier.source, premier.ou)]
            return (", ".join(anciens), premier.titre) if anciens else ("", "")
        la = limites.get(registre.source(premier.source).titre, entier)
        return nombre(avant[genre]) if avant[genre] else "aucun", f"{nombre(siens[genre])} ({la})"

    def connue(suite: Sequence[Evenement]) -> LigneDatee:
        fait, source = ligne(suite, cadre, evolution(suite)), cadre.origines.get(suite[0].source)
        le_jour = jour(suite[0].connu_le or (source.date_import if source else None))
        return replace(fait, origine=f"{fait.origine}, connu le {le_jour}")

    lignes = sorted(map(connue, suites(utiles)), key=lambda x: _RANGS[x.gravite])
    retires = dict.fromkeys(f"{e.titre}, {jour(e.date)}" for e in disparus if e.source in jalonnees)
    dit = f"{pluriel(len(nouveaux), 'changement')}{gravites(comptes)}" if nouveaux else ""
    return DepuisLe(
        le,
        dit or ("" if ecarts.perdues or retires else "aucun changement connu"),
        sum(map(cadre.ici, nouveaux)),
        len(nouveaux),
        comptes[Gravite.ORDINAIRE],
        tuple(lignes[:LIGNES]),
        sum(x.nombre for x in lignes[LIGNES:]),
        marquer,
        tuple(ecarts.perdues),
        tuple(retires),
    )


def _annees(
    evenements: Sequence[Evenement], restes: Sequence[JalonsComptes], cadre: CadreHistorique, *, replie: bool
) -> Iterator[AnneePliee]:
    """Undated facts first when one is grave, else last: the sources give no day for them."""
    par_an: dict[int, list[Evenement]] = {}
    for e in evenements:
        par_an.setdefault(e.date.year if e.date else 0, []).append(e)
    for compte in restes:
        par_an.setdefault(compte.annee, [])
    sans_date = par_an.pop(0, [])
    grave = any(gravite_de(e) is Gravite.GRAVE for e in sans_date)
    inconnue = [_annee("Sans date", sans_date, (), cadre, {}, ouverte=grave and not replie)] if sans_date else []
    yield from inconnue if grave else ()
    annees = sorted(par_an, reverse=True)
    for rang, an in enumerate(annees[:ANNEES]):
        siens = [c for c in restes if c.annee == an]
        bornes = {"depuis": str(an), "jusqu_a": str(an)}
        yield _annee(str(an), par_an[an], siens, cadre, bornes, ouverte=rang == 0 and not replie)
    if anciennes := annees[ANNEES:]:
        premiere, derniere = anciennes[-1], anciennes[0]
        titre = f"De {premiere} à {derniere}" if premiere != derniere else str(derniere)
        siens = [c for c in restes if c.annee <= derniere]
        faits = [e for an in anciennes for e in par_an[an]]
        yield _annee(titre, faits, siens, cadre, {"jusqu_a": str(derniere)}, ouverte=False)
    yield from () if grave else inconnue


def _annee(
    titre: str,
    evenements: Sequence[Evenement],
    restes: Sequence[JalonsComptes],
    cadre: CadreHistorique,
    bornes: Mapping[str, str],
    *,
    ouverte: bool,
) -> AnneePliee:
    toutes = list(suites(evenements))
    # The gravest first among those printed, then in the order of the dates.
    rangs = sorted(range(len(toutes)), key=lambda n: (_RANGS[gravite_de(toutes[n][0])], n))
    montrees = [toutes[n] for n in sorted(rangs[:LIGNES])]
    ici = sum(map(cadre.ici, evenements)) + sum(c.nombre for c in restes if c.ici)
    combien = len(evenements) + sum(c.nombre for c in restes)
    comptes = Counter(map(gravite_de, evenements))
    for c in restes:
        comptes[gravite_du_genre(c.genre)] += c.nombre
    resume = f"{pluriel(combien, 'événement')}{gravites(comptes, ici)}"
    dites = Counter({"ouverture": 0, "fermeture": 0})
    for c in restes:
        dites[c.genre] += c.nombre
    # A filter by dates keeps no undated fact: there is no page of these alone.
    lien = f"{cadre.adresse}/chronologie?{urlencode(bornes)}" if bornes else f"{cadre.adresse}/chronologie"
    return AnneePliee(
        titre, resume, tuple(ligne(s, cadre) for s in montrees), len(toutes), lien, ouverte,
        tuple(f"{pluriel(n, genre)} d’établissements" for genre, n in dites.items() if n),
    )  # fmt: skip


def gravites(comptes: Counter[Gravite], ici: int = 0) -> str:
    """ " : 2 graves, 6 à voir, 23 ordinaires, 14 chez vous"."""
    graves, ordinaires = comptes[Gravite.GRAVE], comptes[Gravite.ORDINAIRE]
    dits = [pluriel(graves, "grave")] if graves else []
    dits += [f"{nombre(comptes[Gravite.A_VOIR])} à voir"] if comptes[Gravite.A_VOIR] else []
    dits += [pluriel(ordinaires, "ordinaire")] if ordinaires else []
    dits += [f"{nombre(ici)} chez vous"] if ici else []
    return f" : {', '.join(dits)}" if dits else ""


def suites(evenements: Sequence[Evenement]) -> Iterator[tuple[Evenement, ...]]:
    """Events in order, runs of one kind and service together: ``SUITE_PLIEE`` of them, or two of one day. Grave ones
    stay apart."""
    for (_, _, gravite), groupe in groupby(evenements, key=lambda e: (genre_de(e), service_de(e), gravite_de(e))):
        suite = tuple(groupe)
        un_jour = len({e.date for e in suite}) == 1
        if gravite is not Gravite.GRAVE and (len(suite) >= SUITE_PLIEE or (un_jour and len(suite) > 1)):
            yield suite
        else:
            yield from ((e,) for e in suite)


def ligne(suite: Sequence[Evenement], cadre: CadreHistorique, evolution: tuple[str, str] = ("", "")) -> LigneDatee:
    """One line of a list: an event, or a run of like ones. ``evolution``: old and new number of facts of this kind."""
    premier, seul = suite[0], len(suite) == 1
    detail, avant, apres = premier.detail or "", "", ""
    if premier.genre != "fait" and " → " in detail:
        avant, _, apres = detail.partition(" → ")
        detail = ""
    if premier.genre == "contact":
        detail = ""
    if evolution[1]:
        avant, apres = evolution
    ici = sum(map(cadre.ici, suite))
    lieux = _lieux(suite, ici, cadre)
    nommes = not any(CHEZ_VOUS in texte for texte, _ in lieux)
    return LigneDatee(
        _quand(suite), gravite_de(premier), _titre(suite), _lien(suite, cadre), detail if seul else "",
        avant if seul or evolution[1] else "", apres if seul or evolution[1] else "",
        lieux, nommes and ici == len(suite), _origine(premier, cadre.origines), len(suite),
    )  # fmt: skip


def _quand(suite: Sequence[Evenement]) -> str:
    debut, fin = suite[-1].date, suite[0].date
    if fin is None:
        return "Date non dite"
    return jour(fin) if debut == fin else f"du {jour(debut)} au {jour(fin)}"


def _titre(suite: Sequence[Evenement]) -> str:
    premier = suite[0]
    if len(suite) == 1:
        return premier.titre
    jalon = registre.source(premier.source).jalon if premier.genre == "fait" else None
    if jalon and jalon.pluriel:
        suffixe = f" : {premier.detail}" if jalon.par_detail and premier.detail else ""
        return f"{nombre(len(suite))} {jalon.pluriel}{suffixe}"
    return f"{genre_de(premier)} : {nombre(len(suite))} fois"


def _lien(suite: Sequence[Evenement], cadre: CadreHistorique) -> str:
    """Address of a fact: its source on its tab, or the list of those of its kind."""
    premier = suite[0]
    if len(suite) > 1:
        ans = sorted(str(e.date.year) for e in suite if e.date)
        bornes = {"depuis": ans[0], "jusqu_a": ans[-1]} if ans else {}
        return f"{cadre.adresse}/chronologie?{urlencode({'genre': cle(genre_de(premier)), **bornes})}"
    if premier.genre == "contact":
        return f"{cadre.adresse}/controles"
    if premier.genre == "fait":
        onglet = onglet_de(registre.source(premier.source).rubrique)
        return f"{cadre.adresse}/{onglet.cle}#liste-{premier.source}"
    return liens.fiche(premier.siret) if premier.siret else ""


def _lieux(suite: Sequence[Evenement], ici: int, cadre: CadreHistorique) -> tuple[tuple[str, str], ...]:
    distincts = dict.fromkeys((e.commune, e.departement, e.ou or "") for e in suite)
    if len(suite) == 1 or len(distincts) <= 2:
        return tuple(_lieu(*x, cadre) for x in distincts)
    if ici:
        dits = [f"{nombre(ici)} {CHEZ_VOUS}"] + ([f"{nombre(len(suite) - ici)} {AILLEURS}"] if ici < len(suite) else [])
        return ((", ".join(dits), ""),)
    return ((pluriel(len({siret for *_, siret in distincts}), "établissement"), ""),)


def _lieu(commune: str, departement: str, siret: str, cadre: CadreHistorique) -> tuple[str, str]:
    """(text, link) of a place. The commune of the reader's territory does without its département."""
    if not siret:
        return commune or TOUTE_L_ENTREPRISE, ""
    lien = liens.fiche(siret) if cadre.entreprise else ""
    if not commune:
        return (formater_siret(siret) if cadre.entreprise else "cet établissement"), lien
    return (commune if departement in cadre.territoire else f"{commune} ({departement})"), lien


def _origine(evenement: Evenement, origines: Mapping[str, Provenance]) -> str:
    """ "DGT – Wiki'T, 20/11/2026"; the service that told a contact."""
    if evenement.genre == "contact":
        return evenement.detail or ""
    dite = origines.get(evenement.source)
    if dite is None:
        return service_de(evenement)
    quand = jour(dite.date_metier) or (f"importé le {jour(dite.date_import)}" if dite.date_import else "")
    return ", ".join(filter(None, (f"{service_de(evenement)} – {dite.systeme}", quand)))


def service_de(evenement: Evenement) -> str:
    """Service that told a contact, or producer of the source."""
    if evenement.genre == "contact":
        return evenement.detail or ""
    producteur = registre.source(evenement.source).producteur
    return producteur.sigle or producteur.nom


@lru_cache(maxsize=1024)
def cle(libelle: str) -> str:
    """A label as a value of an address."""
    return slugify(libelle)
