"""Control unit of the labour inspection competent for each establishment (DGT, Wiki'T); a row without SIRET describes
the unit alone."""

from fce.sources.catalogue.dgt import DGT
from fce.sources.catalogue.dgt.wikit_unites.lecture import unites
from fce.sources.catalogue.outils import RESTREINTE
from fce.sources.champs import COMMUNE, Code, Siret, Texte
from fce.sources.declaration import Agents, Fait, Frequence, Lecteur, Source
from fce.sources.presentation import Valeurs
from fce.sources.synthese import UniteCompetente


class UniteControle(Fait):
    siret = Siret("SIRET", "SIRET", optionnelle=True)
    code = Code("Code de l'unité", "CODE_UC", masque=COMMUNE, obligatoire=True, indexe=True)
    libelle = Texte("Unité de contrôle compétente", "LIB_UC", masque=COMMUNE)
    courriel = Texte(
        "Adresse électronique de l'unité",
        "Courrier électronique",
        masque=COMMUNE,
        aide="Boîte d'un service, non nominative.",
    )


source = Source(
    "wikit-unites",
    UniteControle,
    titre="Unité de contrôle compétente",
    producteur=DGT,
    systeme="Wiki'T",
    # Every agent needs to know whom to call, but the unit would reveal where a masked person is.
    acces=Agents(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(unites, extension="json"),
    layout_partiel=True,
    cle=("siret", "code"),
    rubrique="controles",
    licence=RESTREINTE,
    base_legale="code du travail, art. L. 8112-1 (inspection du travail)",
    origine="https://travail-emploi.gouv.fr",
    description="Unité de contrôle de l'inspection du travail compétente pour l'établissement, et son adresse "
    "électronique ; une ligne par établissement.",
    absence="Aucune unité de contrôle connue",
    presentation=Valeurs(("libelle", "code", "courriel")),
    synthese=(UniteCompetente("libelle", "courriel"),),
)
