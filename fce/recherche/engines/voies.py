"""Kinds of street and repetition marks, as files abbreviate them: one table for both indexing and queries."""

# INSEE's codes (variable typeVoieEtablissement), then other abbreviations seen in files or mails; words are folded.
TYPES_VOIE = {
    "ALL": "allee", "AV": "avenue", "BD": "boulevard", "CAR": "carrefour", "CHE": "chemin", "CHS": "chaussee",
    "CITE": "cite", "COR": "corniche", "CRS": "cours", "DOM": "domaine", "DSC": "descente", "ECA": "ecart",
    "ESP": "esplanade", "FG": "faubourg", "GR": "grande rue", "HAM": "hameau", "HLE": "halle", "IMP": "impasse",
    "LD": "lieu dit", "LOT": "lotissement", "MAR": "marche", "MTE": "montee", "PAS": "passage", "PL": "place",
    "PLN": "plaine", "PLT": "plateau", "PRO": "promenade", "PRV": "parvis", "QUA": "quartier", "QUAI": "quai",
    "RES": "residence", "RLE": "ruelle", "ROC": "rocade", "RPT": "rond point", "RTE": "route", "RUE": "rue",
    "SEN": "sente", "SQ": "square", "TPL": "terre plein", "TRA": "traverse", "VLA": "villa", "VLGE": "village",
    "ZA": "zone artisanale", "ZAC": "zone amenagement concerte", "ZI": "zone industrielle",
    "AVE": "avenue", "CHEM": "chemin", "BLD": "boulevard", "BVD": "boulevard", "CH": "chemin", "FBG": "faubourg",
    "R": "rue", "VGE": "village",
}  # fmt: skip

AUTRES_NOMS = (("SEN", "sentier"),)
"""Other names of the same kinds of street."""

# INSEE's marks (variable indiceRepetitionEtablissement) that stand for a word.
REPETITIONS = {"B": "bis", "T": "ter", "Q": "quater"}

_SANS_VOIE = frozenset(("grande", "lieu", "dit", "marche", "artisanale", "industrielle", "amenagement", "concerte"))
"""Words of these names that do not denote a street when alone."""
MOTS_DE_VOIE = frozenset(mot for nom in TYPES_VOIE.values() for mot in nom.split()) - _SANS_VOIE
ABREVIATIONS = frozenset(code.lower() for code in TYPES_VOIE)


def _equivalents() -> dict[str, tuple[str, ...]]:
    trouves: dict[str, dict[str, None]] = {}
    for code, nom in (*TYPES_VOIE.items(), *AUTRES_NOMS, *REPETITIONS.items()):
        court = code.lower()
        for mot in nom.split():
            if mot != court:
                trouves.setdefault(court, {})[mot] = None
                trouves.setdefault(mot, {})[court] = None
    return {mot: tuple(autres) for mot, autres in trouves.items()}


EQUIVALENTS = _equivalents()
"""Folded word of an address -> its possible equivalents: « pl » → « place », « place » → « pl »."""
