"""Collective proceedings: kind of a judgment, notices in force, open proceedings."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from fce.socle.texte.pliage import plier
from fce.socle.texte.typographie import juridiction
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
TOURNURES = {
    "en liquidation": LIQUIDATION,
    "en liquidation judiciaire": LIQUIDATION,
    "liquidation judiciaire": LIQUIDATION,
    "en redressement": REDRESSEMENT,
    "en redressement judiciaire": REDRESSEMENT,
    "redressement judiciaire": REDRESSEMENT,
    "en sauvegarde": SAUVEGARDE,
    "en procédure collective": "oui",
    "procédure collective": "oui",
}
"""Phrases typed in the search box that ask for proceedings."""
ANNEES = 10
RADIATION = "radiation"
INSCRIPTIONS = ("immatriculation", "creation")
AUTRES_ANNONCES = ("vente", "collective", "divers")
"""Notices that a court other than that of the siège may publish."""
AVANT_LE_DEPART = timedelta(days=365)
"""How long before a striking off the new court may have published the transfer."""
RENOMME, TRIBUNAL_DE_COMMERCE = "tribunal des activités économiques", "tribunal de commerce"
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
# Notices about creditors or other laws, which neither open, change nor close proceedings.
EXCLUES = ("avis de depot", "loi de 1967", "depot de l etat des creances", "etat de collocation")
FINS = ("cloture", "mettant fin", "fin de la procedure", "rapportant le jugement d ouverture")


def classer(famille: str | None, nature: str | None, complement: str | None) -> str | None:
    """Code of the proceedings after a judgment; None when the judgment tells nothing about them.

    Reads the nature, then the family, then the full text. A judgment that converts proceedings names both kinds: keep
    the graver one, unless it ends them.
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
    """Notices in force, newest first, without cancelled or corrected ones nor the cancellations."""
    remplacees = {x["avis_precedent"] for x in lignes if x["avis_precedent"] and x["type_avis"] != "annonce"}
    restent = [x for x in lignes if x["id"] not in remplacees and x["type_avis"] not in ("annulation", "retractation")]
    return sorted(restent, key=lambda x: (x["date_parution"] or date.min, x["id"] or ""), reverse=True)


def procedure_en_cours(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    """French sentence on the proceedings left open by the last judgment.

    None if there was none, if closed, or if nothing was published for ten years.
    """
    dernier = _dernier_jugement(lignes, aujourd_hui)
    if dernier is None:
        return []
    libelle = LIBELLES.get(dernier["procedure"], dernier["procedure"])
    tribunal = f", {juridiction(dernier['tribunal'])}" if dernier["tribunal"] else ""
    phrase = f"{libelle} : {dernier['jugement_nature'] or 'jugement'} du {_date(dernier):%d/%m/%Y}{tribunal}"
    return [FaitAlarmant(phrase, _date(dernier))]


def jugement_en_vigueur(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
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


def radiation_publiee(lignes: Sequence[Ligne], aujourd_hui: date) -> Ligne | None:
    """The last striking off in force. None when the company was registered again since, or when it was a departure to
    the area of another court, which then published the company."""
    annonces = [x for x in en_vigueur(lignes, aujourd_hui) if x["date_parution"]]
    derniere = next((x for x in annonces if x["famille"] == RADIATION), None)
    return None if derniere and any(_continue(derniere, x) for x in annonces) else derniere


def _continue(radiation: Ligne, annonce: Ligne) -> bool:
    """Whether a notice says that the company went on after a striking off."""
    du_depart, famille = radiation["date_parution"], annonce["famille"]
    depuis = annonce["date_parution"] > du_depart
    if famille in (*AUTRES_ANNONCES, RADIATION):
        return False
    if _tribunal(annonce) == _tribunal(radiation):
        return depuis and famille in INSCRIPTIONS
    return depuis or (famille != "dpc" and annonce["date_parution"] > du_depart - AVANT_LE_DEPART)


def _tribunal(annonce: Ligne) -> str:
    """Its court, one text whichever way it is written: twelve courts changed their names in 2025."""
    ecrit = (annonce["tribunal"] or "").lower().replace(RENOMME, TRIBUNAL_DE_COMMERCE)
    return ecrit.replace("greffe du ", "")


def est_un_jugement(ligne: Ligne) -> bool:
    """Whether a notice is a judgment of collective proceedings, and not the cancellation of a notice."""
    return bool(ligne["procedure"]) and ligne["type_avis"] not in ("annulation", "retractation")


def annonce(ligne: Ligne) -> str | None:
    adresse = ligne["url"] or ""
    return adresse if adresse.startswith("https://www.bodacc.fr/") else None


def libelle_procedure(code: str) -> str | None:
    return LIBELLES.get(code)


def reparer(texte: str | None) -> str | None:
    """Repair a text decoded twice as UTF-8 ("clÃ´ture" → "clôture")."""
    if not texte or "Ã" not in texte:
        return texte
    for encodage in ("cp1252", "latin-1"):
        try:
            return texte.encode(encodage).decode("utf-8")
        except UnicodeError:
            continue
    return texte


def jour(ecrit: str | None) -> str | None:
    """ISO day of "2022-11-15", "15/11/2022" or "15 novembre 2022"; other texts are unchanged."""
    texte = (ecrit or "").strip()
    if barres := re.fullmatch(r"([0-9]{2})/([0-9]{2})/([0-9]{4})", texte):
        return f"{barres[3]}-{barres[2]}-{barres[1]}"
    lettres = re.fullmatch(r"([0-9]{1,2})(?:er)? ([a-z]+) ([0-9]{4})", plier(texte))
    if lettres and lettres[2] in MOIS:
        return f"{lettres[3]}-{MOIS.index(lettres[2]) + 1:02d}-{int(lettres[1]):02d}"
    return texte[:10] if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", texte) else texte or None


def _date(ligne: Ligne) -> date | None:
    return ligne["jugement_date"] or ligne["date_parution"]
