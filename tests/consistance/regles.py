"""What the audit expects of the files: windows, what a count counts, events, days that date a file. Written from the
specification of the sheets, on the official columns."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from tests.consistance import attendus
from tests.consistance.fichiers import Ligne
from tests.consistance.valeurs import nombre

COMPTE = re.compile(r"(?:^|, )(\d[\d ]*) ([a-zé][^,()]*?)(?= –|,| en | dans | depuis | au \d|\.| \(|$)")
"""A count and what it counts, in the line of a tab."""

FENETRES: dict[str, Callable[[date], date]] = {
    "activite-partielle": lambda j: attendus.il_y_a(24, j),
    "rupco-procedures": lambda j: attendus.il_y_a(36, j),
    "rupco-etablissements": lambda j: attendus.il_y_a(36, j),
    "apprentissage": lambda j: date(j.year - 2, 1, 1),
    "detachement-siren": lambda j: date(j.year - 1, 1, 1),
    "detachement-siret": lambda j: date(j.year - 1, 1, 1),
}
"""First day of the facts that a sheet shows of a source, when it does not show them all."""


PERIODES: dict[str, str] = {
    "activite-partielle": "sur les 24 derniers mois",
    "rupco-procedures": "sur 36 mois pour un PSE",
    "rupco-etablissements": "sur 36 mois pour un PSE",
    "apprentissage": "sur l'année en cours et les deux précédentes",
    "detachement-siren": "sur l'année en cours et la précédente",
    "detachement-siret": "sur l'année en cours et la précédente",
}
"""The same windows in words, as a sheet may say them."""


def ou(colonne: str, *valeurs: str) -> Callable[[Sequence[Ligne]], int]:
    """How many rows have one of these values in a column; without values, any."""
    return lambda lignes: sum(
        1 for x in lignes if (x.get(colonne, "").strip() in valeurs if valeurs else x.get(colonne))
    )


def distincts(*colonnes: str) -> Callable[[Sequence[Ligne]], int]:
    """How many different values these columns hold together."""
    return lambda lignes: len({tuple(x.get(c, "").strip() for c in colonnes) for x in lignes})


def somme(*colonnes: str) -> Callable[[Sequence[Ligne]], int]:
    """What a column adds up to, the first of these names that the rows have."""

    def additionner(lignes: Sequence[Ligne]) -> int:
        colonne = next((c for c in colonnes if lignes and c in lignes[0]), "")
        return int(sum((nombre(x[colonne]) or Decimal(0) for x in lignes), Decimal(0))) if colonne else 0

    return additionner


COMPTES: dict[str, tuple[str, Callable[[Sequence[Ligne]], int]]] = {
    "accord d'entreprise déposé": ("accords-entreprise", len),
    "accord publié": ("accords-publies", len),
    "agrément sanitaire": ("agrements-sanitaires", len),
    "aide de l'ADEME": ("aides-ademe", len),
    "aide de minimis": ("aides-minimis", len),
    "mesure du plan de relance": ("plan-relance", distincts("mesure")),
    "annonce au Bodacc": ("bodacc", len),
    "autorisation douanière valide": ("dgddi-operateurs", ou("etat", "valide")),
    "bénéficiaire effectif": ("inpi-beneficiaires", len),
    "organisme certifié Qualiopi": ("qualiopi", ou("certifications")),
    "certification bio": ("bio", len),
    "contrat aidé": ("contrats-aides", somme("CA_stock_12")),
    "contrôle de la DGCCRF": ("sora-controles", len),
    "contrôle de la formation": ("mdf-controles", len),
    "contrôle de métrologie": ("sparc-metrologie", len),
    "contrôle du travail": ("wikit-controles", len),
    "contrôle sanitaire": ("alim-confiance", len),
    "convention collective": ("idcc-etablissements", distincts("IDCC")),
    "convention d'activité partielle": ("activite-partielle", distincts("SIRET", "NUM_CONVENTION")),
    "dirigeant": ("rne-dirigeants", distincts("nom", "prenoms", "naissance", "siren")),
    "déclaration de l'index": ("egapro", len),
    "exercice": ("ratios-financiers", len),
    "installation classée": ("icpe-seveso", len),
    "liasse fiscale": ("dgfip-liasses", distincts("date_fin_exercice")),
    "licence de spectacles": ("spectacles", len),
    "lien capitalistique": ("dgfip-liens-capitalistiques", len),
    "marché public": ("marches-publics", len),
    "observation au RNE": ("rne-observations", len),
    "déclaration d'organisme de formation": ("organismes-formation", distincts("numeroDeclarationActivite")),
    "procédure de rupture collective": ("rupco-procedures", len),
    "qualification RGE": ("rge", len),
    "structure d'insertion": ("iae", len),
    "visite des services économiques": ("eos-visites", len),
    "élu": ("elus", len),
    "établissement d'enseignement": ("annuaire-education", len),
    "établissement de santé": ("finess", len),
}  # fmt: skip
"""What a count says that it counts: the source, and how its rows make that number."""

EVENEMENTS = {
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
}  # fmt: skip
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


def pluriel(mot: str) -> str:
    """The plural of a noun followed by what it is of, adjectives included."""
    tete, _, reste = mot.partition(" ")
    complement = (
        reste
        if reste.startswith(("d'", "de ", "du ", "au ", "Qualiopi", "RGE", "bio"))
        else "".join(f"{x}s " for x in reste.split()).strip()
    )
    return f"{tete}s {complement}".strip()
