"""A small register that has one of everything that the contract tells."""

from __future__ import annotations

from datetime import date

import pytest

from tests.recherche.univers import BREST, LYON, Univers

COORDONNEES = {"coordonnee_lambert_abscisse": "704000.0", "coordonnee_lambert_ordonnee": "7059000.0"}


class Registre(Univers):
    """``siren``: companies by a short name."""

    def __init__(self) -> None:
        super().__init__()
        self.siren: dict[str, str] = {}

    def nommer(self, nom: str, siren: str) -> str:
        self.siren[nom] = siren
        return siren


@pytest.fixture
def registre(db: None) -> Registre:
    r = Registre()
    adresse = {"numero_voie": "12", "type_voie": "RUE", "libelle_voie": "DES MEUNIERS", **COORDONNEES}
    moulin = r.nommer("moulin", r.entreprise(
        "GANYMEDE MOULIN", {**adresse, "denomination_usuelle": "LE MOULIN", "enseigne_1": "AU BON PAIN"}, sigle="GM",
        activite_principale="10.71C", nomenclature_activite_principale="NAFRev2", activite_principale_naf25="10.71H",
        tranche_effectifs="11", annee_effectifs=2024, categorie_entreprise="PME", annee_categorie_entreprise=2023,
        economie_sociale_solidaire=True, societe_mission=True, caractere_employeur=True,
    ))  # fmt: skip
    r.etablissement(moulin, 2, **BREST, enseigne_1="QUAI DES ALGUES", etat_administratif="F")
    r.etablissement(moulin, 3, **LYON, activite_principale="56.10A")
    siege = f"{moulin}{r.unites[0]['nic_siege']}"
    r.dirigeant(moulin, "MARTIN", "Paule", qualite="Gérante", type_personne="personne physique",
                naissance="1970-04", nationalite="Française")  # fmt: skip
    r.fait("rne-dirigeants", siren=moulin, rang=2, qualite="Commissaire aux comptes", type_personne="personne morale",
           denomination="AUDIT SA", siren_dirigeant="552032534")  # fmt: skip
    r.fait("rne", siren=moulin, date_immatriculation=date(2001, 3, 1), capital="1000", devise="EUR", duree=99,
           cloture="31/12", capital_variable=False, associe_unique=False, forme_exercice="LIBERALE_NON_REGLEMENTEE",
           date_mise_a_jour="2026-05-17T10:09:16+00:00")  # fmt: skip
    for annee, montant in ((2022, 100), (2023, 250_000)):
        r.fait("ratios-financiers", siren=moulin, date_cloture=date(annee, 12, 31), type_bilan="C",
               chiffre_affaires=montant, resultat_net=-5)  # fmt: skip
    r.fait("idcc-etablissements", siret=siege, idcc="1090", mois=date(2026, 9, 1))
    r.fait("rge", siret=siege, code_qualification="8611M10D109")
    r.fait("finess", siret=siege, numero_finess="010003853", numero_finess_juridique="010000001")
    r.fait("annuaire-education", siret=siege, siren=moulin, uai="0022004T")
    r.fait("bio", siret=siege, numero_bio="12345", label="bio")
    r.fait("organismes-formation", siren=moulin, siret=siege, numero="11757308875")
    r.fait("egapro", siren=moulin, annee=2025)
    r.fait("tva", siren=moulin, numero=f"FR11{moulin}", ecrit=f"11{moulin}")
    r.fait("patrimoine-vivant", siret=siege)
    r.fait("achats-responsables", siren=moulin)
    r.fait("alim-confiance", siret=siege, numero="1")
    r.nommer("grand", r.entreprise("GANYMEDE", LYON, categorie_entreprise="GE", tranche_effectifs="53",
                                   activite_principale="01.12Z", activite_principale_naf25="01.12Y",
                                   nomenclature_activite_principale="NAFRev2"))  # fmt: skip
    r.nommer("petit", r.entreprise("GANYMEDE", BREST, tranche_effectifs="NN"))
    r.nommer("cessee", r.entreprise("ATELIER FERME", etat_administratif="C", date_debut=date(2020, 5, 4)))
    commune = r.nommer("commune", r.entreprise("COMMUNE DE LILLE", categorie_juridique="7210", tranche_effectifs="42"))
    r.fait("collectivites", siren=commune, niveau="commune", code="59350", categorie="COM", exercice=2024)
    r.fait("elus", siren=commune, nom="DURAND", prenom="Jeanne", sexe="F", mandat="Conseiller municipal", code="59350")
    r.nommer("personne", r.personne("BERGER", "Louise"))
    r.nommer("cachee", r.personne("SECRETE", "Marie", {**adresse, "enseigne_1": "CHEZ SECRETE"},
                                  statut_diffusion="P", activite_principale="10.71C", sigle="SCR"))  # fmt: skip
    r.fait("rne-dirigeants", siren=r.siren["cachee"], rang=1, qualite="Entrepreneur",
           type_personne="personne physique", nom="SECRETE", prenoms="Marie")  # fmt: skip
    r.nommer(
        "morale",
        r.entreprise("SOCIETE DISCRETE", {**adresse, "enseigne_1": "VISIBLE"}, statut_diffusion="P", sigle="SDI"),
    )
    r.indexer()
    return r
