"""Collective agreements declared (DSN), one row per establishment and agreement (DARES, "WEEZ")."""

from fce.referentiels import conventions
from fce.sources.catalogue.dares import DARES, DSN
from fce.sources.catalogue.dares.idcc import regles
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import DIFFUSIBLE, Code, Jour, Mois, Siret
from fce.sources.declaration import Csv, Fait, Frequence, Public, Source, plus_recent
from fce.sources.presentation import Denombrement, Filtre, Lien, Pliage, Tableau
from fce.sources.synthese import PartDeNote

LEGIFRANCE = Lien("La convention sur Légifrance", regles.legifrance, identifie=False)


class ConventionAppliquee(Fait):
    mois = Mois("Mois de la déclaration", "MOIS")
    siret = Siret("SIRET", "SIRET", obligatoire=True)
    idcc = Code(
        "Convention collective (IDCC)", "IDCC", masque=DIFFUSIBLE, obligatoire=True, indexe=True,
        nomenclature=conventions.libelle, aide="Quatre chiffres.",
    )  # fmt: skip
    date_maj = Jour("Date de mise à jour", "DATE_MAJ", formats=("%Y/%m/%d", "%Y-%m-%d"))


source = Source(
    "idcc-etablissements",
    ConventionAppliquee,
    titre="Conventions collectives",
    compte=Denombrement("convention collective", "conventions collectives", distinct=("idcc",)),
    producteur=DARES,
    systeme="DSN (WEEZ)",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=","),
    cle=("siret", "idcc"),
    doublons=plus_recent("mois"),
    date_metier="mois",
    parution=45,
    rubrique="relations-travail",
    licence=LICENCE_OUVERTE,
    base_legale=f"{DSN} ; code des relations entre le public et l'administration, art. L. 312-1-1",
    origine="https://www.data.gouv.fr/datasets/liste-des-conventions-collectives-par-entreprise-siret",
    ressource="a22e54f7-b937-4483-9a72-aad2ea1316f1",
    description="Conventions collectives que l'employeur déclare appliquer dans chaque établissement ; une ligne "
    "par établissement et par convention. Les codes 9998 et 9999 n'en désignent aucune.",
    absence="Aucune convention collective déclarée",
    presentation=Tableau(
        colonnes=("siret", "idcc", "mois"),
        tri="idcc",
        pliage=Pliage(
            regles.par_convention,
            {"convention": "Convention collective (IDCC)", "etablissements": "Établissements", "mois": "Dernier mois"},
            entreprise=True,
            lien=LEGIFRANCE,
        ),
    ),
    selection=regles.conventions,
    synthese=(PartDeNote("accords", regles.appliquees),),
    recherche=(
        Filtre("idcc", "Convention collective", "idcc", libelle=conventions.libelle, valeurs=conventions.titres()),
    ),
    liens=(LEGIFRANCE,),
)
