"""Turn raw Sirene rows into masked views; no other module makes a Sirene row displayable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, Final, TypeVar

from fce.donnees.entreprises import diffusion
from fce.donnees.entreprises.contenu import Adresse, EntrepriseVue, EtablissementVu
from fce.donnees.entreprises.diffusion import ADRESSE_MASQUEE, NOM_MASQUE, STATUT, Ligne, Regime
from fce.donnees.entreprises.libelles import (
    activite,
    activite_naf25,
    entier,
    forme_juridique,
    jour,
    nomenclature_activite,
    tranche_effectif,
)
from fce.donnees.entreprises.natures import natures
from fce.donnees.entreprises.sirene import ETABLISSEMENTS, UNITES_LEGALES
from fce.referentiels import categories_juridiques, territoires
from fce.referentiels.libelle import Libelle
from fce.socle.texte.identifiants import tva_intracommunautaire
from fce.sources import champs
from fce.sources.declaration import Source

V = TypeVar("V")

NOM_ABSENT: Final = "Nom non renseigné"
_ENSEIGNES: Final = ("enseigne_1", "enseigne_2", "enseigne_3")
_NOMS_PROPRES: Final = (*_ENSEIGNES, "denomination_usuelle")
ENTREPRISE_ABSENTE: Final = "Entreprise absente du fichier en place"
COLONNES_ADRESSE: Final = (
    STATUT, "complement_adresse", "numero_voie", "indice_repetition", "dernier_numero_voie",
    "indice_repetition_dernier_numero_voie", "type_voie", "libelle_voie", "distribution_speciale", "code_postal",
    "code_cedex", "libelle_cedex", "code_commune", "libelle_commune", "libelle_commune_etranger",
    "libelle_pays_etranger",
)  # fmt: skip
"""Columns of an establishment that ``adresse`` reads."""


_LECTEURS: Final[dict[type, Callable[[Any], Any]]] = {champs.Jour: jour, champs.Horodatage: jour, champs.Entier: entier}


def _copies(vue: type, source: Source) -> dict[str, Callable[[Any], Any] | None]:
    """The fields of a view that have the name of a column, and how to read its value, None: as it is."""
    noms = [f.name for f in fields(vue) if f.name in source.champs]
    return {nom: _LECTEURS.get(type(source.champs[nom])) for nom in noms}


_COPIES_UL: Final = _copies(EntrepriseVue, UNITES_LEGALES)
_COPIES_ETAB: Final = _copies(EtablissementVu, ETABLISSEMENTS)


def _composer(vue: type[V], copies: Mapping[str, Callable[[Any], Any] | None], ligne: Ligne, **calcules: object) -> V:
    """Make a view: each of its fields is computed, or else is the column of the same name."""
    copiees = {nom: typer(ligne.get(nom)) if typer else ligne.get(nom) for nom, typer in copies.items()}
    return vue(**copiees | calcules)


def masquer_unite_legale(brute: Ligne) -> dict[str, Any]:
    return diffusion.masquer(brute, natures(UNITES_LEGALES), diffusion.regime(brute))


def masquer_etablissement(brute: Ligne, unite: Ligne | None) -> dict[str, Any]:
    return diffusion.masquer(brute, natures(ETABLISSEMENTS), diffusion.regime(unite, brute))


def nom_entreprise(unite: Ligne) -> str | None:
    """Displayed name: dénomination, else person, else usual name, else sigle; None when hidden or unknown.

    A person reads "PRENOM NOM D'USAGE (NOM DE NAISSANCE)".
    """
    if unite.get("denomination"):
        return str(unite["denomination"])
    naissance, usage = unite.get("nom"), unite.get("nom_usage")
    if nom := usage or naissance:
        prenom = unite.get("prenom_usuel") or unite.get("prenom_1")
        suite = f" ({naissance})" if usage and naissance and usage != naissance else ""
        return f"{prenom} {nom}{suite}" if prenom else f"{nom}{suite}"
    return next(
        (str(unite[c]) for c in ("denomination_usuelle_1", "pseudonyme", "sigle") if unite.get(c)),
        None,
    )


def entreprise_vue(brute: Ligne, siege: Ligne | None, nombre: int, ouverts: int) -> EntrepriseVue:
    """From raw rows; ``siege`` None: missing."""
    regime = diffusion.regime(brute)
    u = diffusion.masquer(brute, natures(UNITES_LEGALES), regime)
    vu = etablissement_vu(siege, brute, u) if siege else None
    return composer_entreprise(u, vu, nombre, ouverts, regime)


def composer_entreprise(
    u: Ligne, siege: EtablissementVu | None, nombre: int, ouverts: int, regime: Regime
) -> EntrepriseVue:
    """A company from a row already masked under ``regime``."""
    creation, etat = jour(u.get("date_creation")), u.get("etat_administratif")
    categorie = u.get("categorie_juridique")
    return _composer(
        EntrepriseVue,
        _COPIES_UL,
        u,
        nom=nom_entreprise(u) or (NOM_MASQUE if regime.masque else NOM_ABSENT),
        denominations_usuelles=_presents(
            u, "denomination_usuelle_1", "denomination_usuelle_2", "denomination_usuelle_3"
        ),
        personne_physique=bool(categorie) and categories_juridiques.est_personne_physique(categorie),
        etat=etat,
        etat_depuis=jour(u.get("date_debut")) if etat == "C" else creation,
        siege=siege,
        activite=activite(u),
        activite_naf25=activite_naf25(u),
        nomenclature_activite=nomenclature_activite(u),
        categorie_juridique=forme_juridique(u),
        tranche_effectif=tranche_effectif(u),
        annee_effectif=entier(u.get("annee_effectifs")),
        categorie=u.get("categorie_entreprise"),
        annee_categorie=entier(u.get("annee_categorie_entreprise")),
        ess=u.get("economie_sociale_solidaire"),
        employeur=u.get("caractere_employeur"),
        rna=u.get("identifiant_association"),
        tva=tva_intracommunautaire(u["siren"]),
        nombre_etablissements=nombre,
        nombre_etablissements_ouverts=ouverts,
        regime=regime,
        date_maj=jour(u.get("date_dernier_traitement")),
    )


def entreprise_absente(siren: str, nombre: int, ouverts: int) -> EntrepriseVue:
    """A company known only by its establishments; it counts as masked."""
    return replace(entreprise_vue({"siren": siren}, None, nombre, ouverts), nom=ENTREPRISE_ABSENTE)


def etablissement_vu(brute: Ligne, unite: Ligne | None, masquee: Ligne | None = None) -> EtablissementVu:
    """An establishment from its raw row and that of its unité légale (None: missing, hence masked).

    ``masquee``: the masked row of the unité légale, if the caller has it.
    """
    regime = diffusion.regime(unite, brute)
    e = diffusion.masquer(brute, natures(ETABLISSEMENTS), regime)
    propre = any(e.get(champ) for champ in _NOMS_PROPRES)
    nom = "" if propre else _nom_par_defaut(unite, regime, masquee)
    return composer_etablissement(e, nom, regime)


def composer_etablissement(e: Ligne, nom: str, regime: Regime) -> EtablissementVu:
    """An establishment from a row already masked under ``regime``. ``nom``: used when it has no name of its own."""
    enseignes = _presents(e, *_ENSEIGNES)
    usuelle = e.get("denomination_usuelle")
    etat, creation = e.get("etat_administratif"), jour(e.get("date_creation"))
    return _composer(
        EtablissementVu,
        _COPIES_ETAB,
        e,
        nic=e.get("nic") or e["siret"][9:],
        siege=bool(e.get("etablissement_siege")),
        etat=etat,
        etat_depuis=jour(e.get("date_debut")) if etat == "F" else creation,
        nom=enseignes[0] if enseignes else usuelle or nom,
        enseignes=enseignes,
        adresse=adresse(e, masquee=regime.masque),
        activite=activite(e),
        activite_naf25=activite_naf25(e),
        nomenclature_activite=nomenclature_activite(e),
        tranche_effectif=tranche_effectif(e),
        annee_effectif=entier(e.get("annee_effectifs")),
        employeur=e.get("caractere_employeur"),
        regime=regime,
        date_maj=jour(e.get("date_dernier_traitement")),
    )


def adresse(e: Ligne, *, masquee: bool) -> Adresse:
    """Address from an already masked row; a masked one may keep its commune."""
    voie = voie_imprimee(e) or None
    commune, code = e.get("libelle_commune") or e.get("libelle_commune_etranger"), e.get("code_commune")
    pays = e.get("libelle_pays_etranger")
    if masquee:
        lignes = [ADRESSE_MASQUEE, commune, pays]
    else:
        lignes = [
            e.get("complement_adresse"),
            voie,
            e.get("distribution_speciale"),
            _ligne_acheminement(e, commune),
            pays,
        ]
    departement, region, epci = _territoires(code) if code else (None, None, None)
    return Adresse(
        lignes=tuple([str(ligne) for ligne in lignes if ligne]),
        voie=voie,
        code_postal=e.get("code_postal"),
        commune=commune,
        code_commune=code,
        departement=departement,
        region=region,
        epci=epci,
        pays=pays,
        masquee=masquee,
    )


@lru_cache(maxsize=50_000)
def _territoires(code_commune: str) -> tuple[Libelle | None, Libelle | None, Libelle | None]:
    """Cached: a page of results asks for twenty."""
    return (
        territoires.departement_de(code_commune),
        territoires.region_de(code_commune),
        territoires.epci_de(code_commune),
    )


def voie_imprimee(e: Ligne) -> str:
    numero = e.get("numero_voie")
    indice, dernier = e.get("indice_repetition"), e.get("dernier_numero_voie")
    suite = e.get("indice_repetition_dernier_numero_voie")
    if indice or dernier or suite:
        debut, fin = _colle(numero, indice), _colle(dernier, suite)
        # "12-16" is a range; Insee repeats the first number when there is no range.
        numero = f"{debut}-{fin}" if debut and fin and fin != debut else debut
    return _colle(numero, e.get("type_voie"), e.get("libelle_voie"))


def _ligne_acheminement(e: Ligne, commune: str | None) -> str:
    if e.get("code_cedex") or e.get("libelle_cedex"):
        return _colle(e.get("code_cedex") or e.get("code_postal"), e.get("libelle_cedex") or commune)
    return _colle(e.get("code_postal"), commune)


def _colle(*morceaux: object) -> str:
    return " ".join([str(morceau) for morceau in morceaux if morceau])


def _presents(ligne: Ligne, *champs: str) -> tuple[str, ...]:
    return tuple(str(ligne[champ]) for champ in champs if ligne.get(champ))


def _nom_par_defaut(unite: Ligne | None, regime: Regime, masquee: Ligne | None) -> str:
    """Never a person's name behind a masked establishment."""
    if not regime.listable:
        return NOM_MASQUE if unite else ENTREPRISE_ABSENTE
    return nom_entreprise(masquer_unite_legale(unite or {}) if masquee is None else masquee) or NOM_ABSENT
