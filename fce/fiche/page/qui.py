"""The first card of the Synthèse: who, where, run by whom; where the company is open when its siège is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.fiche.formes.contenu import Fiche, FicheEntreprise, FicheEtablissement, ReleveDeSource
from fce.fiche.formes.officiers import DirectionVue
from fce.fiche.page.origines import Paire, origines
from fce.referentiels import Libelle
from fce.socle.texte.formats import jour, pluriel
from fce.sources.synthese import GroupeEntreprise, Mandataires

NOMMES: Final = 2
SITES: Final = 2
"""Open establishments listed when the siège is closed."""


@dataclass(frozen=True, slots=True)
class SiteOuvert:
    """An open establishment of a company whose siège is closed."""

    siret: str
    adresse: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CarteQui:
    """Activity, legal form, address, managers, group. ``source``: sources and their dates.

    ``ferme``: "fermé le 29/04/2026" when the place at that address is closed, else "". For a company, ``ouverts`` are
    then its first open establishments, and ``autres_ouverts`` the number of others.
    """

    activite: str
    codes: str
    forme: str
    adresse: tuple[str, ...]
    siege: bool
    paires: tuple[Paire, ...]
    source: str
    ferme: str = ""
    ouverts: tuple[SiteOuvert, ...] = ()
    autres_ouverts: int = 0


def carte(fiche: Fiche) -> CarteQui:
    vue: EntrepriseVue | EtablissementVu = fiche.vue
    lieu = vue.siege if isinstance(vue, EntrepriseVue) else vue
    entreprise = (
        vue if isinstance(vue, EntrepriseVue) else (fiche.entreprise if isinstance(fiche, FicheEtablissement) else None)
    )
    codes = [f"NAF {vue.activite.code}"] if vue.activite and vue.activite != vue.activite_naf25 else []
    codes += [f"NAF 2025 : {vue.activite_naf25.code}"] if vue.activite_naf25 else []
    forme = entreprise.categorie_juridique if entreprise else None
    # Managers and group would identify a masked unit.
    mandataires, sources = ([], []) if vue.masque else _mandataires(fiche)
    du_groupe, releves = ([], []) if vue.masque else groupe(fiche)
    return CarteQui(
        _libelle(vue.activite), " – ".join(codes), _libelle(forme), lieu.adresse.lignes if lieu else (),
        bool(isinstance(vue, EntrepriseVue)), (*mandataires, *du_groupe),
        origines(fiche, "identite", [*sources, *releves]), *_fermeture(fiche, lieu),
    )  # fmt: skip


def _fermeture(fiche: Fiche, lieu: EtablissementVu | None) -> tuple[str, tuple[SiteOuvert, ...], int]:
    """Whether the place whose address is shown is closed, and where the company is open."""
    if lieu is None or lieu.etat != "F":
        return "", (), 0
    ferme = f"fermé le {jour(lieu.etat_depuis)}" if lieu.etat_depuis else "fermé"
    if not isinstance(fiche, FicheEntreprise):
        return ferme, (), 0
    ouverts = [e for e in fiche.etablissements.etablissements if e.etat == "A"][:SITES]
    autres = fiche.entreprise.nombre_etablissements_ouverts - len(ouverts)
    return ferme, tuple(SiteOuvert(e.siret, e.adresse.lignes) for e in ouverts), autres


def _libelle(code: Libelle | None) -> str:
    return (code.libelle or code.code) if code else ""


def _mandataires(fiche: Fiche) -> tuple[list[Paire], list[ReleveDeSource | DirectionVue]]:
    """Officers of the company, on the sheet of an establishment too."""
    releves: list[ReleveDeSource | DirectionVue] = [*fiche.apercu.releves]
    for releve in (*releves, fiche.apercu.direction) if fiche.apercu.direction else releves:
        for trait in releve.source.synthese:
            if isinstance(trait, Mandataires) and (tous := list(trait.fonction(releve.lignes))):
                nommes = [Paire(_qualite(qualite), nom) for qualite, nom in tous[:NOMMES]]
                autres = len(tous) - len(nommes)
                return [*nommes, *([Paire("Et", pluriel(autres, "autre"))] if autres else [])], [releve]
    return [], []


def _qualite(texte: str) -> str:
    """A short role: "Président du conseil d'administration, …" → "Président"."""
    return texte.split(", ")[0].split(" du ")[0].split(" de ")[0].capitalize()


def groupe(fiche: Fiche) -> tuple[list[Paire], list[ReleveDeSource]]:
    for releve in fiche.apercu.releves:
        for trait in releve.source.synthese:
            noms = [x.get(trait.valeur) for x in releve.lignes] if isinstance(trait, GroupeEntreprise) else []
            if nom := next((n for n in noms if n), None):
                return [Paire("Groupe", str(nom))], [releve]
    return [], []
