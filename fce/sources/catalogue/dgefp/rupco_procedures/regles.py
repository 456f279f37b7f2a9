"""Collective redundancies (PSE, LiceC) and agreed terminations (RCC): which cases are shown, for how long."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import jour
from fce.sources.catalogue.dgefp.activite_partielle.regles import il_y_a
from fce.sources.presentation import Alarme, FaitAlarmant, Ligne
from fce.sources.procedures import ProcedureEmploi

MOIS_PSE = 36
DEPUIS = {"RCC": date(2017, 12, 22), "LICEC": date(2019, 12, 2)}
"""First day of each system: the law on RCC, the opening of the portal for redundancies without PSE."""

# Labels begin with the kind, because tiles and alerts read it from rows already labelled.
LIBELLES = {
    "LiceC -10": "LiceC – moins de 10 salariés (2 à 9)",
    "LiceC +10": "LiceC – 10 salariés ou plus (entreprise de moins de 50)",
}

SORTES = {
    "PSE": ("PSE", "Plan de sauvegarde de l’emploi (PSE)", "le PSE"),
    "LICEC": ("Licenciements", "Licenciement collectif", "le licenciement collectif"),
    "RCC": ("Ruptures conventionnelles", "Rupture conventionnelle collective (RCC)", "la rupture conventionnelle"),
    "": ("Autres ruptures", "Rupture collective", "la rupture collective"),
}
"""{kind: (its band, its title, its name in a sentence)}."""


def famille(type_dossier: str | None) -> str:
    """ "PSE", "LICEC" or "RCC" from a kind of case; "" for others."""
    compact = (type_dossier or "").upper().replace(" ", "")
    return next((nom for nom in ("PSE", "LICEC", "RCC") if compact.startswith(nom)), "")


def en_cours_de_vue(ligne: Ligne, aujourd_hui: date) -> bool:
    """Whether a case is shown: a PSE for 36 months, others since their system began."""
    enregistre = ligne["date_enregistrement"]
    if enregistre is None:
        return False
    sorte = famille(ligne["type"])
    debut = il_y_a(MOIS_PSE, aujourd_hui) if sorte == "PSE" else DEPUIS.get(sorte)
    return debut is None or enregistre >= debut


def procedures(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    uniques = {ligne["numero"]: ligne for ligne in reversed(lignes) if en_cours_de_vue(ligne, aujourd_hui)}
    montrees = [{**ligne, "type": LIBELLES.get(ligne["type"], ligne["type"])} for ligne in uniques.values()]
    return sorted(montrees, key=lambda ligne: ligne["date_enregistrement"], reverse=True)


def par_dossier(etablissements: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """{numero, ruptures, lieux} of each case: terminations (at the end, else at the start) and number of its
    establishments; None if unknown. ``etablissements``: rows of rupco-etablissements."""
    dossiers: dict[str, list[Ligne]] = {}
    for ligne in etablissements:
        dossiers.setdefault(ligne["numero"], []).append(ligne)
    plies: list[Ligne] = []
    for numero, siens in dossiers.items():
        connues = [e["ruptures_fin"] for e in siens if e["ruptures_fin"] is not None]
        lieux = len({e["siret"] for e in siens if e["siret"]})
        plies.append({"numero": numero, "ruptures": sum(connues) if connues else None, "lieux": lieux or None})
    return plies


def avec_ruptures(lignes: Sequence[Ligne], etablissements: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """Add its counts to each case. ``etablissements``: rows of rupco-etablissements, or their ``par_dossier``."""
    plies = etablissements if all("lieux" in e for e in etablissements) else par_dossier(etablissements, aujourd_hui)
    comptes = {e["numero"]: e for e in plies}
    inconnu: Ligne = {"ruptures": None, "lieux": None}
    return [
        {**ligne, **{a: comptes.get(ligne["numero"], inconnu)[a] for a in ("ruptures", "lieux")}} for ligne in lignes
    ]


def pse(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    dates = [
        ligne["date_enregistrement"]
        for ligne in lignes
        if famille(ligne["type"]) == "PSE" and en_cours_de_vue(ligne, aujourd_hui)
    ]
    if not dates:
        return []
    return [FaitAlarmant(f"Plan de sauvegarde de l’emploi enregistré le {jour(max(dates))}", max(dates))]


PSE = Alarme(pse, mois=MOIS_PSE, nom="pse", titre="Plan de sauvegarde de l’emploi")


def est_un_pse(ligne: Ligne) -> bool:
    return famille(ligne["type"]) == "PSE"


def est_une_autre_rupture(ligne: Ligne) -> bool:
    return famille(ligne["type"]) in ("LICEC", "RCC")


def tuile(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "2 PSE, 1 RCC": number of cases."""
    comptes: dict[str, set[str]] = {}
    for ligne in lignes:
        if en_cours_de_vue(ligne, aujourd_hui) and (sorte := famille(ligne["type"])):
            comptes.setdefault({"LICEC": "LiceC"}.get(sorte, sorte), set()).add(ligne["numero"])
    return ", ".join(f"{len(numeros)} {nom}" for nom, numeros in sorted(comptes.items(), reverse=True)) or None


def deroulement(lignes: Sequence[Ligne], aujourd_hui: date) -> list[ProcedureEmploi]:
    """Cases, or the establishments of cases. A closed one is a day, because its file does not say when it was closed.
    The file of the establishments does not say the state either."""
    dites = []
    for ligne in lignes:
        sorte, titre, dite = SORTES[famille(ligne["type"])]
        enregistre, etat = ligne["date_enregistrement"], ligne.get("etat") or ""
        suite = (ligne["type"] or "").partition(" – ")[2]
        en_cours = "cours" in etat.lower() if etat else None
        dites.append(
            ProcedureEmploi(
                f"rupco {ligne['numero']}", sorte, f"{titre}, {suite}" if suite else titre,
                f"n° {ligne['numero']}, du {jour(enregistre)}", enregistre, None if en_cours else enregistre, en_cours,
                etat or "État non dit", ligne.get("situation_juridique") or "",
                ligne.get("ruptures_fin", ligne.get("ruptures")), ("rupture", "ruptures"), "", ligne.get("siret") or "",
                ligne.get("lieux"),
                f"{dite} du {jour(enregistre)}", sorte == "PSE",
            )
        )  # fmt: skip
    return dites
