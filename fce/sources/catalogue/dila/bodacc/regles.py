"""Collective proceedings: what a judgment is, which notices still hold, whether proceedings are open."""

import re
from collections.abc import Sequence
from datetime import date

from fce.socle.texte import plier
from fce.socle.typographie import juridiction
from fce.sources.presentation import FaitAlarmant, Ligne

LIQUIDATION, REDRESSEMENT, SAUVEGARDE = "liquidation_judiciaire", "redressement_judiciaire", "sauvegarde"
CLOTURE, APPEL = "cloture", "appel"
LIBELLES = {
    LIQUIDATION: "Liquidation judiciaire",
    REDRESSEMENT: "Redressement judiciaire",
    SAUVEGARDE: "Sauvegarde",
    CLOTURE: "Procédure close",
    APPEL: "Décision infirmée en appel",
}
ANNEES = 10
MOIS = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
]
# Notices about creditors or other laws: they neither open, change nor close proceedings.
EXCLUES = ("avis de depot", "loi de 1967", "depot de l etat des creances", "etat de collocation")
FINS = ("cloture", "mettant fin", "fin de la procedure", "rapportant le jugement d ouverture")


def classer(famille: str | None, nature: str | None, complement: str | None) -> str | None:
    """Code of the proceedings that a judgment leaves the company in; None when it says nothing of them.

    The nature counts first, then the family, then the full text. A judgment that turns one kind into another names
    both: the graver one is where it leads, except when it ends them.
    """
    textes = [plier(t or "") for t in (nature, famille, complement)]
    if any(mot in textes[0] or mot in textes[1] for mot in EXCLUES):
        return None
    for texte in textes:
        if not texte:
            continue
        if "infirm" in texte:
            return APPEL
        if any(mot in texte for mot in FINS):
            return CLOTURE
        if "liquidation judiciaire" in texte:
            return LIQUIDATION
        if "redressement" in texte:
            return REDRESSEMENT
        if "sauvegarde" in texte:
            return SAUVEGARDE
    return None


def en_vigueur(lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[Ligne]:
    """Notices that still hold, newest first: cancelled and corrected ones are gone, and so are the cancellations."""
    remplacees = {x["avis_precedent"] for x in lignes if x["avis_precedent"] and x["type_avis"] != "annonce"}
    restent = [x for x in lignes if x["id"] not in remplacees and x["type_avis"] not in ("annulation", "retractation")]
    return sorted(restent, key=lambda x: (x["date_parution"] or date.min, x["id"] or ""), reverse=True)


def procedure_en_cours(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    """The collective proceedings that the last judgment leaves open, in one sentence.

    Nothing when there was none, when it was closed, or when nothing was published for ten years.
    """
    dernier = _dernier_jugement(lignes, aujourd_hui)
    if dernier is None:
        return []
    libelle = LIBELLES.get(dernier["procedure"], dernier["procedure"])
    tribunal = f", {juridiction(dernier['tribunal'])}" if dernier["tribunal"] else ""
    phrase = f"{libelle} : {dernier['jugement_nature'] or 'jugement'} du {_date(dernier):%d/%m/%Y}{tribunal}"
    return [FaitAlarmant(phrase, _date(dernier))]


def jugement_en_vigueur(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """The row of the judgment that leaves collective proceedings open, alone; none when nothing is open."""
    dernier = _dernier_jugement(lignes, aujourd_hui)
    return [] if dernier is None or dernier["procedure"] == APPEL else [dernier]


def _dernier_jugement(lignes: Sequence[Ligne], aujourd_hui: date) -> Ligne | None:
    jugements = [x for x in en_vigueur(lignes, aujourd_hui) if x["procedure"] and _date(x)]
    if not jugements:
        return None
    dernier = max(jugements, key=lambda x: (_date(x) or date.min, x["date_parution"] or date.min))
    le = _date(dernier)
    if le is None or dernier["procedure"] == CLOTURE or le.year < aujourd_hui.year - ANNEES:
        return None
    return dernier


def est_un_jugement(ligne: Ligne) -> bool:
    """Whether a notice is a judgment of collective proceedings, not the cancellation of another notice."""
    return bool(ligne["procedure"]) and ligne["type_avis"] not in ("annulation", "retractation")


def annonce(ligne: Ligne) -> str | None:
    """Address of the notice on the site of the BODACC."""
    adresse = ligne["url"] or ""
    return adresse if adresse.startswith("https://www.bodacc.fr/") else None


def libelle_procedure(code: str) -> str | None:
    """Label of a value of the search filter."""
    return LIBELLES.get(code)


def reparer(texte: str | None) -> str | None:
    """Text read twice as UTF-8, put right ("clÃ´ture" → "clôture"); any other text is given back as it is."""
    if not texte or "Ã" not in texte:
        return texte
    for encodage in ("cp1252", "latin-1"):
        try:
            return texte.encode(encodage).decode("utf-8")
        except UnicodeError:
            continue
    return texte


def jour(ecrit: str | None) -> str | None:
    """ISO day of "2022-11-15", "15/11/2022" or "15 novembre 2022"; other writings are given back as they are."""
    texte = (ecrit or "").strip()
    if barres := re.fullmatch(r"([0-9]{2})/([0-9]{2})/([0-9]{4})", texte):
        return f"{barres[3]}-{barres[2]}-{barres[1]}"
    lettres = re.fullmatch(r"([0-9]{1,2})(?:er)? ([a-z]+) ([0-9]{4})", plier(texte))
    if lettres and lettres[2] in MOIS:
        return f"{lettres[3]}-{MOIS.index(lettres[2]) + 1:02d}-{int(lettres[1]):02d}"
    return texte[:10] if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", texte) else texte or None


def _date(ligne: Ligne) -> date | None:
    return ligne["jugement_date"] or ligne["date_parution"]
