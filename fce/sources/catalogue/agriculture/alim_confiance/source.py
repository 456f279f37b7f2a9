"""Published sanitary controls of places that serve or sell food (code rural, art. L. 231-1), kept one year by the
portal (Alim'confiance, DGAL)."""

from fce.sources.catalogue.agriculture import DGAL
from fce.sources.catalogue.agriculture.alim_confiance.lecture import lire
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.champs import ADRESSE, DIFFUSIBLE, REGISTRE, Code, Jour, Siret, Texte
from fce.sources.declaration import TOUS, Fait, Frequence, Lecteur, Public, Seuils, Source
from fce.sources.presentation import Denombrement, Filtre, Gravite, Jalon, Tableau


class ControleAlimentaire(Fait):
    siret = Siret("SIRET", "SIRET", obligatoire=True)
    numero = Code("N° d'inspection", "Numero_inspection", masque=REGISTRE)
    date_inspection = Jour("Date de l'inspection", "Date_inspection")
    activite = Texte("Activité contrôlée", "APP_Libelle_activite_etablissement", masque=DIFFUSIBLE)
    synthese = Texte("Niveau d'hygiène", "Synthese_eval_sanit", masque=DIFFUSIBLE)
    code_synthese = Code("Code du niveau d'hygiène", "APP_Code_synthese_eval_sanit", masque=DIFFUSIBLE)
    agrement = Code("N° d'agrément", "Agrement", masque=ADRESSE)


source = Source(
    "alim-confiance",
    ControleAlimentaire,
    titre="Contrôles sanitaires des aliments (Alim'confiance)",
    compte=Denombrement("contrôle sanitaire", "contrôles sanitaires", distinct=("siret", "numero")),
    producteur=DGAL,
    systeme="Alim'confiance",
    acces=Public(),
    frequence=Frequence.HEBDOMADAIRE,
    fichier=Lecteur(lire, "csv"),
    cle=("siret", "numero"),
    doublons=TOUS,
    date_metier="date_inspection",
    # The file includes places without SIRET, which no sheet can show.
    seuils=Seuils(cles=0.05, quarantaine=0.10),
    tolerante=True,
    rubrique="agrements-labels",
    horizon="sur les douze mois que garde le fichier",
    licence=LICENCE_OUVERTE,
    origine="https://dgal.opendatasoft.com/explore/dataset/export_alimconfiance/",
    ressource="fff0cc27-977b-40d5-9c11-f7e4e79a0b72",
    description="Résultats des contrôles sanitaires des douze derniers mois, une ligne par contrôle et par activité.",
    presentation=Tableau(
        colonnes=("date_inspection", "siret", "activite", "synthese", "agrement"), tri="-date_inspection"
    ),
    jalon=Jalon(
        "date_inspection",
        "Contrôle sanitaire des aliments",
        "synthese",
        gravite=Gravite.A_VOIR,
        pluriel="contrôles sanitaires des aliments",
    ),
    recherche=(Filtre("controle-sanitaire", "Contrôle sanitaire des aliments publié", valeur="oui"),),
)
