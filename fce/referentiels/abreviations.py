"""Abbreviations of words in the names of companies: what is typed and what is registered may each be short or whole.

Source: the denominations of Sirene (Insee, StockUniteLegale), where registrars and companies write both forms, and the
usual abbreviations of the Lexique des règles typographiques en usage à l'Imprimerie nationale (Cie, Éts, Sté).
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

ABREVIATIONS_DE_NOMS: Final[Mapping[str, tuple[str, ...]]] = {
    # Of legal forms.
    "ass": ("association",), "asso": ("association",), "assoc": ("association",), "cie": ("compagnie",),
    "coop": ("cooperative",), "ent": ("entreprise",), "entr": ("entreprise",), "ets": ("etablissement",),
    "fond": ("fondation",), "soc": ("societe",), "ste": ("societe",), "synd": ("syndicat",),
    # Of other usual words.
    "adm": ("administration",), "agri": ("agricole",), "amenagt": ("amenagement",), "assur": ("assurance",),
    "auto": ("automobile",), "bat": ("batiment",), "const": ("construction",), "constr": ("construction",),
    "copro": ("copropriete",), "cte": ("comite",), "ctre": ("centre",),
    "dep": ("departement", "departemental", "departementale"),
    "dept": ("departement", "departemental", "departementale"),
    "dev": ("developpement",), "distrib": ("distribution",), "dvpt": ("developpement",),
    "elec": ("electricite", "electrique"), "expl": ("exploitation",), "fab": ("fabrication",), "fed": ("federation",),
    "fre": ("frere",), "gal": ("general",), "gest": ("gestion",), "gle": ("generale",), "gpe": ("groupe",),
    "gpt": ("groupement",), "grp": ("groupe",), "immo": ("immobilier", "immobiliere"),
    "ind": ("industrie", "industriel", "industrielle"), "inter": ("international", "internationale"),
    "intl": ("international", "internationale"), "invest": ("investissement",), "maint": ("maintenance",),
    "menuis": ("menuiserie",), "munic": ("municipal", "municipale"), "nat": ("national", "nationale"),
    "particip": ("participation",), "pharm": ("pharmacie",), "phie": ("pharmacie",), "prod": ("production",),
    "reg": ("regional", "regionale"), "resto": ("restaurant",), "sce": ("service",),
    "tech": ("technique", "technologie"), "transp": ("transport",), "tspt": ("transport",), "tx": ("travaux",),
}  # fmt: skip
"""{abbreviation: whole words}, folded, without plural."""


def equivalents() -> dict[str, tuple[str, ...]]:
    """{word: what it may be written instead}, in both senses: whole words first, then the other abbreviations."""
    courts: dict[str, list[str]] = defaultdict(list)
    for court, entiers in ABREVIATIONS_DE_NOMS.items():
        for entier in entiers:
            courts[entier].append(court)
    sens = {
        court: (*mots, *(c for mot in mots for c in courts[mot] if c != court))
        for court, mots in ABREVIATIONS_DE_NOMS.items()
    }
    return {**{entier: tuple(siens) for entier, siens in courts.items()}, **sens}
