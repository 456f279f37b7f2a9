"""An establishment in the terms of the contract: a table of columns, and pure functions."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from fce.api.compatible.formes import EtablissementCompatible, LienCompatible, Successions
from fce.api.compatible.lectures import LieuAvecFaits, Ligne, UniteAvecFaits
from fce.donnees.entreprises.construction import adresse
from fce.donnees.entreprises.contenu import COORDONNEES
from fce.referentiels import territoires
from fce.referentiels.projections import situer

NON_DIFFUSIBLE: Final = "[NON-DIFFUSIBLE]"
_COPIES: Final = {
    "activite_principale": "activite_principale",
    "activite_principale_naf25": "activite_principale_naf25",
    "activite_principale_registre_metier": "activite_principale_registre_metiers",
    "cedex": "code_cedex",
    "code_pays_etranger": "code_pays_etranger",
    "code_postal": "code_postal",
    "commune": "code_commune",
    "complement_adresse": "complement_adresse",
    "date_creation": "date_creation",
    "date_debut_activite": "date_debut",
    "dernier_numero_voie": "dernier_numero_voie",
    "distribution_speciale": "distribution_speciale",
    "etat_administratif": "etat_administratif",
    "indice_repetition": "indice_repetition",
    "libelle_cedex": "libelle_cedex",
    "libelle_commune": "libelle_commune",
    "libelle_commune_etranger": "libelle_commune_etranger",
    "libelle_pays_etranger": "libelle_pays_etranger",
    "libelle_voie": "libelle_voie",
    "nom_commercial": "denomination_usuelle",
    "numero_voie": "numero_voie",
    "siret": "siret",
    "tranche_effectif_salarie": "tranche_effectifs",
    "type_voie": "type_voie",
}
"""{field of the contract: column of Sirene}."""
MASQUES: Final = (
    "adresse", "cedex", "code_postal", "complement_adresse", "coordonnees", "dernier_numero_voie",
    "distribution_speciale", "indice_repetition", "latitude", "libelle_cedex", "libelle_voie", "longitude",
    "numero_voie", "type_voie",
)  # fmt: skip
"""Fields of a masked establishment that say so; its other hidden fields are null."""
HORS_LISTES: Final = frozenset(
    ("activite_principale_registre_metier", "coordonnees", "cedex", "code_pays_etranger", "complement_adresse",
     "date_mise_a_jour", "date_mise_a_jour_insee", "departement", "dernier_numero_voie", "distribution_speciale",
     "geo_adresse", "indice_repetition", "libelle_cedex", "libelle_commune_etranger", "libelle_pays_etranger",
     "libelle_voie", "numero_voie", "type_voie")
)  # fmt: skip
_LISTES: Final = {
    "liste_finess": ("finess", "numero_finess"),
    "liste_idcc": ("idcc-etablissements", "idcc"),
    "liste_id_organisme_formation": ("organismes-formation", "numero"),
    "liste_rge": ("rge", "code_qualification"),
    "liste_uai": ("annuaire-education", "uai"),
}


def siege(unite: UniteAvecFaits) -> EtablissementCompatible:
    """The siège; empty when its row is missing."""
    lieu = unite.siege
    return EtablissementCompatible() if lieu is None else EtablissementCompatible(**_champs(lieu))


def en_liste(unite: UniteAvecFaits, siret: str) -> EtablissementCompatible:
    """An establishment among those that match."""
    champs = _champs(unite.lieux[siret])
    gardes = {nom: valeur for nom, valeur in champs.items() if nom not in HORS_LISTES}
    return EtablissementCompatible(**gardes, ancien_siege=siret in unite.anciens)


def page(unite: UniteAvecFaits) -> list[EtablissementCompatible]:
    """A page of all the establishments, with their successions."""
    sortie = []
    for siret in unite.page:
        etablissement = en_liste(unite, siret)
        etablissement.successions = Successions(
            _liens(unite.successions, "siret_successeur", siret, "siret_predecesseur"),
            _liens(unite.successions, "siret_predecesseur", siret, "siret_successeur"),
        )
        sortie.append(etablissement)
    return sortie


def _liens(lignes: Iterable[Ligne], ici: str, siret: str, autre: str) -> list[LienCompatible]:
    return [
        LienCompatible(x[autre], x["date_lien_succession"], x["transfert_siege"], x["continuite_economique"])
        for x in lignes
        if x[ici] == siret
    ]


def _champs(lieu: LieuAvecFaits) -> dict[str, Any]:
    e = lieu.ligne
    champs: dict[str, Any] = {nom: e.get(colonne) for nom, colonne in _COPIES.items()}
    code = e.get("code_commune")
    departement, region, epci = (
        (rattachement(code) if code else None)
        for rattachement in (territoires.departement_de, territoires.region_de, territoires.epci_de)
    )
    ferme = e.get("etat_administratif") == "F"
    champs |= {
        "adresse": " ".join(adresse(e, masquee=False).lignes) or None,
        "annee_tranche_effectif_salarie": en_texte(e.get("annee_effectifs")),
        "caractere_employeur": oui_non(e.get("caractere_employeur")),
        "date_fermeture": e.get("date_debut") if ferme else None,
        "date_mise_a_jour": None,
        "date_mise_a_jour_insee": instant(e.get("date_dernier_traitement")),
        "departement": departement.code if departement else None,
        "epci": epci.code if epci else None,
        "est_siege": bool(e.get("etablissement_siege")),
        "geo_adresse": None,
        "geo_id": None,
        "liste_enseignes": _presents(e.get(f"enseigne_{n}") for n in (1, 2, 3)),
        "liste_id_bio": _bio(lieu),
        "region": region.code if region else None,
        "statut_diffusion_etablissement": lieu.regime.statut,
        **{nom: liste(lieu.faits.get(source, ()), colonne) for nom, (source, colonne) in _LISTES.items()},
        **_position(e, departement.code if departement else None),
    }
    if lieu.regime.masque:
        champs |= dict.fromkeys(MASQUES, NON_DIFFUSIBLE)
    if not lieu.regime.listable:
        champs["nom_commercial"] = NON_DIFFUSIBLE
    return champs


def _position(e: Ligne, departement: str | None) -> dict[str, str | None]:
    point = situer(departement, *(e.get(c) for c in COORDONNEES))
    if point is None:
        return dict.fromkeys(("latitude", "longitude", "coordonnees"))
    latitude, longitude = (f"{degres:.7f}" for degres in point)
    return {"latitude": latitude, "longitude": longitude, "coordonnees": f"{latitude},{longitude}"}


def _bio(lieu: LieuAvecFaits) -> list[int | str] | None:
    numeros = liste((x for x in lieu.faits.get("bio", ()) if x["label"]), "numero_bio")
    return [int(n) if n.isascii() and n.isdigit() else n for n in numeros] if numeros else None


def liste(lignes: Iterable[Ligne], colonne: str) -> list[str] | None:
    """Distinct values of a column; None when there is none."""
    return _presents(ligne.get(colonne) for ligne in lignes)


def _presents(valeurs: Iterable[object]) -> list[str] | None:
    return list(dict.fromkeys(str(valeur) for valeur in valeurs if valeur)) or None


def en_texte(valeur: object) -> str | None:
    return None if valeur is None else str(valeur)


def oui_non(valeur: object) -> str | None:
    return None if valeur is None else "O" if valeur else "N"


def instant(valeur: object) -> str | None:
    """« 2025-12-05T20:01:54 », without fractions nor time zone."""
    return str(valeur)[:19] if valeur else None


def premiere(lignes: Iterable[Ligne]) -> Mapping[str, Any]:
    return next(iter(lignes), {})
