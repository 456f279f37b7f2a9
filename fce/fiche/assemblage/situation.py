"""Where the establishments of a company are: which ones a page reads, names, and puts first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from fce.donnees.entreprises import lieux
from fce.donnees.entreprises.construction import etablissement_vu, masquer_unite_legale
from fce.donnees.entreprises.contenu import EtablissementVu
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes import regroupement
from fce.fiche.lecture.plan import Forme, Plan
from fce.fiche.unite.unite_visee import ParBranche, Unite, premiere
from fce.socle.base.branches import Branche, lignes_de
from fce.socle.web.routes import Surface
from fce.sources.garde_fou import faute_consignee
from fce.sources.onglets import SYNTHESE, Onglet

PAGES_SITUEES: Final = frozenset({Surface.FICHE, Surface.FRAGMENT})
"""Pages that show the reader's territory first; a file and a list have an order of their own."""


class Places(NamedTuple):
    """``departements``: {SIRET: code}, as far as read; ``territoire``: those of the reader; ``ici``: open
    establishments there, most employees first."""

    departements: Mapping[str, str]
    territoire: frozenset[str] = frozenset()
    ici: tuple[EtablissementVu, ...] = ()


NULLE_PART: Final = Places({})


def branches(unite: Unite, lecteur: LecteurDeDonnees, onglet: Onglet) -> Iterator[Branche]:
    """Queries of ``places_de``; none for the public nor for an establishment. The Synthèse names a few places, the
    reader's first, so it reads those of his territory alone."""
    apercu = onglet is SYNTHESE
    if (
        not unite.entreprise
        or (apercu and not lecteur.territoire)
        or lecteur.surface not in PAGES_SITUEES
        or not lecteur.acteur.habilitations
    ):
        return
    yield lieux.places(unite.siren, lecteur.territoire, ailleurs=not apercu)
    if onglet.alarmes and lecteur.territoire:
        yield lieux.ouverts(unite.siren, lecteur.territoire)


def places_de(unite: Unite, lignes: ParBranche, lecteur: LecteurDeDonnees) -> Places:
    """Nothing when a natural person opposed the diffusion of one of the places."""
    if unite.regimes.lieux_caches or not (communes := lignes.get("places")):
        return NULLE_PART
    legale = premiere(lignes["unite_legale"])
    return Places(
        {siret: x["departement"] for x in communes for siret in x["sirets"]},
        lecteur.territoire,
        tuple(etablissement_vu(x, legale) for x in lignes.get("ouverts") or ()),
    )


def situer(
    demandes: Sequence[Plan],
    lignes: Mapping[str, list[dict[str, Any]] | None],
    unite: Mapping[str, Any] | None,
    connus: Iterable[EtablissementVu] = (),
    *,
    tous: bool = False,
    autres: Iterable[str] = (),
    places: Places = NULLE_PART,
) -> dict[str, EtablissementVu]:
    """The establishments that grouped rows name, masked. One round trip; none when all are in ``connus``.

    ``tous``: for all the rows, not only those shown; ``autres``: more establishments to read; ``places``: which rows
    come first.
    """
    sirets: dict[str, None] = dict.fromkeys(autres)
    for plan in demandes:
        if plan.situable:
            siennes = lignes.get(plan.source.nom) or []
            sirets |= dict.fromkeys(_a_situer(plan, siennes, places, tous=tous))
    situes = {vu.siret: vu for vu in connus if vu.siret in sirets}
    if restants := [siret for siret in sirets if siret not in situes]:
        masquee = masquer_unite_legale(unite or {})
        for brute in lignes_de([lieux.nommes(restants)], preparee=True, replicable=True)["nommes"] or ():
            situes[brute["siret"]] = etablissement_vu(brute, unite, masquee)
    return situes


def _a_situer(plan: Plan, lignes: list[dict[str, Any]], places: Places, *, tous: bool) -> list[str]:
    with faute_consignee("regroupement", plan.source.nom):  # the bloc will fail for the same reason, and say so
        return _montres(plan, lignes, places, tous=tous)
    return []


def _montres(plan: Plan, lignes: list[dict[str, Any]], places: Places, *, tous: bool) -> list[str]:
    groupe = plan.source.regroupement
    if plan.forme is Forme.LIGNES and not tous:
        distincts = {siret for ligne in lignes if (siret := ligne.get(plan.siret)) and isinstance(siret, str)}
        if len(distincts) <= regroupement.LIMITE:
            return sorted(distincts)  # all of them are shown, so order does not matter
        ranges = (
            [faits[0] for faits in regroupement.grouper(lignes, plan.siret, groupe)]
            if groupe
            else [ligne for ligne in lignes if ligne.get(plan.siret)]
        )
        par_lieu: dict[bool, list[str]] = {True: [], False: []}
        for ligne in ranges:
            par_lieu[places.departements.get(ligne[plan.siret]) in places.territoire].append(ligne[plan.siret])
        return [siret for la in (True, False) for siret in par_lieu[la][: regroupement.LIMITE]]
    lieux_ = (ligne.get(plan.siret) for ligne in (lignes if tous else lignes[: regroupement.LIMITE]))
    return [siret for siret in lieux_ if siret and isinstance(siret, str)]
