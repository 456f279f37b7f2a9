"""Controls of vocational training, one row per case (DGEFP, "Mes démarches formation"). The nature and outcome are
restricted to the control body."""

from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.dgefp import DGEFP
from fce.sources.catalogue.dgefp.mdf import lecture, regles
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import COMMUNE, DIFFUSIBLE, Booleen, Code, Jour, Siren, Siret, Texte
from fce.sources.declaration import Cumule, Fait, Frequence, Habilite, Lecteur, Secret, Source, plus_recent
from fce.sources.nouvelles import Apparition
from fce.sources.presentation import Denombrement, Jalon, Tableau
from fce.sources.synthese import Contact

CONTENU = Secret("formation")
DATES = ("%d/%m/%Y", "%Y-%m-%d")


class ControleMdf(Fait):
    numero = Code("Numéro de dossier", "Numero dossier", masque=DIFFUSIBLE, obligatoire=True, acces=CONTENU)
    siren = Siren("SIREN", "N° SIREN", obligatoire=True)
    siret = Siret("SIRET", lecture.SIRET, aide="SIREN et numéro d'établissement réunis ; vide si ce dernier manque.")
    nic = Code("Numéro d'établissement", "N° Etablissement", masque=DIFFUSIBLE)
    code_region = Code("Code de la région", "Code region", masque=COMMUNE, nomenclature=nomenclatures.region)
    region = Texte("Région", "Libelle region", masque=COMMUNE)
    type = Texte("Type de contrôle", "Type de contrôle", masque=DIFFUSIBLE)
    date_creation = Jour("Date de création", "Date creation", formats=DATES, acces=CONTENU)
    date = Jour("Dernière modification", "Date derniere Modification", formats=DATES)
    date_cloture = Jour("Date de clôture", "Date cloture", formats=DATES, acces=CONTENU)
    clos = Booleen("Clos", "Cols", acces=CONTENU, aide="La colonne du fichier se nomme « Cols ».")
    clos_automatiquement = Booleen("Clos automatiquement", "Clos automatiquement", acces=CONTENU)
    nature = Texte("Nature du contrôle", "Nature du contrôle", masque=DIFFUSIBLE, acces=CONTENU)
    cible = Texte("Cible du contrôle", "Cible du contrôle", masque=DIFFUSIBLE, acces=CONTENU)


source = Source(
    "mdf-controles",
    ControleMdf,
    titre="Contrôles de la formation professionnelle",
    compte=Denombrement("contrôle de la formation", "contrôles de la formation", distinct=("numero",)),
    producteur=DGEFP,
    systeme="MDF",
    acces=Habilite("contacts"),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lecture.dossiers, extension="csv"),
    cle=("numero",),
    doublons=plus_recent("date"),
    mode=Cumule(),
    date_metier="date",
    rubrique="controles",
    licence=RESTREINTE,
    base_legale=f"code du travail, art. L. 6361-1 et L. 6361-5 (contrôle de la formation professionnelle) ; {ECHANGE}",
    origine="https://www.monactiviteformation.emploi.gouv.fr",
    description="Contrôles des services régionaux de contrôle de la formation (pôle 3E SRC) ; une ligne par dossier.",
    absence="Aucun contrôle connu de la formation professionnelle",
    presentation=Tableau(
        ("siret", "date", "region", "type", "nature", "cible", "clos"),
        tri="-date",
        ordre={"dgefp": ("date", "type", "nature", "cible", "clos")},
    ),
    selection=regles.libeller,
    jalon=Jalon(
        "date", "Contrôle de la formation professionnelle", "type", pluriel="contrôles de la formation professionnelle"
    ),
    synthese=(
        Contact(
            "date", "formation", service="region", prefixe="DREETS ", famille="Formation", controle=True, ecartes=()
        ),
    ),
    nouvelles=(Apparition("controle", "Nouveau contrôle de la formation professionnelle", date="date"),),
)
