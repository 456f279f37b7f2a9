"""Identity and address of units in diffusion partielle, one row per establishment (Insee, API Entreprise).

The only source that shows these fields, to agents with a habilitation, for one of its purposes
(``diffusion_partielle``).
"""

from datetime import timedelta

from fce.sources.catalogue.insee import INSEE
from fce.sources.catalogue.insee.diffusion_partielle.direct import identites
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import ADRESSE, COMMUNE, DIFFUSIBLE, ENSEIGNE, NOM, PERSONNE, SIGLE, Code, Siren, Siret, Texte
from fce.sources.declaration import AgentsHabilites, ApiEntreprise, Fait, Frequence, Source
from fce.sources.presentation import Valeurs
from fce.sources.synthese import Denomination


class IdentiteNonDiffusible(Fait):
    siret = Siret("SIRET", "siret", obligatoire=True)
    siren = Siren("SIREN", "unite_legale.siren", obligatoire=True)
    raison_sociale = Texte("Raison sociale", "unite_legale.personne_morale_attributs.raison_sociale", masque=NOM)
    sigle = Texte("Sigle", "unite_legale.personne_morale_attributs.sigle", masque=SIGLE)
    nom = Texte("Nom de naissance", "unite_legale.personne_physique_attributs.nom_naissance", masque=PERSONNE)
    nom_usage = Texte("Nom d'usage", "unite_legale.personne_physique_attributs.nom_usage", masque=PERSONNE)
    prenoms = Texte("Prénoms", "unite_legale.personne_physique_attributs.prenom_1", masque=PERSONNE)
    pseudonyme = Texte("Pseudonyme", "unite_legale.personne_physique_attributs.pseudonyme", masque=PERSONNE)
    enseigne = Texte("Enseigne", "enseigne", masque=ENSEIGNE)
    voie = Texte("Voie", "adresse.libelle_voie", masque=ADRESSE)
    complement = Texte("Complément d'adresse", "adresse.complement_adresse", masque=ADRESSE)
    code_postal = Code("Code postal", "adresse.code_postal", masque=ADRESSE)
    commune = Texte("Commune", "adresse.libelle_commune", masque=COMMUNE)
    pays = Texte("Pays étranger", "adresse.libelle_pays_etranger", masque=COMMUNE)
    statut_diffusion = Code("Statut de diffusion", "unite_legale.status_diffusion", masque=DIFFUSIBLE)


source = Source(
    "sirene-diffusion-partielle",
    IdentiteNonDiffusible,
    titre="Identité et adresse non diffusibles",
    producteur=INSEE,
    systeme="Sirene",
    acces=AgentsHabilites(),
    frequence=Frequence.QUOTIDIENNE,
    direct=ApiEntreprise(
        "/v4/insee/sirene/unites_legales/{siren}/siege_social",
        {
            **{nom: nom for nom in ("siret", "enseigne", "prenoms", "voie")},
            "siren": "unite_legale.siren",
            "raison_sociale": "unite_legale.personne_morale_attributs.raison_sociale",
            "sigle": "unite_legale.personne_morale_attributs.sigle",
            "nom": "unite_legale.personne_physique_attributs.nom_naissance",
            "nom_usage": "unite_legale.personne_physique_attributs.nom_usage",
            "pseudonyme": "unite_legale.personne_physique_attributs.pseudonyme",
            "complement": "adresse.complement_adresse",
            "code_postal": "adresse.code_postal",
            "commune": "adresse.libelle_commune",
            "pays": "adresse.libelle_pays_etranger",
            "statut_diffusion": "unite_legale.status_diffusion",
        },
        chemin_etablissement="/v4/insee/sirene/etablissements/{siret}",
        lignes=identites,
        conservation=timedelta(hours=1),
        diffusion_partielle=True,
    ),
    cle=("siret",),
    rubrique="identite",
    base_legale=f"code de commerce, art. R. 123-232-1 et A. 123-95 ; {ECHANGE}",
    licence=RESTREINTE,
    origine="https://entreprise.api.gouv.fr/catalogue/insee/etablissements",
    description="Nom et adresse des unités qui ont demandé à ne pas être diffusées, pour les seuls besoins des "
    "missions de service public : ni recherche, ni export, ni rediffusion. Interrogé en direct, par numéro exact, pour "
    "une entreprise (son siège) ou un établissement ; aucun fichier. Le statut le plus récent vaut : une réponse n'est "
    "gardée qu'une heure, pour l'administration qui l'a demandée.",
    presentation=Valeurs(
        (
            *("raison_sociale", "sigle", "nom", "nom_usage", "prenoms", "pseudonyme", "enseigne", "siret"),
            *("voie", "complement", "code_postal", "commune", "pays"),
        )
    ),
    synthese=(
        Denomination(
            (
                ("raison_sociale",),
                ("prenoms", "nom_usage"),
                ("prenoms", "nom"),
                ("nom_usage",),
                ("nom",),
                ("pseudonyme",),
            )
        ),
    ),
    absence="Identité non diffusible : unité inconnue de l'Insee",
)
