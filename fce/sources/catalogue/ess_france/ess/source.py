"""Establishments of social economy companies (loi du 31 juillet 2014, list of ESS France); the file's SIREN lack
leading zeros."""

from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.ess_france import ESS_FRANCE
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.labels import label
from fce.sources.champs import ADRESSE, DIFFUSIBLE, NOM, Code, Siren, Texte
from fce.sources.declaration import TOUS, Csv, Fait, Frequence, Public, Source
from fce.sources.presentation import Presence


class EntrepriseEss(Fait):
    siren = Siren("SIREN", "SIREN", obligatoire=True)
    nom = Texte("Nom", "Nom ou raison sociale de l'entreprise", masque=NOM)
    famille = Texte("Famille juridique", "Famille juridique de l'entreprise", masque=DIFFUSIBLE)
    code_postal = Code("Code postal", "Code postal", masque=ADRESSE)
    commune = Texte("Commune", "Libellé de la commune de l'établissement", masque=ADRESSE)
    code_departement = Code(
        "Code du département",
        "Code du département de l'établissement",
        masque=ADRESSE,
        nomenclature=nomenclatures.departement,
    )
    departement = Texte("Département", "Département de l'établissement", masque=ADRESSE)
    region = Texte("Région", "Région de l'établissement", masque=ADRESSE)


source = Source(
    "ess",
    EntrepriseEss,
    titre="Économie sociale et solidaire",
    producteur=ESS_FRANCE,
    systeme="Liste des entreprises de l'ESS",
    acces=Public(),
    frequence=Frequence.ANNUELLE,
    fichier=Csv(separateur=","),
    cle=("siren",),
    doublons=TOUS,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/r/57bc99ca-0432-4b46-8fcc-e76a35c9efaf",
    ressource="57bc99ca-0432-4b46-8fcc-e76a35c9efaf",
    description="Entreprises de l'économie sociale et solidaire, une ligne par établissement employeur ou non.",
    presentation=Presence("Sur la liste des entreprises de l'économie sociale et solidaire", ("famille",)),
    recherche=(label("ess", "Économie sociale et solidaire (liste d'ESS France)"),),
)
