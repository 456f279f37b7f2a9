"""What the sheet must show of the files: which rows a rule keeps, how rows of establishments are added up, the tiles.

Each rule is written again from the specification, on texts; nothing is shared with the product.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from tests.consistance.fichiers import Ligne
from tests.consistance.valeurs import jour, nombre


class Fichiers(Protocol):
    """Rows of the files, by source and company."""

    def lignes(self, nom: str, siren: str) -> list[Ligne]: ...


Retenir = Callable[[Sequence[Ligne], date], list[Ligne]]

CHEMIN_RUPCO = "DATE ENREGISTREMENT"
FIN, DEBUT = (f"Nombre de Ruptures de Contrats en {quand} de procédure Etab" for quand in ("fin", "début"))
LICEC = {
    "LiceC -10": "LiceC – moins de 10 salariés (2 à 9)",
    "LiceC +10": "LiceC – 10 salariés ou plus (entreprise de moins de 50)",
}
MILLESIME = re.compile(r"_(20\d\d)$")
THEMES = re.compile(r"groth2_\d\d_")


@dataclass(frozen=True)
class Groupe:
    """Rows shown one per establishment: the latest date, and sums."""

    siret: str
    derniere: str = ""
    sommes: tuple[str, ...] = ()


GROUPES = {
    "accidents-travail": Groupe(
        "01_SIRET",
        sommes=("02_nb_at_total", "03_nb_at_mortels", "04_nb_at_avec_arret_travail", "05_nb_at_sans_arret_travail"),
    ),
    "accords-entreprise": Groupe("siret", "dt_sign"),
    "accords-publies": Groupe("SIRET", "DATE_TEXTE"),
    "activite-partielle": Groupe("SIRET", "DATE_DECISION", ("NB_H_AUTO_CUM", "NB_H_CONSO_CUM")),
    "apprentissage": Groupe("Employeur Siret", "Contrat DateDebut"),
    "contrats-aides": Groupe("siret", sommes=("CA_entree", "CA_stock_12")),
    "detachement-siret": Groupe("siret", "annee"),
    "eos-visites": Groupe("SIRET", "Date de la visite"),
    "sora-controles": Groupe("Etob Siret", "visite"),
    "sparc-metrologie": Groupe("siret", "date_controle"),
    "wikit-controles": Groupe("Siret", "Date de dernier controle"),
}

SERIES = {
    "dsn-effectifs": (
        "MOIS",
        ("EFF_TOTAL", "EFF_FEMME", "EFF_HOMME", "NB_CDI", "NB_CDD", "NB_INTERIM", "NB_APPRENTI"),
    ),
    "effectifs-etp": ("periode_concerne", ("effectif",)),
}
"""Series added up over establishments: month, columns."""

PERIODES = (6, 12, 24, 60)
"""Months that a chart may show."""

PAGE = 50
"""Rows of a page of a list."""


def il_y_a(mois: int, aujourd_hui: date) -> date:
    """The day some months ago, the first of the next month when there is no such day."""
    annee, rang = divmod(aujourd_hui.year * 12 + aujourd_hui.month - 1 - mois, 12)
    try:
        return date(annee, rang + 1, aujourd_hui.day)
    except ValueError:
        return date(annee + (rang + 1) // 12, (rang + 1) % 12 + 1, 1)


def _jour(ligne: Ligne, colonne: str) -> date:
    return jour(ligne[colonne]) or date.min


def _activite_partielle(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    dernieres: dict[tuple[str, str], Ligne] = {}
    for ligne in lignes:
        cle = (ligne["SIRET"], ligne["NUM_CONVENTION"])
        if cle not in dernieres or _jour(ligne, "DATE_DECISION") > _jour(dernieres[cle], "DATE_DECISION"):
            dernieres[cle] = ligne
    return [x for x in dernieres.values() if _jour(x, "DATE_DECISION") >= il_y_a(24, aujourd_hui)]


def _apprentissage(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    debut = aujourd_hui.year - 2
    return [x for x in lignes if any(_jour(x, c).year >= debut for c in ("Contrat DateDebut", "DateRupture"))]


def _rupco(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    depuis = {"PSE": il_y_a(36, aujourd_hui), "RCC": date(2017, 12, 22), "Lic": date(2019, 12, 2)}
    gardees = []
    for ligne in lignes:
        if _jour(ligne, CHEMIN_RUPCO) >= depuis[ligne["TYPE DE DOSSIER"][:3]]:
            fin = ligne.get(FIN) or ligne.get(DEBUT, "")
            genre = LICEC.get(ligne["TYPE DE DOSSIER"], ligne["TYPE DE DOSSIER"])
            gardees.append({**ligne, FIN: fin, "TYPE DE DOSSIER": genre})
    return gardees


def _eos(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    dates = [(x, _jour(x, "Date de la visite")) for x in lignes]
    return [x for x, quand in dates if quand <= aujourd_hui and (quand.month, quand.day) != (12, 31)]


def _bodacc(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    annules = {
        f"{x['parutionavisprecedent.nomPublication'][-1]}{x['parutionavisprecedent.numeroParution']}"
        f"{x['parutionavisprecedent.numeroAnnonce']}"
        for x in lignes
        if x.get("parutionavisprecedent.numeroParution")
    }
    return [x for x in lignes if x["typeavis"] == "annonce" and x["id"] not in annules]


def _cinq_ans(consolides: bool) -> Retenir:
    def retenir(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
        publics = [x for x in lignes if x["confidentiality"] == "Public"]
        propres = [x for x in publics if (x["type_bilan"] == "K") == consolides]
        return sorted(propres, key=lambda x: x["date_cloture_exercice"], reverse=True)[:5]

    return retenir


def _marches(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    return [x for x in lignes if x["donneesActuelles"] == "true"]


def _collectivites(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """The latest year."""
    return sorted(lignes, key=lambda x: x["Exercice"], reverse=True)[:1]


def _detachement(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """The year is that of the name of the column: this one or the one before."""
    recentes = (str(aujourd_hui.year), str(aujourd_hui.year - 1))
    return [x for x in map(_datee, lignes) if x["annee"] in recentes]


def _contrats_aides(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """The year is that of the names of the columns."""
    return [_datee(x) for x in lignes]


def _datee(ligne: Ligne) -> Ligne:
    """A row whose columns bear the year of its data: their names without it, and the year beside."""
    (annee,) = {trouve[1] for colonne in ligne if (trouve := MILLESIME.search(colonne))}
    return {**{MILLESIME.sub("", colonne): valeur for colonne, valeur in ligne.items()}, "annee": annee}


def _conventions(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """The codes 9998 and 9999 say that there is no agreement."""
    return [x for x in lignes if x["IDCC"].strip() not in ("9998", "9999")]


RETENIR: dict[str, Retenir] = {
    "idcc-etablissements": _conventions,
    "contrats-aides": _contrats_aides,
    "activite-partielle": _activite_partielle,
    "apprentissage": _apprentissage,
    "rupco-procedures": _rupco,
    "rupco-etablissements": _rupco,
    "eos-visites": _eos,
    "bodacc": _bodacc,
    "ratios-financiers": _cinq_ans(consolides=False),
    "ratios-consolides": _cinq_ans(consolides=True),
    "marches-publics": _marches,
    "collectivites": _collectivites,
    "detachement-siren": _detachement,
    "detachement-siret": _detachement,
}

COMPTES, DECLARE = ("chiffre_d_affaires", "date_cloture_exercice"), ("chiffre_affaires", "date_fin_exercice")

SANS_COMPTE = {"rne-dirigeants", "ess", "avocats", "bilan-ges"}
"""Rows folded before they are shown (a line per person, one presence): their number is not that of the file."""


def lignes(fichiers: Fichiers, nom: str, siren: str, aujourd_hui: date) -> list[Ligne]:
    """Rows of a source that the sheet of a company must show, as its rule keeps them, before any grouping."""
    fichier = "ratios-financiers" if nom == "ratios-consolides" else nom
    brutes = fichiers.lignes(fichier, siren)
    gardees = RETENIR[nom](brutes, aujourd_hui) if nom in RETENIR else brutes
    if nom == "rupco-procedures":
        ici, partout = (
            lignes(lus, "rupco-etablissements", siren, aujourd_hui)
            for lus in (fichiers, getattr(fichiers, "entiers", fichiers))
        )
        return [
            ligne | _ruptures(ligne, ici) | {f"{c}, entreprise": n for c, n in _ruptures(ligne, partout).items()}
            for ligne in gardees
        ]
    return gardees


def _ruptures(dossier: Ligne, lieux: Sequence[Ligne]) -> Ligne:
    """Terminations of a case, at its end or else at its start, and how many establishments: both empty when unknown."""
    siens = [x for x in lieux if x["NUMERO DE DOSSIER"] == dossier["NUMERO DE DOSSIER"]]
    dites = [nombre(x[FIN] or x[DEBUT]) for x in siens]
    connues = [n for n in dites if n is not None]
    return {
        "ruptures": str(sum(connues, Decimal(0))) if connues else "",
        "lieux": str(len({x["SIRET ETABLISSEMENT"] for x in siens}) or ""),
    }


def par_an(fichiers: Fichiers, siren: str, aujourd_hui: date) -> list[list[str]]:
    """Turnover by year: [year, own figure, its closing day, figure of the group, its closing day], the latest first.

    The accounts first; the tax administration where they say nothing, or zero. Nothing when one source alone tells it.
    """
    sources = [("ratios-financiers", *COMPTES), ("dgfip-chiffre-affaires", *DECLARE), ("ratios-consolides", *COMPTES)]
    annees: dict[int, dict[bool, tuple[str, str, str]]] = {}
    for nom, montant, cloture in sources:
        groupe = nom == "ratios-consolides"
        for ligne in sorted(montrees(fichiers, nom, siren, aujourd_hui), key=lambda x: x[cloture], reverse=True):
            if ligne[montant] == "":
                continue
            dites = annees.setdefault(_jour(ligne, cloture).year, {})
            if groupe not in dites or (dites[groupe][2] != nom and nombre(dites[groupe][0]) == 0):
                dites[groupe] = (ligne[montant], ligne[cloture], nom)
    retenues = sorted(annees, reverse=True)[:5]
    if len({dit[2] for annee in retenues for dit in annees[annee].values()}) < 2:
        return []
    rien = ("", "", "")
    return [[str(annee), *annees[annee].get(False, rien)[:2], *annees[annee].get(True, rien)[:2]] for annee in retenues]


def montrees(fichiers: Fichiers, nom: str, siren: str, aujourd_hui: date) -> list[Ligne]:
    """The same as the main table shows them: added up by establishment or by month when the source is so."""
    gardees = lignes(fichiers, nom, siren, aujourd_hui)
    if nom in SERIES:
        return _par_mois(gardees, *SERIES[nom])
    if groupe := GROUPES.get(nom):
        communes = {
            e["siret"]: e["libelleCommuneEtablissement"] for e in fichiers.lignes("sirene-etablissements", siren)
        }
        return _par_etablissement(gardees, groupe, communes)
    return gardees


def _par_mois(gardees: Sequence[Ligne], colonne: str, sommes: Sequence[str]) -> list[Ligne]:
    """One row per month, the latest first."""
    totaux: dict[date, dict[str, Decimal]] = {}
    for ligne in gardees:
        cumul = totaux.setdefault(_jour(ligne, colonne), dict.fromkeys(sommes, Decimal(0)))
        for somme in sommes:
            cumul[somme] += nombre(ligne[somme]) or 0
    return [
        {colonne: str(mois), **{s: str(v) for s, v in totaux[mois].items()}} for mois in sorted(totaux, reverse=True)
    ]


def _par_etablissement(gardees: Sequence[Ligne], groupe: Groupe, communes: dict[str, str]) -> list[Ligne]:
    """One row per establishment; of several facts of the latest day, whichever may be shown."""
    par_siret: dict[str, list[Ligne]] = {}
    for ligne in gardees:
        par_siret.setdefault(ligne[groupe.siret], []).append(ligne)
    sorties = []
    for siret, faits in par_siret.items():
        sortie = {groupe.siret: siret, "commune": communes.get(siret, ""), "nombre": str(len(faits))}
        for somme in groupe.sommes:
            sortie[somme] = str(sum((nombre(x[somme]) or 0 for x in faits), Decimal(0)))
        if groupe.derniere:
            dates = [_jour(x, groupe.derniere) for x in faits if x[groupe.derniere] != ""]
            derniers = (
                faits if groupe.derniere == "annee" else [x for x in faits if _jour(x, groupe.derniere) == max(dates)]
            )
        else:
            derniers = faits[:1]
        for rang, fait in enumerate(derniers):
            propres = {f"{c}#{rang}": v for c, v in fait.items() if c not in groupe.sommes and not c.startswith("_")}
            sortie |= propres
        sorties.append(sortie)
    return sorties


def syntheses(fichiers: Fichiers, nom: str, siren: str, aujourd_hui: date) -> list[Ligne] | None:
    """Rows of the summary that comes before the main table; None when the source has none."""
    gardees = lignes(fichiers, nom, siren, aujourd_hui)
    if nom == "apprentissage":
        return [
            {
                "annee": str(annee),
                "signes": str(_de(gardees, "Contrat DateDebut", annee)),
                "rompus": str(_de(gardees, "DateRupture", annee)),
            }
            for annee in range(aujourd_hui.year, aujourd_hui.year - 3, -1)
        ]
    if nom == "idcc-etablissements":
        par_code: dict[str, list[Ligne]] = {}
        for x in gardees:
            par_code.setdefault(x["IDCC"].strip(), []).append(x)
        return [
            {
                "IDCC": code,
                "nombre": str(len({x["SIRET"] for x in siennes})),
                "MOIS": str(max(_jour(x, "MOIS") for x in siennes)),
            }
            for code, siennes in par_code.items()
        ]
    if nom == "accords-entreprise":
        sorties = []
        for theme in [c for c in (gardees[0] if gardees else {}) if THEMES.match(c)]:
            dates = [_jour(x, "dt_sign") for x in gardees if x[theme] == "1"]
            if dates:
                sorties.append({"theme": theme, "accords": str(len(dates)), "dernier": str(max(dates))})
        return sorties
    return None


def _de(gardees: Sequence[Ligne], colonne: str, annee: int) -> int:
    return sum(1 for x in gardees if x[colonne] and _jour(x, colonne).year == annee)
