"""Shares of women and men among senior executives and members of governing bodies, one row per company and year
(Egapro)."""

from fce.sources.catalogue.dgt import DGT
from fce.sources.catalogue.dgt.egapro_representation.lecture import representations
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import DIFFUSIBLE, NOM, Decimal, Entier, Siren, Texte
from fce.sources.declaration import Fait, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Tableau


class RepresentationEquilibree(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    raison_sociale = Texte("Raison sociale", "raison_sociale", masque=NOM)
    annee = Entier("Année", "année", obligatoire=True)
    femmes_cadres = Decimal("Femmes cadres dirigeantes", "pourcentage_femmes_cadres", unite="%")
    hommes_cadres = Decimal("Hommes cadres dirigeants", "pourcentage_hommes_cadres", unite="%")
    femmes_membres = Decimal("Femmes membres d'instances dirigeantes", "pourcentage_femmes_membres", unite="%")
    hommes_membres = Decimal("Hommes membres d'instances dirigeantes", "pourcentage_hommes_membres", unite="%")
    motif_cadres = Texte("Non calculable (cadres)", "motif_non_calculabilité_cadres", masque=DIFFUSIBLE)
    motif_membres = Texte("Non calculable (instances)", "motif_non_calculabilité_membres", masque=DIFFUSIBLE)


source = Source(
    "egapro-representation",
    RepresentationEquilibree,
    titre="Représentation équilibrée",
    compte=Denombrement(
        "déclaration de représentation équilibrée", "déclarations de représentation équilibrée", distinct=("annee",)
    ),
    producteur=DGT,
    systeme="Egapro",
    acces=Public(),
    frequence=Frequence.ANNUELLE,
    fichier=Lecteur(representations, extension="json"),
    cle=("siren", "annee"),
    date_metier="annee",
    parution=90,
    tolerante=True,
    rubrique="relations-travail",
    licence=LICENCE_OUVERTE,
    base_legale="code du travail, art. L. 1142-11 (répartition des sexes parmi les cadres dirigeants)",
    origine="https://egapro.travail.gouv.fr/representation-equilibree/recherche",
    sans_adresse="le producteur publie une page de recherche, aucun fichier que nous connaissions",
    description="Part des femmes et des hommes parmi les cadres dirigeants et les membres des instances "
    "dirigeantes ; une ligne par entreprise et par année.",
    absence="Aucune déclaration de représentation équilibrée connue",
    presentation=Tableau(
        (
            "annee",
            "femmes_cadres",
            "hommes_cadres",
            "motif_cadres",
            "femmes_membres",
            "hommes_membres",
            "motif_membres",
        ),
        tri="-annee",
    ),
)
