"""Companies of the national register (capital, dates, purpose), one row per SIREN (INPI, RNE)."""

from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.inpi import BASE_RNE, INPI, LICENCE_RNE, ORIGINE_RNE, SANS_ADRESSE_RNE, page_inpi
from fce.sources.catalogue.inpi.rne.lecture import lire
from fce.sources.catalogue.inpi.rne.regles import attestation
from fce.sources.champs import (
    DIFFUSIBLE,
    ENSEIGNE,
    LIBRE,
    NOM,
    Booleen,
    Code,
    Decimal,
    Entier,
    Horodatage,
    Jour,
    Siren,
    Texte,
)
from fce.sources.declaration import Fait, Frequence, Lecteur, Public, Source, plus_recent
from fce.sources.presentation import Gravite, Jalon, Lien, Valeurs


class EntrepriseRne(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    date_mise_a_jour = Horodatage("Mise à jour", "updatedAt")
    denomination = Texte("Dénomination", "denomination", masque=NOM)
    nom_commercial = Texte("Nom commercial", "nomCommercial", masque=ENSEIGNE)
    forme_juridique = Code(
        "Forme juridique", "formeJuridique", masque=DIFFUSIBLE, nomenclature=nomenclatures.categorie_juridique
    )
    forme_exercice = Code(
        "Forme d'exercice de l'activité principale", "formeExerciceActivitePrincipale", masque=DIFFUSIBLE
    )
    date_immatriculation = Jour("Immatriculation", "dateImmatriculation")
    date_debut_activite = Jour("Début d'activité", "dateDebutActiv")
    date_fin_existence = Jour("Fin d'existence prévue", "dateFinExistence", futur=True)
    cloture = Code("Clôture de l'exercice social", "dateClotureExerciceSocial", masque=DIFFUSIBLE, aide="Jour et mois.")
    duree = Entier("Durée", "duree", unite="ans")
    capital = Decimal("Capital social", "montantCapital")
    devise = Code("Devise", "deviseCapital", masque=DIFFUSIBLE)
    capital_variable = Booleen("Capital variable", "capitalVariable")
    associe_unique = Booleen("Associé unique", "indicateurAssocieUnique")
    ess = Booleen("Économie sociale et solidaire", "ess")
    objet = Texte("Objet social", "objet", masque=LIBRE)
    date_radiation = Jour("Radiation", "dateRadiation")
    date_cessation = Jour("Cessation d'activité", "dateCessation")


source = Source(
    "rne",
    EntrepriseRne,
    titre="Immatriculation au RNE",
    producteur=INPI,
    systeme="RNE",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire, extension="json"),
    cle=("siren",),
    doublons=plus_recent("date_mise_a_jour"),
    tolerante=True,
    date_metier="date_mise_a_jour",
    rubrique="identite",
    base_legale=BASE_RNE,
    licence=LICENCE_RNE,
    origine=ORIGINE_RNE,
    sans_adresse=SANS_ADRESSE_RNE,
    description="Registre national des entreprises : immatriculation, capital, dates et objet social, une ligne par "
    "entreprise. Le même fichier alimente les dirigeants (rne-dirigeants) et les observations (rne-observations).",
    presentation=Valeurs(
        (
            "date_immatriculation",
            "date_debut_activite",
            "capital",
            "devise",
            "capital_variable",
            "cloture",
            "duree",
            "date_fin_existence",
            "associe_unique",
            "objet",
            "date_radiation",
            "date_cessation",
        ),
        tri="-date_mise_a_jour",
    ),
    absence="Aucune immatriculation au RNE connue",
    jalon=Jalon("date_radiation", "Radiation du registre national des entreprises", gravite=Gravite.GRAVE),
    liens=(
        Lien("Justificatif d'immatriculation au RNE", attestation),
        Lien("Actes et statuts déposés (INPI)", page_inpi),
    ),
)
