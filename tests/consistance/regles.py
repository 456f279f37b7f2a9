"""What the audit expects of the files: windows, what a count counts, events, days that date a file. Written from the
specification of the sheets, on the official columns."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from tests.consistance.fichiers import Ligne
from tests.consistance.valeurs import nombre

COMPTE = re.compile(r"(?:^|, )(\d[\d ]*) ([a-zé][^,()]*?)(?= –|,| dans | sur | depuis | au \d\d/|\.| \(|$)")
"""A count and what it counts, in the line of a tab."""

FENETRES = {
    "activite-partielle": r"24 derniers mois",
    "apprentissage": r"année en cours et les deux précédentes",
    "detachement-siren": r"année en cours et la précédente",
    "detachement-siret": r"année en cours et la précédente",
    "rupco-procedures": r"36 mois pour un PSE",
    "rupco-etablissements": r"36 mois pour un PSE",
}
"""What « aucune » must say of the sources that a sheet does not show whole: the period of the facts that it shows."""


def distincts(*colonnes: str) -> Callable[[Sequence[Ligne]], int]:
    """How many different values these columns hold together."""
    return lambda lignes: len({tuple(x.get(c, "").strip() for c in colonnes) for x in lignes})


def somme(*colonnes: str) -> Callable[[Sequence[Ligne]], int]:
    """What a column adds up to, the first of these names that the rows have."""

    def additionner(lignes: Sequence[Ligne]) -> int:
        colonne = next((c for c in colonnes if lignes and c in lignes[0]), "")
        return int(sum((nombre(x[colonne]) or Decimal(0) for x in lignes), Decimal(0))) if colonne else 0

    return additionner


def parmi(colonne: str, valeur: str, compter: Callable[[Sequence[Ligne]], int]) -> Callable[[Sequence[Ligne]], int]:
    """The count of the rows where a column has this value; "": a number that is not zero."""
    return lambda lignes: compter([x for x in lignes if (x[colonne] == valeur if valeur else nombre(x[colonne]))])


COMPTES: dict[str, tuple[str, Callable[[Sequence[Ligne]], int]]] = {
    "accident du travail": ("accidents-travail", somme("02_nb_at_total")),
    "accord d'entreprise déposé": ("accords-entreprise", distincts("num_dos", "siret")),
    "accord publié": ("accords-publies", len),
    "adresse de facturation": (
        "annuaire-facturation",
        lambda lignes: len([x for x in lignes if x["Adresse de facturation"]]),
    ),
    "agrément sanitaire": ("agrements-sanitaires", distincts("Numéro agrément/Approval number")),
    "aide de l'ADEME": ("aides-ademe", distincts("referenceDecision")),
    "aide de minimis": ("aides-minimis", len),
    "annonce au Bodacc": ("bodacc", len),
    "année avec des salariés détachés": ("detachement-siren", parmi("salaries_distincts", "", distincts("annee"))),
    "autorisation douanière valide": ("dgddi-operateurs", parmi("etat", "valide", len)),
    "bénéficiaire effectif": ("inpi-beneficiaires", distincts("beneficiaire_uuid")),
    "certification bio en cours": ("bio", len),
    "contrat d'apprentissage": ("apprentissage", distincts("NumeroEnregistrement")),
    "contrôle de la DGCCRF": ("sora-controles", distincts("Etob Siret", "visite", "Unfct Libelle")),
    "contrôle de la formation": ("mdf-controles", distincts("Numero dossier")),
    "contrôle de métrologie": ("sparc-metrologie", distincts("siret", "date_controle")),
    "contrôle du travail": ("wikit-controles", distincts("Siret", "Date de dernier controle")),
    "contrôle sanitaire": ("alim-confiance", distincts("SIRET", "Numero_inspection")),
    "subvention attribuée": ("subventions", len),
    "mandat terminé": ("rne-anciens-dirigeants", len),
    "convention collective": ("idcc-etablissements", distincts("IDCC")),
    "convention d'activité partielle": ("activite-partielle", distincts("SIRET", "NUM_CONVENTION")),
    "dirigeant ou mandataire": ("rne-dirigeants", distincts("nom", "prenoms", "naissance", "siren")),
    "dirigeant et mandataire": ("rne-dirigeants", distincts("nom", "prenoms", "naissance", "siren")),
    "déclaration d'organisme de formation": ("organismes-formation", distincts("numeroDeclarationActivite")),
    "déclaration de l'index": ("egapro", distincts("Année")),
    "déclaration de représentation équilibrée": ("egapro-representation", distincts("annee")),
    "exercice": ("ratios-financiers", len),
    "fondation": ("rnf", len),
    "installation classée": ("icpe-seveso", distincts("codeAiot")),
    "liasse fiscale": ("dgfip-liasses", distincts("date_fin_exercice")),
    "licence de spectacles valide": ("spectacles", parmi("statut_recepisse", "Valide", distincts("numero_recepisse"))),
    "lien capitalistique": ("dgfip-liens-capitalistiques", len),
    "marché public": ("marches-publics", distincts("uid")),
    "mesure du plan de relance": ("plan-relance", distincts("mesure")),
    "numéro de TVA": ("tva", len),
    "observation au RNE": ("rne-observations", len),
    "organisme certifié Qualiopi": ("qualiopi", distincts("numerodeclarationactivite")),
    "procédure de rupture collective": ("rupco-procedures", distincts("NUMERO DE DOSSIER")),
    "qualification RGE": ("rge", distincts("code_qualification")),
    "salarié en contrat aidé au 31 décembre": ("contrats-aides", somme("CA_stock_12")),
    "structure d'insertion": ("iae", distincts("SIRET", "MESURE")),
    "visite des services économiques": ("eos-visites", len),
    "élu": ("elus", len),
    "établissement avec des salariés détachés": (
        "detachement-siret",
        parmi("salaries_distincts", "", distincts("siret")),
    ),
    "établissement concerné par une rupture collective": ("rupco-etablissements", distincts("SIRET ETABLISSEMENT")),
    "établissement d'enseignement": ("annuaire-education", distincts("Identifiant_de_l_etablissement")),
    "établissement de santé": ("finess", len),
}
"""What a count says that it counts: the source, and how its rows make that number."""

EVENEMENTS = {
    "Subvention attribuée": ("subventions", "dateConvention"),
    "Fin de mandat": ("rne-anciens-dirigeants", "constate"),
    "Aide de l'ADEME": ("aides-ademe", "Date de convention"),
    "Aide de minimis": ("aides-minimis", ""),
    "Accord d'entreprise": ("accords-publies", "DATE_TEXTE"),
    "Contrôle de la DGCCRF": ("sora-controles", "visite"),
    "Contrôle de l'inspection du travail": ("wikit-controles", "Date de dernier controle"),
    "Contrôle de métrologie": ("sparc-metrologie", "date_controle"),
    "Contrôle de la formation professionnelle": ("mdf-controles", "Date derniere Modification"),
    "Visite des services économiques de l'État": ("eos-visites", "Date de la visite"),
    "Décision d'activité partielle": ("activite-partielle", "DATE_DECISION"),
    "Observation au registre": ("rne-observations", ""),
    "Marché public notifié": ("marches-publics", ""),
    "Signature d'un accord d'entreprise": ("accords-entreprise", "dt_sign"),
}
"""Kinds of events of the timeline: their source."""

DATES: dict[str, str] = {
    "accords-entreprise": "dt_sign", "accords-publies": "DATE_DIFFUSION", "activite-partielle": "DATE_DECISION",
    "aides-ademe": "dateConvention", "bodacc": "dateparution", "dgddi-operateurs": "date_debut",
    "dgfip-chiffre-affaires": "date_fin_exercice", "dgfip-liasses": "date_declaration",
    "dgfip-attestation-fiscale": "date_periode_analysee", "eos-visites": "Date de la visite",
    "mdf-controles": "Date derniere Modification", "rupco-procedures": "DATE ENREGISTREMENT",
    "rupco-etablissements": "DATE ENREGISTREMENT", "sora-controles": "visite", "sparc-metrologie": "date_controle",
    "wikit-controles": "Date de dernier controle", "plan-relance": "date",
    "ratios-financiers": "date_cloture_exercice", "urssaf-vigilance": "date_debut_validite",
    "subventions": "dateConvention",
}  # fmt: skip
"""Column that dates a file: the latest day that is not to come."""

MOIS_ENTIERS = {"dsn-effectifs": "MOIS", "effectifs-etp": "periode_concerne", "idcc-etablissements": "MOIS"}
"""Files of whole months: each tells of its last day."""

EVENEMENT_OU_FIN = {"apprentissage": ("Contrat DateDebut", "DateRupture")}
ANNEES = {"egapro": "Année", "collectivites": "Exercice"}
"""Files of whole years."""


MOTS_D_AILLEURS = {
    "ouverts", "ouvert", "fermés", "fermé", "salariés", "salarié", "contacts", "contact", "événements", "événement",
    "lignes", "ligne",
}  # fmt: skip
"""Words of counts that are checked elsewhere, or say nothing of what they count."""


def fin_de_mois(premier: date) -> date:
    return (premier.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def singulier(mot: str) -> str:
    """A noun and what it is of, each word without the s of the plural."""
    return " ".join(x if len(x) < 4 else x.removesuffix("s") for x in mot.split())
