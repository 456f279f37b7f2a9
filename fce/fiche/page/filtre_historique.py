"""The filter of the timeline, in the address, and the list that it keeps, by pages.

Choices are made from the events that this reader may see, so that they reveal nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fce.donnees.entreprises.historique import Evenement, Journee
from fce.fiche.lecture.gravite import genre_de, gravite_de
from fce.fiche.page.historique import (
    TOUTE_L_ENTREPRISE,
    CadreHistorique,
    Choix,
    LigneDatee,
    cle,
    gravites,
    ligne,
    service_de,
    suites,
)
from fce.fiche.unite.perimetre import nommer
from fce.socle.texte.formats import nombre
from fce.sources.presentation import Gravite

PAR_PAGE: Final = 100
ICI: Final = "ici"
ENTREPRISE: Final = "entreprise"
NOUVEAU: Final = "nouveau"


@dataclass(frozen=True, slots=True)
class PageHistorique:
    """A page of the timeline. ``total``: events that the filter keeps; ``en_tout``: all of them; ``garder``: the filter
    as parameters; ``gravites``: how many of each gravity."""

    lignes: tuple[LigneDatee, ...]
    total: int
    page: int
    pages: int
    choix: tuple[Choix, ...]
    en_tout: int
    garder: tuple[tuple[str, str], ...]
    gravites: str


def page_chronologie(
    jalons: Iterable[Journee],
    page: int,
    demande: Mapping[str, str],
    cadre: CadreHistorique,
    nouveaux: Collection[Evenement] = (),
) -> PageHistorique:
    """A page of the timeline, filtered by ``demande`` (parameters of an address); values not offered are ignored.
    ``nouveaux``: events since the reader's last reading."""
    tous = [e for j in jalons for e in j.evenements]
    choix = choix_de(tous, demande, cadre, nouveaux)
    voulus = {c.nom: valeur for c in choix for valeur, _, choisi in c.options if choisi}
    recents = frozenset(nouveaux)
    retenus = [e for e in tous if _retenu(e, voulus, cadre, recents)]
    # A kind or a year asked for is told one by one.
    un_par_un = "genre" in voulus or ("depuis" in voulus and voulus["depuis"] == voulus.get("jusqu_a"))
    series: list[Sequence[Evenement]] = [(e,) for e in retenus] if un_par_un else list(suites(retenus))
    pages = max(1, -(-len(series) // PAR_PAGE))
    page = max(1, min(page, pages))
    lignes = tuple(ligne(s, cadre) for s in series[(page - 1) * PAR_PAGE : page * PAR_PAGE])
    combien = gravites(Counter(map(gravite_de, retenus)))
    return PageHistorique(lignes, len(retenus), page, pages, choix, len(tous), tuple(voulus.items()), combien)


def choix_de(
    tous: Sequence[Evenement], demande: Mapping[str, str], cadre: CadreHistorique, nouveaux: Collection[Evenement] = ()
) -> tuple[Choix, ...]:
    """The filters, each with the number of events of its options; those that would change nothing are left out."""
    comptes_ = Counter(map(gravite_de, tous))
    genres, rangs = Counter(map(genre_de, tous)), {genre_de(e): gravite_de(e) for e in reversed(tous)}
    services = Counter(map(service_de, tous))
    annees = sorted({str(e.date.year) for e in tous if e.date}, reverse=True)
    graves, utiles = comptes_[Gravite.GRAVE], comptes_[Gravite.GRAVE] + comptes_[Gravite.A_VOIR]
    ordre = list(Gravite)
    offerts: list[tuple[str, str, str, list[tuple[str, str, int]]]] = [
        ("lecture", "Lecture", "Tout", [(NOUVEAU, "Depuis votre dernière lecture", len(nouveaux))]),
        ("gravite", "Gravité", "Toutes", [
            (cle(Gravite.GRAVE), "Graves", graves),
            (cle(Gravite.A_VOIR), "Graves et à voir", utiles),
            (cle(Gravite.ORDINAIRE), "Ordinaires", comptes_[Gravite.ORDINAIRE]),
        ]),
        # The gravest kinds first, then the rarest: monthly events are the least informative.
        ("genre", "Genre", "Tous les genres", [
            (cle(g), g, n) for g, n in sorted(genres.items(), key=lambda x: (ordre.index(rangs[x[0]]), x[1], x[0]))
        ]),
        ("service", "Service ou producteur", "Tous", [(cle(s), s, n) for s, n in sorted(services.items())]),
        ("lieu", "Lieu", "Partout", _lieux(tous, cadre)),
    ]  # fmt: skip
    comptes = [
        Choix(
            nom,
            libelle,
            tout,
            tuple((valeur, f"{dit} ({nombre(n)})", demande.get(nom, "") == valeur) for valeur, dit, n in options if n),
        )
        for nom, libelle, tout, options in offerts
        if nom == "lecture" or sum(1 for *_, n in options if n) > 1
    ]
    for nom, libelle, tout in (("depuis", "Depuis", "Toujours"), ("jusqu_a", "Jusqu’en", "Aujourd’hui")):
        if len(annees) > 1:
            comptes.append(Choix(nom, libelle, tout, tuple((a, a, demande.get(nom, "") == a) for a in annees)))
    return tuple(c for c in comptes if c.options)


def _lieux(tous: Sequence[Evenement], cadre: CadreHistorique) -> list[tuple[str, str, int]]:
    """The reader's territory, the whole company, then each département with an event."""
    if not cadre.entreprise:
        return []
    par_departement = Counter(e.departement for e in tous if e.departement)
    return [
        (ICI, "Chez vous", sum(map(cadre.ici, tous))),
        (ENTREPRISE, f"{TOUTE_L_ENTREPRISE[:1].upper()}{TOUTE_L_ENTREPRISE[1:]}", sum(e.ou is None for e in tous)),
        *((d.lower(), nommer(frozenset({d})), n) for d, n in sorted(par_departement.items())),
    ]


def _retenu(
    evenement: Evenement, voulus: Mapping[str, str], cadre: CadreHistorique, recents: frozenset[Evenement]
) -> bool:
    annee = str(evenement.date.year) if evenement.date else ""
    gravite, lieu = gravite_de(evenement), voulus.get("lieu", "")
    voulue = voulus.get("gravite", cle(gravite))
    return (
        (voulue == cle(gravite) or (voulue == cle(Gravite.A_VOIR) and gravite is Gravite.GRAVE))
        and voulus.get("genre", cle(genre_de(evenement))) == cle(genre_de(evenement))
        and voulus.get("service", cle(service_de(evenement))) == cle(service_de(evenement))
        and ("depuis" not in voulus or annee >= voulus["depuis"])
        and ("jusqu_a" not in voulus or "" < annee <= voulus["jusqu_a"])
        and (not lieu or _la(evenement, lieu, cadre))
        and ("lecture" not in voulus or evenement in recents)
    )


def _la(evenement: Evenement, lieu: str, cadre: CadreHistorique) -> bool:
    if lieu == ICI:
        return cadre.ici(evenement)
    return evenement.ou is None if lieu == ENTREPRISE else evenement.departement.lower() == lieu
