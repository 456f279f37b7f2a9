"""Installations classified for the protection of the environment (code de l'environnement, art. L. 511-1), with Seveso
status, headings and last inspection (Géorisques)."""

from fce.referentiels import territoires
from fce.sources.catalogue.georisques import DGPR
from fce.sources.catalogue.georisques.icpe_seveso.lecture import DERNIERE, NOMBRE, RUBRIQUES_DITES, lire
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.labels import label
from fce.sources.champs import ADRESSE, COORDONNEE, DIFFUSIBLE, NOM, REGISTRE, Booleen, Code, Entier, Jour, Siret, Texte
from fce.sources.declaration import Fait, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Filtre, Gravite, Jalon, Lien, Tableau

ARCHIVE = "https://www.georisques.gouv.fr/api/v1/csv/installations_classees?departement={}"

STATUTS = ("Seveso seuil haut", "Seveso seuil bas", "Non Seveso")


class InstallationClassee(Fait):
    code_aiot = Code("Code de l'installation (AIOT)", "codeAiot", masque=REGISTRE, obligatoire=True)
    raison_sociale = Texte("Exploitant", "raisonSociale", masque=NOM)
    commune = Texte("Commune", "commune", masque=ADRESSE)
    siret = Siret("SIRET", "numeroSiret")
    priorite_nationale = Booleen("Priorité nationale", "prioriteNationale")
    statut_seveso = Code("Statut Seveso", "statutSeveso", masque=DIFFUSIBLE)
    ied = Booleen("Directive sur les émissions industrielles (IED)", "ied")
    etat = Texte("État de l'activité", "etatActivite", masque=DIFFUSIBLE)
    regime = Texte("Régime en vigueur", "regimeVigueur", masque=DIFFUSIBLE)
    adresse_georisques = Texte("Page Géorisques", "url", masque=COORDONNEE)
    rubriques = Texte("Rubriques de la nomenclature", RUBRIQUES_DITES, masque=DIFFUSIBLE)
    derniere_inspection = Jour("Dernière inspection", DERNIERE)
    nombre_inspections = Entier("Nombre d'inspections", NOMBRE, minimum=0)


source = Source(
    "icpe-seveso",
    InstallationClassee,
    titre="Installations classées (ICPE) et Seveso",
    compte=Denombrement("installation classée", "installations classées", distinct=("code_aiot",)),
    producteur=DGPR,
    systeme="Géorisques",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire, "zip"),
    cle=("code_aiot",),
    date_metier="derniere_inspection",
    tolerante=True,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://www.georisques.gouv.fr/risques/installations/donnees",
    # One archive per département: the server cannot send them all at once.
    adresses=tuple(ARCHIVE.format(d.code) for d in territoires.departements()),
    description="Installations classées, avec rubriques et dernière inspection, une ligne par installation.",
    presentation=Tableau(
        colonnes=(
            "code_aiot",
            "raison_sociale",
            "commune",
            "regime",
            "statut_seveso",
            "rubriques",
            "derniere_inspection",
        ),
        tri="-derniere_inspection",
    ),
    jalon=Jalon(
        "derniere_inspection",
        "Inspection d'une installation classée",
        "regime",
        gravite=Gravite.A_VOIR,
        pluriel="inspections d’installations classées",
    ),
    recherche=(
        Filtre("seveso", "Statut Seveso", champ="statut_seveso", valeurs=STATUTS),
        label("icpe", "Installation classée (ICPE)"),
    ),
    liens=(Lien("Fiche de l'installation sur Géorisques", lambda ligne: ligne["adresse_georisques"]),),
)
