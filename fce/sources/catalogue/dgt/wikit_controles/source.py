"""Controls of the labour inspection, one row per establishment and day (DGT, Wiki'T). Each file has only the last
control of an establishment; earlier files give the others."""

from fce.sources.catalogue.dgt import DGT
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import COMMUNE, Jour, Siret, Texte
from fce.sources.declaration import Csv, Cumule, Fait, Frequence, Habilite, Source
from fce.sources.nouvelles import Apparition
from fce.sources.presentation import Denombrement, Jalon, ParEtablissement, Tableau
from fce.sources.synthese import Contact


class ControleWikit(Fait):
    siret = Siret("SIRET", "Siret", obligatoire=True)
    date = Jour("Date de contrôle", "Date de dernier controle", formats=("%d/%m/%Y", "%Y-%m-%d"), obligatoire=True)
    unite = Texte("Unité de contrôle", "Propriétaire", masque=COMMUNE)


source = Source(
    "wikit-controles",
    ControleWikit,
    titre="Contrôles de l'inspection du travail",
    compte=Denombrement("contrôle du travail", "contrôles du travail", distinct=("siret", "date")),
    producteur=DGT,
    systeme="Wiki'T",
    # Control bodies share the existence of a contact (body, unit, day); the file holds nothing more.
    acces=Habilite("contacts"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    cle=("siret", "date"),
    mode=Cumule(),
    date_metier="date",
    rubrique="controles",
    licence=RESTREINTE,
    base_legale=f"code du travail, art. L. 8112-1 et L. 8112-2 (inspection du travail) ; {ECHANGE}",
    origine="https://travail-emploi.gouv.fr",
    description="Derniers contrôles de l'inspection du travail (pôle T) : le jour et l'unité ; une ligne par "
    "établissement et par jour. Les contrôles plus anciens viennent des fichiers précédents.",
    absence="Aucun contrôle connu de l'inspection du travail",
    presentation=Tableau(("siret", "date", "unite"), tri="-date", ordre={"dgt": ("unite",)}),
    regroupement=ParEtablissement(derniere="date", colonnes=("unite",)),
    jalon=Jalon("date", "Contrôle de l'inspection du travail", "unite", pluriel="contrôles de l’inspection du travail"),
    synthese=(Contact("date", "contrôle", service="unite", famille="Inspection du travail", controle=True),),
    nouvelles=(Apparition("controle", "Nouveau contrôle de l’inspection du travail", date="date"),),
)
