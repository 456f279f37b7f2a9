"""Beneficiaries of the recovery plan, one row per company and measure (DGE, France Relance)."""

from fce.sources.catalogue.dge import DGE
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import DIFFUSIBLE, Jour, Siren, Texte
from fce.sources.declaration import TOUS, Csv, Fait, Frequence, Public, Source
from fce.sources.presentation import Denombrement, Filtre, Jalon, Tableau


class AidePlanRelance(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    mesure = Texte("Mesure", "mesure", masque=DIFFUSIBLE)
    date = Jour("Mise à jour", "mise_a_jour", formats=("%Y-%m-%d", "%d/%m/%Y"))


source = Source(
    "plan-relance",
    AidePlanRelance,
    titre="Plan de relance",
    compte=Denombrement("mesure du plan de relance", "mesures du plan de relance", distinct=("mesure",)),
    producteur=DGE,
    systeme="France Relance",
    acces=Public(),
    frequence=Frequence.IRREGULIERE,
    fichier=Csv(separateur=";"),
    layout_partiel=True,
    cle=("siren", "mesure"),
    doublons=TOUS,
    date_metier="date",
    parution=3_650,
    rubrique="aides",
    licence=LICENCE_OUVERTE,
    base_legale="loi n° 2020-1721 du 29 décembre 2020 de finances pour 2021 (mission « Plan de relance ») ; "
    "code des relations entre le public et l'administration, art. L. 312-1-1",
    origine="https://www.economie.gouv.fr/plan-de-relance",
    sans_adresse="le producteur n'en publie aucune que nous connaissions",
    description="Mesures du plan de relance dont l'entreprise a bénéficié ; une ligne par entreprise et par mesure.",
    absence="Aucune mesure du plan de relance connue",
    presentation=Tableau(("date", "mesure"), tri="-date"),
    jalon=Jalon("date", "Mesure du plan de relance", "mesure", pluriel="mesures du plan de relance"),
    recherche=(Filtre("aides", "Aides publiques", valeur="plan-relance"),),
)
