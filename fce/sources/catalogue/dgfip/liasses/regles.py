"""Titles of the tax return forms, what the latest return says, and its figures beside the published accounts."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from fce.socle.texte.formats import jour, montant
from fce.sources.comptes import Confronte
from fce.sources.presentation import Ligne
from fce.sources.synthese import LigneDeCarte

IMPRIMES = {
    "2033A": "Bilan simplifié",
    "2033B": "Compte de résultat simplifié",
    "2033C": "Immobilisations, amortissements, plus-values",
    "2033D": "Provisions, déficits reportables",
    "2050": "Bilan – actif",
    "2051": "Bilan – passif",
    "2052": "Compte de résultat",
    "2053": "Compte de résultat (suite)",
    "2054": "Immobilisations",
    "2055": "Amortissements",
    "2056": "Provisions",
    "2057": "État des créances et des dettes",
    "2058A": "Détermination du résultat fiscal",
    "2058B": "Déficits, indemnités et provisions non déductibles",
    "2058C": "Affectation du résultat et renseignements divers",
}

CHIFFRE_AFFAIRES = frozenset({("2052", "FL")})
RESULTAT = frozenset({("2053", "HN"), ("2033B", "310")})
"""Boxes, as (form, letters), of the ordinary and of the simplified regime."""
PUBLIES = (
    ("CA", "Chiffre d'affaires net", CHIFFRE_AFFAIRES, "chiffre_affaires"),
    ("résultat", "Bénéfice ou perte", RESULTAT, "resultat_net"),
)
"""(short name, label, boxes, attribute of the published accounts) of the figures that both give."""
EXERCICES = 2


def depot(lignes: Sequence[Ligne], autres: Sequence[Ligne], aujourd_hui: date) -> LigneDeCarte | None:
    cloture, cases = _derniere(lignes)
    if cloture is None:
        return None
    declares = [x["date_declaration"] for x in cases if x["date_declaration"]]
    quand = f"déposée le {jour(max(declares))}" if declares else f"exercice clos le {jour(cloture)}"
    return LigneDeCarte(f"Liasse {cloture.year}", quand)


def resultat(lignes: Sequence[Ligne], autres: Sequence[Ligne], aujourd_hui: date) -> LigneDeCarte | None:
    cloture, cases = _derniere(lignes)
    _, declare = _case(cases, RESULTAT)
    if not cloture or declare is None:
        return None
    return LigneDeCarte(f"Résultat déclaré {cloture.year}", montant(declare))


def ecart(lignes: Sequence[Ligne], publies: Sequence[Ligne], aujourd_hui: date) -> LigneDeCarte | None:
    """Published minus declared figures of the same closing date, told equal only when both are known to the euro."""
    cloture, cases = _derniere(lignes)
    if cloture is None:
        return None
    titre = "Écart avec les comptes"
    publie = next((x for x in publies if x["date_cloture"] == cloture), None)
    if publie is None:
        return LigneDeCarte(titre, "comptes non publiés", f" au {jour(cloture)}")
    compares = [(nom, declare, p) for nom, _, _, declare, p in _communs(cases, publie)]
    if not compares:
        return LigneDeCarte(titre, "non comparable")
    ecarts = [(nom, round(p - d)) for nom, d, p in compares if round(p - d)]
    if not ecarts:
        return LigneDeCarte(titre, "aucun", f" ({' et '.join(nom for nom, *_ in compares)})")
    return LigneDeCarte(titre, ", ".join(f"{nom} {'+' if x > 0 else ''}{montant(x)}" for nom, x in ecarts), " publiés")


def confronter(lignes: Sequence[Ligne], publies: Sequence[Ligne], aujourd_hui: date) -> list[Confronte]:
    """Figures that both the returns and the accounts give for the same closing date, of the latest ``EXERCICES``."""
    par_date = {x["date_cloture"]: x for x in publies}
    clotures = {x["date_fin_exercice"] for x in lignes if x["date_fin_exercice"] in par_date}
    return [
        Confronte(
            f"{libelle} ({case['numero_imprime']}, {case['code']})", cloture, declare, case["date_declaration"], publie
        )
        for cloture in sorted(clotures, reverse=True)[:EXERCICES]
        for _, libelle, case, declare, publie in _communs(
            [x for x in lignes if x["date_fin_exercice"] == cloture], par_date[cloture]
        )
    ]


def _communs(cases: Sequence[Ligne], publie: Ligne) -> Iterator[tuple[str, str, Ligne, Decimal, Decimal]]:
    """(short name, label, box, declared, published) of the figures of ``PUBLIES`` known on both sides."""
    for nom, libelle, boites, attribut in PUBLIES:
        case, declare = _case(cases, boites)
        if declare is not None and publie[attribut] is not None:
            yield nom, libelle, case, declare, publie[attribut]


def _derniere(lignes: Sequence[Ligne]) -> tuple[date | None, list[Ligne]]:
    cloture = max((x["date_fin_exercice"] for x in lignes if x["date_fin_exercice"]), default=None)
    return cloture, [x for x in lignes if x["date_fin_exercice"] == cloture]


def _case(lignes: Sequence[Ligne], boites: frozenset[tuple[str, str]]) -> tuple[Ligne, Decimal | None]:
    """The first of the boxes and its amount; no amount when absent, or not a number (the text of a masked unit)."""
    for ligne in lignes:
        if (ligne["numero_imprime"], ligne["code"]) in boites:
            try:
                return ligne, Decimal(str(ligne["valeur"]))
            except InvalidOperation:
                return ligne, None
    return {}, None
