"""Titles of the tax return forms, by number."""

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
