"""Units of every kind, a marker in each of their cells: which may be shown is written here by hand (art. R123-232-1).

The table of what each kind of unit shows must not be read from the code that it checks.
"""

from __future__ import annotations

import re

from tests.donnees.entreprises import fabrique as f

MORALE, PHYSIQUE, SANS_PERSONNALITE = "5710", "1000", "2110"

NOMS_UL = ("denomination", "denomination_usuelle_1", "denomination_usuelle_2", "denomination_usuelle_3")
PERSONNE_UL = ("prenom_1", "prenom_usuel", "pseudonyme", "nom", "nom_usage")
ENSEIGNES = ("enseigne_1", "enseigne_2", "enseigne_3", "denomination_usuelle")
COMMUNE = ("libelle_commune", "code_commune", "libelle_pays_etranger")
RUE = (
    "complement_adresse", "numero_voie", "indice_repetition", "dernier_numero_voie", "type_voie", "libelle_voie",
    "code_postal", "distribution_speciale", "code_cedex", "libelle_cedex",
)  # fmt: skip
LAMBERT, POINT = ("coordonnee_lambert_abscisse", "coordonnee_lambert_ordonnee"), ("700123.45", "7065432.1")
"""Where a masked establishment is."""
MARQUE = re.compile("ZZ[0-9]+ZZ")


class Marques:
    """Unique texts, each remembered with whether it may be shown."""

    def __init__(self) -> None:
        self.montrables: set[str] = set()
        self.cachees: set[str] = set()

    def poser(self, champs: tuple[str, ...], visible: bool) -> dict[str, str]:
        valeurs = {}
        for champ in champs:
            valeurs[champ] = f"ZZ{len(self.montrables) + len(self.cachees)}ZZ"
            (self.montrables if visible else self.cachees).add(valeurs[champ])
        return valeurs


def ecrire(
    cas: list[tuple[str | None, str | None, str | None, str | None]], marques: Marques | None = None
) -> tuple[list[str], Marques]:
    """One company per (catégorie, status, status of the siège, status of the secondary), a marker in every cell."""
    marques, sirens = marques or Marques(), []
    unites, lieux, anciennes, anciens = [], [], [], []
    for n, (categorie, statut, *statuts_lieux) in enumerate(cas):
        siren = f.siren_no(n)
        sirens.append(siren)
        ouverte, morale = statut == "O", categorie == MORALE
        unites.append(
            f.unite(
                siren,
                categorie_juridique=categorie,
                statut_diffusion=statut,
                **marques.poser((*NOMS_UL, "identifiant_association"), ouverte or morale),
                **marques.poser(("sigle",), ouverte),
                **marques.poser(PERSONNE_UL, ouverte),
            )
        )
        for fin, debut in (("2010-12-31", "2001-02-03"), (None, "2011-01-01")):
            anciennes.append(
                {
                    "siren": siren, "date_debut": debut, "date_fin": fin, "etat_administratif": "A",
                    "changement_denomination": True, "changement_nom": True, "changement_nom_usage": True,
                    "changement_denomination_usuelle": True, "categorie_juridique": categorie,
                    **marques.poser(NOMS_UL, ouverte or morale), **marques.poser(("nom", "nom_usage"), ouverte),
                }
            )  # fmt: skip
        for rang, statut_lieu in enumerate(statuts_lieux, 1):
            ouvert = ouverte and statut_lieu == "O"
            lieux.append(
                f.lieu(
                    siren,
                    rang,
                    statut_diffusion=statut_lieu,
                    **marques.poser(ENSEIGNES, ouvert or morale),
                    **marques.poser(COMMUNE, ouvert or morale),
                    **marques.poser((*RUE, "indice_repetition_dernier_numero_voie", "identifiant_adresse"), ouvert),
                    **dict(zip(LAMBERT, () if ouvert else POINT, strict=False)),
                )
            )
            for fin, debut in (("2010-12-31", "2001-02-03"), (None, "2011-01-01")):
                anciens.append(
                    {
                        "siren": siren, "siret": f.siret_no(siren, rang), "date_debut": debut, "date_fin": fin,
                        "etat_administratif": "A", "changement_enseigne": True,
                        "changement_denomination_usuelle": True,
                        **marques.poser(ENSEIGNES, ouvert or morale),
                    }
                )  # fmt: skip
    f.unites(*unites)
    f.lieux(*lieux)
    f.periodes_unites(*anciennes)
    f.periodes_lieux(*anciens)
    return sirens, marques
