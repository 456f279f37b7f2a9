"""Ten files as ministries keep them: extracts of business software, and workbooks that services fill by hand."""

from __future__ import annotations

from tests.donnees.declarations.fichiers import inventes as i
from tests.donnees.declarations.fichiers.attendu import Colonne, Fichier
from tests.donnees.declarations.fichiers.ecriture import colonnes, en_classeur, en_csv

TEXTE = ("Texte", "Code")
C = Colonne

EFFECTIFS = (
    (C("SIRET", "Siret"), i.siret),
    (C("PERIODE_PAIE", "Mois", "%Y%m", aussi=("Jour",)), i.jour("%Y%m")),
    (C("EFF_PHYSIQUE", "Entier"), i.entier(2_000)),
    (C("EFF_ETP", "Decimal", "virgule"), i.montant("nu", 3_000)),
    (C("CODE_NAF", "Code", "naf", aussi=TEXTE), i.naf_sans_point),
    (C("DEP", "Code", "departement", "commune", aussi=TEXTE), i.departement),
    (C("PRESENCE_CDD", "Booleen", aussi=TEXTE), i.parmi("O", "N")),
)

CONTROLES = (
    (C("n_siret", "Siret"), i.faux(i.siret, 3)),
    (C("raison_sociale", "Texte", nature="nom"), i.societe),
    (C("dt_visite", "Jour", "%d/%m/%Y"), i.jour_vrai),
    (C("dt_courrier", "Jour", "tableur"), i.jour_tableur),
    (C("suite", "Code", aussi=TEXTE), i.parmi("conforme", "rappel", "mise en demeure", "PV")),
    (C("nb_sal_exposes", "Entier"), i.entier(1_204)),
    (C("inspecteur", "Texte", nature="personne", personnelle=True), i.personne),
    (C("mail_contact", "Texte", "courriel", "contact", True, TEXTE), i.courriel),
    (C("obs", "Texte", nature="libre", personnelle=True), i.texte_libre),
    (C("commune", "Texte", "commune", "commune", aussi=TEXTE), i.commune(2)),
)

AGREMENTS = (
    (C("N° agrément", "Code", aussi=TEXTE), i.numero("SAP{:07d}")),
    (C("N° SIREN", "Siren"), i.espace(i.siren)),
    (C("Organisme", "Texte", nature="nom"), i.societe),
    (C("Nom du responsable", "Texte", nature="personne", personnelle=True), i.nom),
    (C("Prénom du responsable", "Texte", nature="personne", personnelle=True), i.prenom),
    (C("Tél.", "Texte", "telephone", "contact", True, TEXTE), i.telephone),
    (C("Date d'effet", "Jour", "%d/%m/%Y"), i.jour("%d/%m/%Y")),
    (C("Date de fin", "Jour", "%d/%m/%Y"), i.parfois(i.jour("%d/%m/%Y"), 60)),
    (C("Activité", "Code", aussi=TEXTE), i.parmi("Garde d’enfants", "Assistance aux personnes âgées", "Ménage")),
    (C("Département", "Code", "departement", "commune", aussi=TEXTE), i.departement),
)

AIDES = (
    (C("Siret bénéficiaire", "Siret"), i.sans_zeros(i.siret)),
    (C("Nom bénéficiaire", "Texte", nature="nom"), i.societe),
    (C("Dispositif", "Code", aussi=TEXTE), i.parmi("Fonds de solidarité", "Activité partielle", "Prêt direct")),
    (C("Montant versé (€)", "Decimal", "virgule"), i.montant("euro")),
    (C("Mois d’aide", "Mois", "%Y%m", aussi=("Jour",)), i.jour("%Y%m", 2020)),
    (C("Versé le", "Jour", "%d/%m/%Y"), i.jour("%d/%m/%Y")),
    (C("Gestionnaire", "Texte", nature="personne", personnelle=True), i.parfois(i.personne_civile, 10)),
)

ICPE = (
    (C("code_s3ic", "Code", aussi=TEXTE), i.numero("0068.{:05d}")),
    (C("num_siret", "Siret"), i.faux(i.siret, 3)),
    (C("nom_ets", "Texte", nature="nom"), i.societe),
    (C("adresse1", "Texte", nature="adresse"), i.adresse),
    (C("cd_postal", "Code", "code-postal", "adresse", aussi=TEXTE), i.commune(1)),
    (C("cd_insee", "Code", "commune", "commune", aussi=TEXTE), i.commune(0)),
    (C("commune", "Texte", "commune", "commune", aussi=TEXTE), i.commune(2)),
    (C("coord_x", "Decimal", "point", "coordonnee", aussi=TEXTE), i.longitude),
    (C("coord_y", "Decimal", "point", "coordonnee", aussi=TEXTE), i.latitude),
    (C("régime", "Code", aussi=TEXTE), i.parmi("A", "E", "D")),
    (C("seveso", "Code", aussi=TEXTE), i.parfois(i.parmi("SB", "SH"), 12)),
    (C("dt_arrêté", "Jour", "%Y%m%d"), i.jour("%Y%m%d")),
)

APPRENTISSAGE = (
    (C("SIRET_EMPLOYEUR", "Siret"), i.siret),
    (C("SIRET_CFA", "Siret"), i.siret),
    (C("NO_CONTRAT", "Code", aussi=TEXTE), i.numero("059{:09d}")),
    # The number of social security under a header that says nothing of it.
    (C("REF_DOSSIER", "Code", "nir", "personne", True, TEXTE), i.nir),
    (C("APPRENTI", "Texte", nature="personne", personnelle=True), i.personne),
    (C("NE_LE", "Jour", "%d/%m/%Y", "personne", True), i.naissance),
    (C("SEXE", "Code", nature="personne", personnelle=True, aussi=TEXTE), i.parmi("F", "M")),
    (C("DEBUT", "Jour", "%d/%m/%Y"), i.jour("%d/%m/%Y", 2020)),
    (C("DIPLOME_RNCP", "Code", aussi=TEXTE), i.numero("RNCP{:05d}")),
    (C("NAF_EMPLOYEUR", "Code", "naf", aussi=TEXTE), i.naf),
)

EXPORTATEURS = (
    (C("SIREN_OPERATEUR", "Siren"), i.siren),
    (C("NO_TVA", "Code", "tva", aussi=TEXTE), i.tva),
    (C("ANNEE", "Entier", aussi=("Jour", "Code")), i.entier(2026, 2019)),
    (C("NC8", "Code", aussi=TEXTE), i.numero("0{:07d}")),
    (C("PAYS_DEST", "Code", "pays", aussi=TEXTE), i.parmi(*i.PAYS)),
    (C("VALEUR_EUR", "Decimal", "virgule"), i.montant("nu")),
    (C("MASSE_NETTE_KG", "Entier"), i.entier(90_000)),
    (C("DECLARANT_EMAIL", "Texte", "courriel", "contact", True, TEXTE), i.parfois(i.courriel, 70)),
)

MEDIATION = (
    # A number in the workbook: its zeros are lost, and nothing in the header says SIREN.
    (C("identifiant", "Siren"), i.en_nombre(i.siren)),
    (C("entreprise", "Texte", nature="nom"), i.societe),
    (C("montant financement", "Entier", aussi=("Decimal",)), i.en_nombre(i.entier(900_000, 5_000))),
    (C("banque chef de file", "Texte", nature="nom", aussi=TEXTE), i.parmi("Banque Feinte", "Crédit d’Essai")),
    (C("saisine", "Jour", "%d/%m/%Y"), i.jour_vrai),
    (C("clôture", "Jour", "%d/%m/%Y"), i.parfois(i.jour_vrai, 50)),
    (C("issue", "Code", aussi=TEXTE), i.parmi("succès", "échec", "en cours")),
    # Nine cells in ten are empty, and so are the 300 first: what is not seen is not open.
    (C("caution", "Texte", nature="personne", personnelle=True), i.tard(i.personne_civile, 300)),
    (C("commentaire médiateur", "Texte", nature="libre", personnelle=True), i.texte_libre),
)

SUBVENTIONS = (
    (C("identifiant_beneficiaire", "Code", aussi=TEXTE), lambda a, r: i.rna(a, r) if r % 5 < 2 else i.siret(a)),
    (C("denomination", "Texte", nature="nom"), i.association),
    (C("objet", "Texte", nature="libre", personnelle=True), i.texte_libre),
    (C("montant", "Decimal", "virgule"), i.montant("fr")),
    (C("date_convention", "Jour", "%Y-%m-%d"), i.jour("%Y-%m-%d")),
    (C("programme", "Code", aussi=TEXTE), i.parmi("0163", "0147", "0224")),
    (C("pdt_nom", "Texte", nature="personne", personnelle=True), i.personne_civile),
)

PAC = (
    (C("PACAGE", "Code", aussi=TEXTE), i.numero("0590{:05d}")),
    (C("SIRET_EXPL", "Siret", aussi=TEXTE), i.faux(i.siret, 30)),
    # A farmer is a natural person: the name of the farm is hers.
    (C("NOM_EXPLOITANT", "Texte", nature="personne", personnelle=True), i.personne_civile),
    (C("COMMUNE_SIEGE", "Texte", "commune", "commune", aussi=TEXTE), i.commune(2)),
    (C("DPT", "Code", "departement", "commune", aussi=TEXTE), i.departement),
    (C("SURFACE_HA", "Decimal", "virgule"), i.montant("nu", 9_000)),
    (C("MT_DPB", "Decimal", "virgule"), i.montant("fr")),
    (C("MT_ICHN", "Decimal", "virgule"), i.parfois(i.montant("fr"), 30)),
    (C("CAMPAGNE", "Entier", aussi=("Jour", "Code")), i.entier(2026, 2019)),
)

LISEZ_MOI = ("Lisez-moi", [["Contrôles amiante"], ["Rédacteur", "Unité départementale"], ["Mis à jour", "01/10/2026"]])
LISTES = ("listes", [["suite"], ["conforme"], ["rappel"]])

MINISTERES: tuple[Fichier, ...] = (
    Fichier("dsn_effectifs.csv", "ministere", en_csv(EFFECTIFS), colonnes(EFFECTIFS), "SIRET", "siret"),
    Fichier(
        "controles_amiante.xlsx",
        "ministere",
        en_classeur(
            CONTROLES,
            feuille="Contrôles 2026",
            avant=[[], [], []],
            fusions=[(0, 0, 9, "CONTRÔLES DES CHANTIERS D’AMIANTE"), (1, 0, 9, "Extraction du 1er octobre 2026")],
            feuilles_avant=[LISEZ_MOI],
            feuilles_apres=[LISTES],
        ),
        colonnes(CONTROLES),
        "n_siret",
        "siret",
        dits=("3 % de clés fausses", "cellules fusionnées"),
        encodage="",
        separateur="",
        feuille="Contrôles 2026",
        entete=4,
    ),
    Fichier(
        "agrements_sap.csv",
        "ministere",
        en_csv(AGREMENTS, encodage="cp1252", fin="\r\n"),
        colonnes(AGREMENTS),
        "N° SIREN",
        "siren",
        encodage="cp1252",
    ),
    Fichier(
        "aides_urgence.csv",
        "ministere",
        en_csv(AIDES, encodage="utf-8-sig"),
        colonnes(AIDES),
        "Siret bénéficiaire",
        "siret",
        dits=("zéros perdus",),
        encodage="utf-8-sig",
    ),
    Fichier(
        "icpe_autorisations.csv",
        "ministere",
        en_csv(ICPE, encodage="latin-1"),
        colonnes(ICPE),
        "num_siret",
        "siret",
        dits=("3 % de clés fausses",),
        encodage="latin-1",
    ),
    Fichier(
        "contrats_apprentissage.csv",
        "ministere",
        en_csv(APPRENTISSAGE, separateur="|"),
        colonnes(APPRENTISSAGE),
        "SIRET_EMPLOYEUR",
        "siret",
        autres_cles=("SIRET_CFA",),
        separateur="|",
    ),
    Fichier(
        "douane_exportateurs.txt",
        "ministere",
        en_csv(EXPORTATEURS, encodage="utf-16", separateur="\t", fin="\r\n"),
        colonnes(EXPORTATEURS),
        "SIREN_OPERATEUR",
        "siren",
        encodage="utf-16",
        separateur="\t",
    ),
    Fichier(
        "mediation_credit.xlsx",
        "ministere",
        en_classeur(MEDIATION, feuille="Suivi", lignes=400),
        colonnes(MEDIATION),
        "identifiant",
        "siren",
        dits=("zéros perdus",),
        encodage="",
        separateur="",
        feuille="Suivi",
        lignes=400,
    ),
    Fichier(
        "subventions_associations.csv",
        "ministere",
        en_csv(SUBVENTIONS),
        colonnes(SUBVENTIONS),
        refus="aucune-cle",
        dits=("60 % de SIRET, 40 % de numéros RNA",),
    ),
    Fichier(
        "aides_pac.csv",
        "ministere",
        en_csv(PAC, encodage="cp1252"),
        colonnes(PAC),
        refus="aucune-cle",
        dits=("30 % de clés fausses",),
        encodage="cp1252",
    ),
)
