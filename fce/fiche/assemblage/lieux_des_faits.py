"""The place of each event of a timeline: commune and département, masked as the sheet masks an address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from fce.donnees.entreprises import diffusion, lieux
from fce.donnees.entreprises.historique import Evenement
from fce.donnees.entreprises.natures import natures
from fce.donnees.entreprises.repertoire import ETABLISSEMENTS, UNITES_LEGALES
from fce.fiche.assemblage.sources import FicheBrute
from fce.fiche.unite.unite_visee import premiere
from fce.socle.base.branches import lignes_de
from fce.sources import registre
from fce.sources.onglets import SYNTHESE

LIEUX_MAX: Final = 2000
"""Establishments looked up by number. The events of the others only name their SIRET."""


def situer_les_faits(fiche: FicheBrute, evenements: Sequence[Evenement]) -> list[Evenement]:
    """The events with their places. One more round trip when facts name establishments that opened or closed long ago
    in a company of more than ``LIEUX_DATES``."""
    if fiche.onglet is SYNTHESE or not fiche.onglet.chronologie:
        return list(evenements)
    unite = fiche.unite
    if not unite.entreprise:
        # What does not happen in the company happens here.
        faits = [e if e.source == UNITES_LEGALES else e._replace(lieu=unite.numero) for e in evenements]
        lieu = premiere(fiche.lignes["etablissement"])
        return _situes(fiche, faits, [lieu] if lieu else [])
    connues: Sequence[dict[str, Any]] = fiche.lignes.get("lieux_dates") or []
    sues = {x["siret"] for x in connues}
    # An establishment of another company is not a place of this one.
    siens = {e.ou for e in evenements if e.ou and e.ou.startswith(unite.siren)} - sues
    manquantes: Sequence[dict[str, Any]] = ()
    if siens:
        demandee = lieux.communes(sorted(siens)[:LIEUX_MAX])
        trouvees = lignes_de([demandee], preparee=True, marque=diffusion.MARQUE_INSEE, replicable=True)
        manquantes = trouvees[demandee.cle] or ()
    return _situes(fiche, evenements, [*connues, *manquantes])


def _situes(fiche: FicheBrute, evenements: Iterable[Evenement], brutes: Iterable[dict[str, Any]]) -> list[Evenement]:
    declares = natures(registre.source(ETABLISSEMENTS))
    places: dict[str, tuple[str, str]] = {}
    for brute in brutes:
        ligne = {"code_commune": brute["code_commune"], "libelle_commune": brute["libelle_commune"]}
        vue = diffusion.masquer(ligne, declares, fiche.unite.regimes.de(brute["siret"]))
        departement = next(iter(lieux.departement_de(vue["code_commune"])), "")
        places[brute["siret"]] = (vue["libelle_commune"] or "", departement if vue["libelle_commune"] else "")
    return [
        e._replace(commune=places[ou][0], departement=places[ou][1]) if (ou := e.ou) and ou in places else e
        for e in evenements
    ]
