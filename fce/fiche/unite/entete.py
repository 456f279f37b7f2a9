"""The header of a page attached to a sheet: name, state and number of the unit, link back. Masked like everything
else."""

from __future__ import annotations

from dataclasses import dataclass

from fce.donnees.entreprises import requetes
from fce.donnees.entreprises.construction import entreprise_absente, entreprise_vue, etablissement_vu
from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.donnees.entreprises.diffusion import NOM_MASQUE
from fce.fiche.unite.unite_visee import Unite, premiere
from fce.socle.base.branches import lignes_de
from fce.sources.onglets import Onglet


@dataclass(frozen=True, slots=True)
class Rappel:
    """``etat``: as in the view; ``numero``: as printed; ``retour``: the tab that the page comes from."""

    nom: str
    etat: str | None
    entreprise: bool
    numero: str
    adresse: str
    retour: Onglet
    adresse_retour: str


def de(vue: EntrepriseVue | EtablissementVu, retour: Onglet) -> Rappel:
    """Header of a unit already read."""
    unite = Unite(vue.siren if isinstance(vue, EntrepriseVue) else vue.siret)
    return Rappel(
        vue.nom, vue.etat, unite.entreprise, unite.affichee, unite.adresse, retour, f"{unite.adresse}/{retour.cle}"
    )


def de_l_unite(unite: Unite, retour: Onglet) -> Rappel:
    """Header of a unit known by its number. One round trip; what cannot be read stays empty."""
    branches = [requetes.unite_legale(unite.siren)]
    if not unite.entreprise:
        branches.append(requetes.etablissement(unite.numero))
    lignes = lignes_de(branches, replicable=True)
    legale = premiere(lignes["unite_legale"])
    if unite.entreprise:
        return de(entreprise_vue(legale, None, 0, 0) if legale else entreprise_absente(unite.siren, 0, 0), retour)
    lieu = premiere(lignes["etablissement"])
    if lieu is not None:
        return de(etablissement_vu(lieu, legale), retour)
    return Rappel(NOM_MASQUE, None, False, unite.affichee, unite.adresse, retour, f"{unite.adresse}/{retour.cle}")
