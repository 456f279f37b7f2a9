"""Reads of companies and establishments, masked. Each docstring gives the number of round trips."""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import connection

from fce.donnees.entreprises import diffusion, requetes
from fce.donnees.entreprises.construction import (
    COLONNES_ADRESSE,
    adresse,
    entreprise_vue,
    etablissement_vu,
    masquer_etablissement,
)
from fce.donnees.entreprises.contenu import Adresse, EntrepriseVue, EtablissementVu, PageEtablissements
from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.doublons import Arete, remplacant
from fce.donnees.entreprises.etablissements import TOUS_LES_LIEUX, LieuxChoisis, page_etablissements
from fce.donnees.entreprises.sirene import COLONNES_ETAB, COLONNES_UL
from fce.socle.base import replique
from fce.socle.base.branches import Branche, lignes_de
from fce.socle.erreurs import SourceIndisponible

TAILLE_PAGE: Final = 25
ETABLISSEMENTS_MAX: Final = 500
_PAGE_MAX: Final = 10**9

_ENTREPRISES: Final = (
    f"SELECT {requetes.liste(COLONNES_UL, 'u')}, {requetes.liste(COLONNES_ETAB, 'e')}, "
    "n.nombre, n.ouverts "
    f"FROM {requetes.UL} u LEFT JOIN {requetes.ETAB} e ON e.siret = u.siren || u.nic_siege "
    "CROSS JOIN LATERAL (SELECT count(*) AS nombre, count(*) FILTER (WHERE x.etat_administratif = 'A') AS ouverts "
    f"FROM {requetes.ETAB} x WHERE x.siren = u.siren) n WHERE u.siren = ANY(%s)"
)
_ETABLISSEMENTS: Final = (
    f"SELECT {requetes.liste(COLONNES_ETAB, 'e')}, {requetes.liste(COLONNES_UL, 'u')} "
    f"FROM {requetes.ETAB} e LEFT JOIN {requetes.UL} u ON u.siren = e.siren WHERE e.siret = ANY(%s)"
)

_ADRESSES: Final = (
    f"SELECT {requetes.liste(('siret', 'siren', *COLONNES_ADRESSE), 'e')}, {requetes.liste(diffusion.COLONNES, 'u')} "
    f"FROM {requetes.ETAB} e LEFT JOIN {requetes.UL} u ON u.siren = e.siren WHERE e.siret = ANY(%s)"
)


def entreprises(sirens: Iterable[str]) -> dict[str, EntrepriseVue]:
    """{siren: company with its siège and counts of establishments}, without unknown numbers. One round trip."""
    demandes = sorted(set(sirens))
    if not demandes:
        return {}
    n_ul, n_etab = len(COLONNES_UL), len(COLONNES_ETAB)
    resultat = {}
    for ligne in replique.lignes(_ENTREPRISES, [demandes]):
        unite = dict(zip(COLONNES_UL, ligne, strict=False))
        siege = dict(zip(COLONNES_ETAB, ligne[n_ul:], strict=False))
        nombre, ouverts = ligne[n_ul + n_etab :]
        resultat[unite["siren"]] = entreprise_vue(unite, siege if siege["siret"] else None, nombre, ouverts)
    return resultat


def temoin() -> EntrepriseVue | None:
    """Any company, or None when none is imported, for health checks. Two round trips."""
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT siren FROM {requetes.UL} WHERE siren IS NOT NULL LIMIT 1")
        ligne = curseur.fetchone()
    return entreprises(ligne).get(ligne[0]) if ligne else None


def etablissements(sirets: Iterable[str]) -> dict[str, EtablissementVu]:
    """{siret: establishment}, without unknown numbers; masked if the unité légale is missing. One round trip."""
    demandes = sorted(set(sirets))
    if not demandes:
        return {}
    n_etab = len(COLONNES_ETAB)
    resultat = {}
    for ligne in replique.lignes(_ETABLISSEMENTS, [demandes]):
        brute = dict(zip(COLONNES_ETAB, ligne, strict=False))
        unite = dict(zip(COLONNES_UL, ligne[n_etab:], strict=True))
        resultat[brute["siret"]] = etablissement_vu(brute, unite if unite["siren"] else None)
    return resultat


def adresses(sirets: Iterable[str]) -> dict[str, Adresse]:
    """{siret: address}, masked as ``etablissements`` masks it, without unknown numbers. One round trip.

    For pages that need hundreds of places and nothing else of them.
    """
    return {siret: adresse(ligne, masquee=sous.masque) for siret, (ligne, sous) in lignes_d_adresse(sirets).items()}


def lignes_d_adresse(sirets: Iterable[str]) -> dict[str, tuple[dict[str, Any], Regime]]:
    """{siret: (numbers and columns of its address, masked; its regime)}, as ``adresses``."""
    demandes = sorted(set(sirets))
    resultat = {}
    for *valeurs, statut, categorie in replique.lignes(_ADRESSES, [demandes]) if demandes else ():
        brute = dict(zip(("siret", "siren", *COLONNES_ADRESSE), valeurs, strict=True))
        unite = dict(zip(diffusion.COLONNES, (statut, categorie), strict=True))
        resultat[brute["siret"]] = masquer_etablissement(brute, unite), diffusion.regime(unite, brute)
    return resultat


def etablissements_de(
    siren: str, page: int = 1, taille: int = TAILLE_PAGE, choix: LieuxChoisis = TOUS_LES_LIEUX, *, detail: bool = False
) -> PageEtablissements:
    """One page of the establishments of a company; by default open first, the siège, then by commune. One round trip.

    A page beyond the last gives the last. Raises SourceIndisponible.
    """
    branches = [branche_etablissements(siren, page, taille, choix, detail=detail), requetes.unite_legale(siren)]
    par_branche = lignes_de(branches, replicable=True)
    lignes, unite = par_branche["etablissements"], par_branche["unite_legale"]
    if lignes is None or unite is None:
        raise SourceIndisponible(
            "Les établissements ne peuvent pas être lus pour le moment. Réessayez dans quelques minutes."
        )
    return page_depuis(lignes, unite[0] if unite else None, page, taille)


def etablissements_un_a_un(siren: str, choix: LieuxChoisis) -> Iterator[EtablissementVu]:
    """Every establishment of a choice, for a file: one round trip per ``ETABLISSEMENTS_MAX``. Raises as above."""
    page = pages = 1
    while page <= pages:
        celle_ci = etablissements_de(siren, page, ETABLISSEMENTS_MAX, choix)
        yield from celle_ci.etablissements
        page, pages = page + 1, celle_ci.pages


def branche_etablissements(
    siren: str, page: int, taille: int, choix: LieuxChoisis = TOUS_LES_LIEUX, *, detail: bool = False
) -> Branche:
    """Query of ``page_depuis``; page and size are clamped to their bounds."""
    return page_etablissements(siren, _page(page), _taille(taille), choix, detail=detail)


def page_depuis(
    lignes: Sequence[Mapping[str, Any]], unite: Mapping[str, Any] | None, page: int, taille: int
) -> PageEtablissements:
    """One page of establishments from the rows of ``branche_etablissements``.

    ``unite``: raw row of the unité légale; None (missing) masks all.
    """
    taille = _taille(taille)
    compte: Mapping[str, Any] = lignes[0] if lignes else {"nombre": 0, "ouverts": 0, "total": 0, "proches": 0}
    pages = max(1, -(-compte["total"] // taille))
    return PageEtablissements(
        etablissements=tuple(etablissement_vu(ligne["e"], unite) for ligne in lignes if ligne["e"]),
        total=compte["total"],
        page=min(_page(page), pages),
        pages=pages,
        taille=taille,
        nombre=compte["nombre"],
        ouverts=compte["ouverts"],
        proches=compte["proches"],
        departements={code: n for code, n in compte.get("departements") or () if code},
        tranches=frozenset(filter(None, compte.get("tranches") or ())),
    )


def siren_de_remplacement(siren: str) -> str | None:
    """The SIREN that replaces the duplicate ``siren``, or None. One round trip."""
    return remplacant_depuis(siren, lignes_de([requetes.doublons(siren)], replicable=True)["doublons"])


def remplacant_depuis(siren: str, lignes: Sequence[Mapping[str, Any]] | None) -> str | None:
    """The SIREN that replaces a duplicate, from the rows of ``requetes.doublons`` (None: unreadable), or None."""
    return remplacant(siren, map(Arete.de, lignes or ()))


def _page(page: int) -> int:
    return max(1, min(page, _PAGE_MAX))


def _taille(taille: int) -> int:
    return max(1, min(taille, ETABLISSEMENTS_MAX))
