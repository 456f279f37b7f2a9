"""Published company agreements, one row each (DILA, ACCO)."""

from fce.referentiels import conventions
from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.dila import DILA
from fce.sources.catalogue.dila.accords_publies.lecture import lire
from fce.sources.catalogue.dila.accords_publies.regles import legifrance, nombre, publies
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import ADRESSE, DIFFUSIBLE, LIBRE, NOM, REGISTRE, Booleen, Code, Jour, Siret, Texte
from fce.sources.declaration import Fait, Frequence, Fusionne, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Filtre, Jalon, Lien, ParEtablissement, Tableau, Tuile


class AccordPublie(Fait):
    siret = Siret("SIRET", "SIRET", optionnelle=True)
    id = Code("Identifiant", "ID", masque=REGISTRE, obligatoire=True)
    numero = Code("N° de dépôt", "NUMERO", masque=REGISTRE, optionnelle=True)
    titre = Texte("Titre", "TITRE_TXT", masque=LIBRE, optionnelle=True)
    nature = Code("Nature", "NATURE", masque=DIFFUSIBLE, optionnelle=True)
    themes = Texte("Thèmes", "THEMES", masque=DIFFUSIBLE, optionnelle=True)
    syndicats = Texte("Syndicats signataires", "SYNDICATS", masque=DIFFUSIBLE, optionnelle=True)
    date_texte = Jour("Signé le", "DATE_TEXTE", optionnelle=True)
    date_depot = Jour("Déposé le", "DATE_DEPOT", optionnelle=True)
    date_effet = Jour("En vigueur le", "DATE_EFFET", optionnelle=True, futur=True)
    date_fin = Jour("Jusqu'au", "DATE_FIN", optionnelle=True, futur=True, aide="2999 : durée indéterminée.")
    date_diffusion = Jour("Publié le", "DATE_DIFFUSION", optionnelle=True)
    date_mise_a_jour = Jour("Mise à jour", "DATE_MAJ", optionnelle=True)
    code_ape = Code("APE", "CODE_APE", masque=DIFFUSIBLE, optionnelle=True, nomenclature=nomenclatures.activite)
    idcc = Code("IDCC", "CODE_IDCC", masque=DIFFUSIBLE, optionnelle=True, nomenclature=conventions.libelle)
    raison_sociale = Texte("Raison sociale", "RAISON_SOCIALE", masque=NOM, optionnelle=True)
    integral = Booleen("Version intégrale", "CONFORME_VERSION_INTEGRALE", optionnelle=True)
    secteur = Texte("Secteur", "SECTEUR", masque=DIFFUSIBLE, optionnelle=True)
    unite_signataire = Code("Unité signataire", "CODE_UNITE_SIGNATAIRE", masque=DIFFUSIBLE, optionnelle=True)
    code_postal = Code("Code postal", "CODE_POSTAL", masque=ADRESSE, optionnelle=True)
    ville = Texte("Ville", "VILLE", masque=ADRESSE, optionnelle=True)
    supprime = Booleen("Retiré par la DILA", "SUPPRIME")


source = Source(
    "accords-publies",
    AccordPublie,
    titre="Accords d'entreprise publiés",
    compte=Denombrement("accord publié", "accords publiés"),
    producteur=DILA,
    systeme="ACCO",
    acces=Public(),
    frequence=Frequence.HEBDOMADAIRE,
    fichier=Lecteur(lire, extension="tar.gz"),
    cle=("id",),
    # The weekly archive only holds the week's agreements and deletions; the full base has the same format.
    mode=Fusionne(),
    tolerante=True,
    date_metier="date_diffusion",
    rubrique="relations-travail",
    base_legale="code du travail, art. L. 2231-5-1",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/acco-accords-dentreprise",
    sans_adresse="les archives de echanges.dila.gouv.fr/OPENDATA/ACCO portent l'heure de leur dépôt",
    description="Accords d'entreprise publiés dans la base nationale, une ligne par accord. Document XML de la DILA, "
    "seul ou dans l'archive hebdomadaire ou complète ; les accords retirés ne sont plus montrés.",
    presentation=Tableau(("date_texte", "titre", "themes", "syndicats", "date_effet", "date_fin"), tri="-date_texte"),
    regroupement=ParEtablissement(derniere="date_texte"),
    selection=publies,
    absence="Aucun accord publié connu",
    tuile=Tuile("Accords publiés", nombre),
    jalon=Jalon("date_texte", "Accord d'entreprise", "titre", pluriel="accords d’entreprise publiés"),
    recherche=(Filtre("accords", "Accord d’entreprise publié", valeur="oui"),),
    liens=(Lien("Texte sur Légifrance", legifrance),),
)
