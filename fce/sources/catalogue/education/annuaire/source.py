"""Schools and other places of education, by UAI (ministry of education)."""

from fce.sources.catalogue.education import EDUCATION
from fce.sources.catalogue.education.annuaire.lecture import lire
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.labels import label
from fce.sources.champs import ADRESSE, COORDONNEE, DIFFUSIBLE, NOM, REGISTRE, Booleen, Code, Jour, Siren, Siret, Texte
from fce.sources.declaration import Fait, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Lien, Ligne, Tableau


class EtablissementScolaire(Fait):
    uai = Code("UAI", "Identifiant_de_l_etablissement", masque=REGISTRE, obligatoire=True)
    nom = Texte("Nom", "Nom_etablissement", masque=NOM)
    type_etablissement = Texte("Type", "Type_etablissement", masque=DIFFUSIBLE)
    statut = Texte("Public ou privé", "Statut_public_prive", masque=DIFFUSIBLE)
    contrat = Texte("Contrat avec l'État", "Type_contrat_prive", masque=DIFFUSIBLE)
    apprentissage = Booleen("Apprentissage", "Apprentissage")
    education_prioritaire = Code("Éducation prioritaire", "Appartenance_Education_Prioritaire", masque=DIFFUSIBLE)
    fiche_onisep = Texte("Fiche ONISEP", "Fiche_onisep", masque=COORDONNEE)
    academie = Texte("Académie", "Libelle_academie", masque=ADRESSE)
    date_ouverture = Jour("Date d'ouverture", "date_ouverture")
    date_mise_a_jour = Jour("Date de mise à jour", "date_maj_ligne")
    etat = Texte("État", "etat", masque=DIFFUSIBLE)
    tutelle = Texte("Ministère de tutelle", "ministere_tutelle", masque=DIFFUSIBLE)
    nature = Texte("Nature", "libelle_nature", masque=DIFFUSIBLE)
    siren = Siren("SIREN", "siren")
    siret = Siret("SIRET", "siret")


def _onisep(ligne: Ligne) -> str | None:
    adresse = ligne["fiche_onisep"] or ""
    return adresse if adresse.startswith("https://") else None


source = Source(
    "annuaire-education",
    EtablissementScolaire,
    titre="Établissements d'enseignement",
    compte=Denombrement("établissement d'enseignement", "établissements d'enseignement", distinct=("uai",)),
    producteur=EDUCATION,
    systeme="Ramsese",
    acces=Public(),
    frequence=Frequence.QUOTIDIENNE,
    fichier=Lecteur(lire, "csv"),
    cle=("uai",),
    date_metier="date_mise_a_jour",
    tolerante=True,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/5889d03fa3a72974cbf0d5b1",
    adresses=(
        "https://data.education.gouv.fr/api/explore/v2.1/catalog/datasets/fr-en-annuaire-education/exports/csv"
        "?delimiter=%3B&use_labels=true&lang=fr",
    ),
    description="Annuaire de l'éducation : écoles, collèges, lycées et services, une ligne par UAI.",
    presentation=Tableau(
        colonnes=("uai", "nom", "nature", "statut", "contrat", "education_prioritaire", "academie", "etat"), tri="uai"
    ),
    recherche=(label("uai", "Établissement d'enseignement (UAI)"),),
    liens=(Lien("Fiche ONISEP", _onisep),),
)
