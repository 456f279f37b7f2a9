"""Invented companies and establishments for the tests of pages; every field can be set."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from fce.entreprises.contenu import Adresse, EntrepriseVue, EtablissementVu, PageEtablissements
from fce.entreprises.historique import Evenement, Journee
from fce.fiche.contenu import (
    AlerteLue,
    Bloc,
    EtatBloc,
    FicheEntreprise,
    FicheEtablissement,
    LienEtablissement,
    Provenance,
    Rubrique,
)
from fce.fiche.perimetre import ENTREPRISE, ETABLISSEMENT
from fce.referentiels import Libelle

SIREN = "732829320"
SIRET = "73282932000074"
NOM_LONG = "Société coopérative d’intérêt collectif des maraîchers, arboriculteurs et apiculteurs réunis du Haut-Quercy"


def adresse(**champs: Any) -> Adresse:
    defaut = Adresse(
        lignes=("12 rue des Tilleuls", "59000 Lille"),
        voie="12 rue des Tilleuls",
        code_postal="59000",
        commune="Lille",
        code_commune="59350",
        departement=Libelle("59", "Nord"),
        region=Libelle("32", "Hauts-de-France"),
        epci=Libelle("200093201", "Métropole Européenne de Lille"),
    )
    return msgspec.structs.replace(defaut, **champs)


def etablissement(**champs: Any) -> EtablissementVu:
    defaut = EtablissementVu(
        siret=SIRET,
        siren=SIREN,
        nic="00074",
        siege=True,
        etat="A",
        etat_depuis=date(2011, 5, 2),
        date_creation=date(2011, 5, 2),
        nom="LES PRIMEURS DU BEFFROI",
        enseignes=("LES PRIMEURS DU BEFFROI",),
        denomination_usuelle=None,
        adresse=adresse(),
        activite=Libelle("47.21Z", "Commerce de détail de fruits et légumes en magasin spécialisé"),
        activite_naf25=None,
        tranche_effectif=Libelle("11", "10 à 19 salariés"),
        annee_effectif=2023,
        employeur=True,
        masque=False,
    )
    return replace(defaut, **champs)


def entreprise(**champs: Any) -> EntrepriseVue:
    defaut = EntrepriseVue(
        siren=SIREN,
        nom="PRIMEURS DU BEFFROI",
        sigle="PDB",
        denominations_usuelles=(),
        personne_physique=False,
        etat="A",
        etat_depuis=date(2011, 5, 2),
        date_creation=date(2011, 5, 2),
        siege=etablissement(),
        activite=Libelle("47.21Z", "Commerce de détail de fruits et légumes en magasin spécialisé"),
        activite_naf25=None,
        categorie_juridique=Libelle("5710", "SAS, société par actions simplifiée"),
        tranche_effectif=Libelle("11", "10 à 19 salariés"),
        annee_effectif=2023,
        categorie="PME",
        annee_categorie=2023,
        ess=False,
        societe_mission=None,
        employeur=True,
        rna=None,
        tva="FR44732829320",
        nombre_etablissements=3,
        nombre_etablissements_ouverts=2,
        masque=False,
        nic_siege="00074",
    )
    return replace(defaut, **champs)


def personne_masquee(siren: str = SIREN) -> EntrepriseVue:
    """A natural person in diffusion partielle, as ``entreprises`` gives it."""
    rien = Adresse(lignes=("Adresse non diffusible",), masquee=True)
    siege = etablissement(siren=siren, nom="Personne masquée", enseignes=(), adresse=rien, masque=True)
    return entreprise(siren=siren, nom="Personne masquée", sigle=None, siege=siege, masque=True)


def provenance() -> Provenance:
    return Provenance(
        "sirene-unites-legales",
        "Unités légales",
        "Insee",
        "Sirene",
        date(2026, 10, 31),
        datetime(2026, 11, 2, 8, 0, tzinfo=UTC),
    )


def page_etablissements(nombre: int = 3, page: int = 1, taille: int = 25) -> PageEtablissements:
    debut = (page - 1) * taille
    lignes = tuple(
        etablissement(siret=f"{SIREN}{rang:05d}", nic=f"{rang:05d}", siege=rang == 0, etat="A" if rang < 2 else "F")
        for rang in range(debut, min(debut + taille, nombre))
    )
    return PageEtablissements(lignes, nombre, page, max(1, -(-nombre // taille)), taille, nombre, min(2, nombre))


def jalons() -> tuple[Journee, ...]:
    return (
        Journee(
            date(2019, 1, 1),
            (
                Evenement(
                    date(2019, 1, 1),
                    "siege",
                    "Transfert du siège",
                    "Roubaix → Lille",
                    "sirene-unites-legales-historique",
                ),
                Evenement(
                    date(2019, 1, 1),
                    "succession",
                    "Établissement repris d’une autre entreprise",
                    None,
                    "sirene-successions",
                    SIRET,
                ),
            ),
        ),
        Journee(None, (Evenement(None, "creation", "Création de l’entreprise", None, "sirene-unites-legales"),)),
    )


def fiche_entreprise(
    vue: EntrepriseVue | None = None, etablissements: PageEtablissements | None = None
) -> FicheEntreprise:
    vue = vue or entreprise()
    page = etablissements or page_etablissements()
    venue = (provenance(),)
    etat = EtatBloc.DONNEES if page.etablissements else EtatBloc.AUCUNE
    return FicheEntreprise(
        entreprise=vue,
        perimetre=ENTREPRISE,
        trouvee=True,
        alertes=(
            AlerteLue("attention", "Siège fermé", ENTREPRISE, "Le siège déclaré est fermé depuis le 01/02/2020."),
        ),
        rubriques=(
            Rubrique("identite", "Identité", (Bloc("identite", "Identité", EtatBloc.DONNEES, venue, ENTREPRISE, vue),)),
            Rubrique(
                "etablissements",
                "Établissements",
                (
                    Bloc(
                        "etablissements", "Établissements", etat, venue, ENTREPRISE, page, "Aucun établissement connu."
                    ),
                ),
            ),
            Rubrique(
                "histoire",
                "Histoire",
                (
                    Bloc("chronologie", "Chronologie", EtatBloc.DONNEES, venue, ENTREPRISE, jalons()),
                    Bloc(
                        "successions",
                        "Successions",
                        EtatBloc.AUCUNE,
                        venue,
                        ENTREPRISE,
                        (),
                        "Aucune succession connue.",
                    ),
                ),
            ),
        ),
        etablissements=page,
        chronologie=jalons(),
    )


def fiche_etablissement(vu: EtablissementVu | None = None) -> FicheEtablissement:
    vu = vu or etablissement()
    venue = (provenance(),)
    liens = (LienEtablissement("predecesseur", "73282932000066", date(2019, 1, 1), True, None),)
    return FicheEtablissement(
        etablissement=vu,
        perimetre=ETABLISSEMENT,
        entreprise=entreprise(),
        alertes=(),
        rubriques=(
            Rubrique(
                "identite", "Identité", (Bloc("identite", "Identité", EtatBloc.DONNEES, venue, ETABLISSEMENT, vu),)
            ),
            Rubrique(
                "histoire",
                "Histoire",
                (
                    Bloc("chronologie", "Chronologie", EtatBloc.DONNEES, venue, ETABLISSEMENT, jalons()),
                    Bloc("successions", "Successions", EtatBloc.DONNEES, venue, ETABLISSEMENT, liens),
                ),
            ),
        ),
        chronologie=jalons(),
        successions=liens,
    )
