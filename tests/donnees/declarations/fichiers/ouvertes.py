"""Ten files as data.gouv.fr holds them: the content is ordinary, the header is not."""

from __future__ import annotations

from tests.donnees.declarations.fichiers import inventes as i
from tests.donnees.declarations.fichiers.attendu import Colonne, Fichier
from tests.donnees.declarations.fichiers.ecriture import colonnes, en_classeur, en_csv

TEXTE = ("Texte", "Code")
C = Colonne

BUREAUX = (
    (C("identifiant_a", "Code", aussi=TEXTE), i.numero("{:06d}A")),
    (C("siret_du_site", "Siret"), i.siret_de_la_poste),
    (C("libelle_du_site", "Texte", nature="enseigne", aussi=TEXTE), lambda a, r: f"BUREAU D’ESSAI {r}"),
    (C("adresse", "Texte", nature="adresse"), i.adresse),
    (C("code_postal", "Code", "code-postal", "adresse", aussi=TEXTE), i.commune(1)),
    (C("localite", "Texte", "commune", "commune", aussi=TEXTE), i.commune(2)),
    (C("latitude", "Decimal", "point", "coordonnee", aussi=TEXTE), i.latitude),
    (C("longitude", "Decimal", "point", "coordonnee", aussi=TEXTE), i.longitude),
    (C("numero_de_telephone", "Texte", "telephone", "contact", True, TEXTE), i.telephone),
)

LABELS = (
    (C("SIRET", "Siret"), i.siret),
    (C("Nom", "Texte", nature="nom"), i.societe),
    (C("Ville", "Texte", "commune", "commune", aussi=TEXTE), i.commune(2)),
    (C("Niveau", "Code", aussi=TEXTE), i.parmi("or", "argent", "bronze")),
    (C("Obtenu le", "Jour", "%d/%m/%Y"), i.jour_vrai),
    (C("Prime", "Entier", aussi=("Decimal",)), i.en_nombre(i.entier(20_000, 500))),
)

MARCHES = (
    (C("Contract ID", "Code", aussi=TEXTE), i.numero("2026-M{:05d}")),
    (C("Supplier SIRET", "Siret"), i.siret),
    (C("Buyer SIRET", "Siret"), i.siret),
    (C("Award date", "Jour", "%m/%d/%Y"), i.jour("%m/%d/%Y")),
    (C("Amount (EUR)", "Decimal", "point"), i.montant("us")),
    (C("CPV", "Code", aussi=TEXTE), i.numero("4521{:04d}-5")),
    (C("Description", "Texte", nature="libre", personnelle=True), i.texte_libre),
)

ENTRE_GUILLEMETS = (
    (C("Numéro\nSIREN", "Siren"), i.siren),
    (C("Dénomination ;\nsigle", "Texte", nature="nom"), i.societe),
    (C("Adresse\n(siège)", "Texte", nature="adresse"), lambda a, r: f"{i.adresse(a, r)}\n{i.commune(1)(a, r)} VILLE"),
    (C("Code\nAPE", "Code", "naf", aussi=TEXTE), i.naf),
    (C("Chiffre d’affaires\n(k€)", "Decimal", "virgule"), i.montant("fr", 9_000)),
    (C("Site\ninternet", "Texte", "url", aussi=TEXTE), lambda a, r: f"https://societe{r}.example"),
)

PREAMBULE = (
    (C("Etablissement (siret)", "Siret"), i.espace(i.siret)),
    (C("Libellé", "Texte", nature="nom"), i.societe),
    (C("Millésime", "Entier", aussi=("Jour", "Code")), i.entier(2026, 2019)),
    (C("Émissions (t)", "Decimal", "virgule"), i.montant("fr")),
    (C("Déclarant", "Texte", nature="personne", personnelle=True), i.personne_civile),
)

SANS_SENS = (
    (C("C01", "Siret"), i.siret),
    (C("C02", "Jour", "%Y%m%d"), i.jour("%Y%m%d")),
    (C("C03", "Code", "naf", aussi=TEXTE), i.naf),
    (C("C04", "Code", "commune", "commune", aussi=TEXTE), i.commune(0)),
    (C("C05", "Texte", "telephone", "contact", True, TEXTE), i.telephone),
    (C("C06", "Texte", "courriel", "contact", True, TEXTE), i.courriel),
    (C("C07", "Texte", nature="personne", personnelle=True), i.personne),
    (C("C08", "Code", "rna", "registre", aussi=TEXTE), i.rna),
    (C("C09", "Horodatage", "%Y-%m-%dT%H:%M:%S"), lambda a, r: f"{i.le_jour(a):%Y-%m-%d}T{r % 24:02d}:30:00"),
    (C("C10", "Decimal", "virgule"), i.montant("nu")),
)

DOUBLES = (
    (C("SIREN ", "Siren"), i.siren),
    (C("Nom", "Texte", nature="nom"), i.societe),
    (C("Nom", "Texte", nature="personne", personnelle=True), i.nom),
    (C("Prénom", "Texte", nature="personne", personnelle=True), i.prenom),
    (C("", "Code", "naf", aussi=TEXTE), i.naf),
    (C("", "Texte", aussi=TEXTE), i.toujours("")),
    (C("Date", "Jour", "%d/%m/%Y"), i.jour("%d/%m/%Y")),
    (C("Date", "Jour", "%d/%m/%Y"), i.parfois(i.jour("%d/%m/%Y"), 40)),
)

TROMPEURS = (
    # Each header says another thing than its cells.
    (C("siret", "Siren"), i.siren),
    (C("date", "Code", aussi=TEXTE), i.parmi("trimestrielle", "annuelle", "mensuelle")),
    (C("email", "Texte", "url", aussi=TEXTE), lambda a, r: f"https://societe{r}.example/contact"),
    (C("montant", "Code", aussi=TEXTE), i.parmi("élevé", "moyen", "faible")),
    (C("nom", "Texte", "commune", "commune", aussi=TEXTE), i.commune(2)),
    (C("code_produit", "Texte", "telephone", "contact", True, TEXTE), i.telephone),
    (C("activite", "Texte", nature="personne", personnelle=True), i.personne_civile),
    (C("telephone", "Entier"), i.entier(300)),
)

ASSOCIATIONS = (
    (C("id_rna", "Code", "rna", "registre", aussi=TEXTE), i.rna),
    (C("titre", "Texte", nature="nom"), i.association),
    (C("objet_asso", "Texte", nature="libre", personnelle=True), i.texte_libre),
    (C("date_creat", "Jour", "%Y-%m-%d"), i.jour("%Y-%m-%d")),
    (C("adrs_numvoie_libvoie", "Texte", nature="adresse"), i.adresse),
    (C("adrs_codepostal", "Code", "code-postal", "adresse", aussi=TEXTE), i.commune(1)),
    (C("dirigeant_civilite_nom", "Texte", nature="personne", personnelle=True), i.personne_civile),
)

FLOTTANTS = (
    (C("N° Siret", "Siret", aussi=("Texte", "Code", "Decimal")), i.flottant),
    (C("Société", "Texte", nature="nom"), i.societe),
    (C("Code postal", "Code", "code-postal", "adresse", aussi=TEXTE), i.commune(1)),
    (C("Effectif", "Entier"), i.entier(400)),
)

AVANT = [
    ["Titre", "Émissions déclarées par établissement"],
    ["Licence", "Licence Ouverte 2.0"],
    ["Extrait le", "14/09/2026"],
    [],
]

OUVERTES: tuple[Fichier, ...] = (
    Fichier(
        "bureaux_de_poste.csv",
        "ouverte",
        en_csv(BUREAUX),
        colonnes(BUREAUX),
        "siret_du_site",
        "siret",
        dits=("règle de La Poste",),
    ),
    Fichier(
        "labels_entete_fusionne.xlsx",
        "ouverte",
        en_classeur(
            LABELS,
            feuille="Labels",
            avant=[[]],
            fusions=[(0, 0, 2, "Entreprise"), (0, 3, 5, "Label")],
            feuilles_avant=[("Graphique", [["Année", "Labels"], ["2025", 12]])],
            total=[5],
        ),
        colonnes(LABELS),
        "SIRET",
        "siret",
        dits=("deux lignes d’en-tête", "cellules fusionnées", "une ligne de total, par formule"),
        encodage="",
        separateur="",
        feuille="Labels",
        entete=2,
    ),
    Fichier(
        "contracts_us.csv",
        "ouverte",
        en_csv(MARCHES, separateur=","),
        colonnes(MARCHES),
        "Supplier SIRET",
        "siret",
        autres_cles=("Buyer SIRET",),
        dits=("dates à l’américaine", "milliers séparés par une virgule"),
        separateur=",",
    ),
    Fichier(
        "entete_sur_deux_lignes.csv",
        "ouverte",
        en_csv(ENTRE_GUILLEMETS, encodage="utf-8-sig", fin="\r\n"),
        colonnes(ENTRE_GUILLEMETS),
        "Numéro\nSIREN",
        "siren",
        encodage="utf-8-sig",
    ),
    Fichier(
        "emissions_preambule.csv",
        "ouverte",
        en_csv(PREAMBULE, encodage="latin-1", avant=AVANT, apres=[[], ["Total", "", "", "1"]]),
        colonnes(PREAMBULE),
        "Etablissement (siret)",
        "siret",
        dits=("quatre lignes avant l’en-tête", "une ligne de total"),
        encodage="latin-1",
        entete=5,
    ),
    Fichier(
        "colonnes_sans_nom.csv",
        "ouverte",
        en_csv(SANS_SENS, separateur="|"),
        colonnes(SANS_SENS),
        "C01",
        "siret",
        separateur="|",
    ),
    Fichier(
        "entetes_doubles.csv",
        "ouverte",
        en_csv(DOUBLES),
        colonnes(DOUBLES),
        "SIREN ",
        "siren",
        dits=("colonnes de même nom", "colonnes sans nom"),
    ),
    Fichier(
        "entetes_trompeurs.csv",
        "ouverte",
        en_csv(TROMPEURS, separateur="\t"),
        colonnes(TROMPEURS),
        "siret",
        "siren",
        dits=("l’en-tête dit SIRET, les valeurs sont des SIREN",),
        separateur="\t",
    ),
    Fichier("associations_rna.csv", "ouverte", en_csv(ASSOCIATIONS), colonnes(ASSOCIATIONS), refus="aucune-cle"),
    Fichier(
        "sirets_flottants.csv",
        "ouverte",
        en_csv(FLOTTANTS),
        colonnes(FLOTTANTS),
        refus="cle-flottante",
        dits=("nombres écrits par un tableur",),
    ),
)
