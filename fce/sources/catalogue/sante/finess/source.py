"""Health, social and medico-social establishments, with or without SIRET (FINESS, ANS and DREES)."""

from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.labels import label
from fce.sources.catalogue.sante import ANS
from fce.sources.catalogue.sante.finess.lecture import DATE_FICHIER, lire
from fce.sources.champs import ADRESSE, DIFFUSIBLE, NOM, REGISTRE, Code, Jour, Siret, Texte
from fce.sources.declaration import Fait, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Tableau


class EtablissementSante(Fait):
    numero_finess = Code("N° FINESS de l'établissement", "nofinesset", masque=REGISTRE, obligatoire=True)
    numero_finess_juridique = Code("N° FINESS de l'entité juridique", "nofinessej", masque=REGISTRE)
    raison_sociale = Texte("Raison sociale", "rs", masque=NOM)
    raison_sociale_longue = Texte("Raison sociale longue", "rslongue", masque=NOM)
    acheminement = Texte("Code postal et commune", "ligneacheminement", masque=ADRESSE)
    code_categorie = Code("Code de la catégorie", "categetab", masque=DIFFUSIBLE)
    categorie = Texte("Catégorie", "libcategetab", masque=DIFFUSIBLE)
    famille = Texte("Famille de catégories", "libcategagretab", masque=DIFFUSIBLE)
    siret = Siret("SIRET", "siret")
    tarification = Texte("Mode de tarification", "libmft", masque=DIFFUSIBLE)
    service_public = Texte("Participation au service public hospitalier", "libsph", masque=DIFFUSIBLE)
    date_ouverture = Jour("Date d'ouverture", "dateouv")
    date_autorisation = Jour("Date d'autorisation", "dateautor")
    date_mise_a_jour = Jour("Date de mise à jour de la structure", "datemaj")
    date_fichier = Jour("Date du fichier", DATE_FICHIER)


source = Source(
    "finess",
    EtablissementSante,
    titre="Établissements sanitaires, sociaux et médico-sociaux (FINESS)",
    compte=Denombrement("établissement de santé", "établissements de santé", distinct=("numero_finess",)),
    producteur=ANS,
    systeme="FINESS",
    acces=Public(),
    frequence=Frequence.TRIMESTRIELLE,
    fichier=Lecteur(lire, "csv"),
    cle=("numero_finess",),
    date_metier="date_fichier",
    tolerante=True,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/finess-extraction-du-fichier-des-etablissements",
    ressource="2ce43ade-8d2c-4d1d-81da-ca06c82abc68",
    description="Répertoire des établissements sanitaires, sociaux et médico-sociaux, une ligne par établissement.",
    presentation=Tableau(
        colonnes=("numero_finess", "siret", "raison_sociale", "categorie", "tarification", "date_ouverture"),
        tri="numero_finess",
    ),
    recherche=(label("finess", "Établissement sanitaire, social ou médico-social (FINESS)"),),
)
