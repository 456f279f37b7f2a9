"""Where a company is open, and what its timeline only counts of its establishments, from the rows of a sheet."""

from __future__ import annotations

from typing import Any

from fce.donnees.entreprises import historique_lieux
from fce.donnees.entreprises.libelles import jour
from fce.fiche.unite.unite_visee import ParBranche, Unite, premiere
from fce.sources.onglets import SYNTHESE, Onglet


def implantations(unite: Unite, lignes: ParBranche, onglet: Onglet) -> dict[str, Any]:
    """Départements where the company is open, empty when a natural person opposed the diffusion of one of its places;
    openings and closings that the timeline counts without telling them."""
    tous = lignes.get("departements") or ()
    montres = () if unite.regimes.lieux_caches else tous
    ouverts = {x["departement"]: int(x["ouverts"]) for x in montres if x["departement"]}
    if not unite.entreprise:
        return {"ouverts": ouverts}
    if onglet is not SYNTHESE:
        restes = historique_lieux.comptes(lignes.get("lieux_dates") or [], lignes.get("lieux_annees") or [])
        if unite.regimes.unite.masque:
            restes = tuple(c._replace(ici=False) for c in restes)
        return {"ouverts": ouverts, "comptes": restes}
    siege, legale = premiere(lignes.get("siege")) or {}, premiere(lignes["unite_legale"]) or {}
    # The closing of the siège of an active company is an event of its own.
    double = legale.get("etat_administratif") == "A" and siege.get("etat_administratif") == "F"
    premiers = [jour(x["premier"]) for x in tous]
    return {
        "ouverts": ouverts,
        "jalons": sum(int(x["jalons"]) for x in tous) - bool(double and siege.get("date_debut")),
        "premier_jalon": min((j for j in premiers if j), default=None),
    }
