"""The reconciliation protocol (W3C Entity Reconciliation community group, final report 0.2), in its JSON form.

Pure functions: from what a program sends to rows, and from answers to what it reads. Nothing but public values.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from fce.donnees.entreprises.colonnes_ouvertes import PROPRIETES
from fce.ensembles.rapprochement.contenu import CandidatNote, Issue, LigneARapprocher, ReponseDeLigne, lire_cellule
from fce.ensembles.rapprochement.numeros import lire_numero
from fce.socle.erreurs import FCEError
from fce.socle.texte.identifiants import est_siren
from fce.socle.web.exports import Cellule

VERSION: Final = "0.2"
ENTREPRISE, ETABLISSEMENT = "entreprise", "etablissement"
TYPES: Final = {ENTREPRISE: "Entreprise (SIREN)", ETABLISSEMENT: "Établissement (SIRET)"}
DEMANDEES: Final = {cle: PROPRIETES[cle].titre for cle in ("siren", "siret", "code_postal", "commune", "naf")}
"""Properties that a query may give beside the name."""
QUESTIONS_MAX, FICHES_MAX = 50, 100
"""Queries, and companies to complete, of one request."""
QUESTIONS_PAR_DEMANDE: Final = 5
"""Queries that count as one request in the rate limits: each is several searches."""
CANDIDATS, CANDIDATS_MAX = 5, 10
APERCU: Final = (420, 220)
"""Width and height of a preview, in pixels."""


class LotTropGrand(FCEError):
    """A batch holds more queries than one request may."""

    status = 413
    code = "lot_trop_grand"


class QuestionIllisible(FCEError):
    """What a program sent is not JSON of the protocol."""

    status = 400
    code = "question_illisible"


class _Propriete(msgspec.Struct):
    pid: str
    v: Any = None


class _QuestionRecue(msgspec.Struct):
    query: str = ""
    type: str | list[str] = ""
    limit: int | float = CANDIDATS
    properties: list[_Propriete] = []
    type_strict: str = ""


class QuestionDuProtocole(msgspec.Struct, frozen=True):
    """A query as a row, and how many candidates are wanted."""

    ligne: LigneARapprocher
    limite: int


class _Demandee(msgspec.Struct):
    id: str


class DemandeDeColonnes(msgspec.Struct):
    """A data extension query: numbers, and the columns wanted for each."""

    ids: list[str]
    properties: list[_Demandee]


def manifeste(racine: str, nom: str) -> dict[str, Any]:
    """Describe the service. ``racine``: absolute address of the site, without a final slash."""
    ici = f"{racine}/reconcile"
    largeur, hauteur = APERCU
    return {
        "versions": [VERSION],
        "name": nom,
        "identifierSpace": f"{racine}/entreprise/",
        "schemaSpace": f"{racine}/schema",
        "defaultTypes": _objets(TYPES),
        # The search sends a SIREN or a SIRET to its sheet.
        "view": {"url": f"{racine}/recherche?q={{{{id}}}}"},
        "preview": {"url": f"{ici}/preview?id={{{{id}}}}", "width": largeur, "height": hauteur},
        "suggest": {
            genre: {"service_url": ici, "service_path": f"/suggest/{genre}"} for genre in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": ici, "service_path": "/properties"},
            "property_settings": [],
        },
    }


def lire_questions(texte: str) -> dict[str, QuestionDuProtocole]:
    """Read a batch of queries. Raises QuestionIllisible, LotTropGrand."""
    recues = _decoder(texte, dict[str, _QuestionRecue])
    if len(recues) > QUESTIONS_MAX:
        raise LotTropGrand(f"{QUESTIONS_MAX} questions au plus par demande : envoyez de plus petits lots.")
    return {cle: _question(recue) for cle, recue in recues.items()}


def peser(texte: str) -> int:
    """How many requests a batch of queries counts for in the rate limits: one for what is not a batch."""
    try:
        nombre = len(_decoder(texte, dict[str, msgspec.Raw]))
    except QuestionIllisible:
        return 1
    return max(1, -(-min(nombre, QUESTIONS_MAX) // QUESTIONS_PAR_DEMANDE))


def _question(recue: _QuestionRecue) -> QuestionDuProtocole:
    dites = {p.pid: _texte(p.v, "id" if p.pid in ("siren", "siret") else "name") for p in recue.properties}
    types = [recue.type] if isinstance(recue.type, str) else recue.type
    numero = dites.get("siret") or dites.get("siren") or ""
    nom = lire_cellule(recue.query)
    if not numero and lire_numero(nom).numero:
        numero, nom = nom, ""
    ligne = LigneARapprocher(
        nom=nom,
        numero=numero,
        code_postal=dites.get("code_postal", ""),
        commune=dites.get("commune", ""),
        naf=dites.get("naf", ""),
        siret_voulu=ETABLISSEMENT in types and ENTREPRISE not in types,
    )
    return QuestionDuProtocole(ligne, max(1, min(int(recue.limit), CANDIDATS_MAX)))


def _texte(valeur: Any, cle: str) -> str:
    """The first value of a property; ``cle``: what to take of a cell already reconciled, maybe with another service
    (a commune is then known by its name)."""
    if isinstance(valeur, list):
        valeur = valeur[0] if valeur else ""
    if isinstance(valeur, dict):
        valeur = valeur.get(cle) or valeur.get("id", "")
    if isinstance(valeur, float) and valeur.is_integer():
        valeur = int(valeur)
    return "" if valeur is None or isinstance(valeur, bool) else lire_cellule(str(valeur))


def ecrire_reponse(question: QuestionDuProtocole, reponse: ReponseDeLigne) -> dict[str, Any]:
    """Write the candidates of a query, best first; ``match`` only on a decided one."""
    siret = question.ligne.siret_voulu
    decidee = reponse.numero if reponse.issue in (Issue.TROUVE, Issue.FERME) else ""
    resultats: dict[str, dict[str, Any]] = {}
    for candidat in reponse.candidats:
        numero = candidat.siret if siret and candidat.siret else candidat.siren
        if numero not in resultats:
            decide = bool(decidee) and decidee in (numero, candidat.numero)
            resultats[numero] = _candidat(candidat, numero, match=decide)
    return {"result": [*resultats.values()][: question.limite]}


def _candidat(candidat: CandidatNote, numero: str, *, match: bool) -> dict[str, Any]:
    genre = ENTREPRISE if est_siren(numero) else ETABLISSEMENT
    etat = "" if candidat.actif else "fermé ou cessé"
    return {
        "id": numero,
        "name": candidat.nom,
        "description": ", ".join(filter(None, (candidat.lieu, etat))),
        "type": [{"id": genre, "name": TYPES[genre]}],
        "score": round(100 * candidat.score, 1),
        "match": match,
        "features": [{"id": "ressemblance", "value": candidat.score}],
    }


def lire_complement(texte: str) -> DemandeDeColonnes:
    """Read a data extension query. Raises QuestionIllisible, LotTropGrand."""
    demande = _decoder(texte, DemandeDeColonnes)
    if len(demande.ids) > FICHES_MAX:
        raise LotTropGrand(f"{FICHES_MAX} entreprises au plus par demande : envoyez de plus petits lots.")
    if inconnue := next((p.id for p in demande.properties if p.id not in PROPRIETES), None):
        raise QuestionIllisible(f"La propriété « {inconnue[:40]} » n’existe pas : voyez /reconcile/properties.")
    return demande


def ecrire_complement(demande: DemandeDeColonnes, valeurs: Mapping[str, Mapping[str, Cellule]]) -> dict[str, Any]:
    """Write the columns of each number; nothing for an unknown one."""
    voulues = [*dict.fromkeys(p.id for p in demande.properties)]
    return {
        "meta": [{"id": cle, "name": PROPRIETES[cle].titre} for cle in voulues],
        "rows": {
            numero: {cle: _cellule(valeurs.get(numero, {}).get(cle)) for cle in voulues} for numero in demande.ids
        },
    }


def _cellule(valeur: Cellule) -> list[dict[str, str]]:
    if not valeur:
        return []
    return [{"date": f"{valeur.isoformat()}T00:00:00Z"}] if isinstance(valeur, date) else [{"str": str(valeur)}]


def proposer(genre: str) -> dict[str, Any]:
    """Name the columns that a data extension query may ask of a type."""
    return {
        "type": genre,
        "properties": [{"id": cle, "name": colonne.titre} for cle, colonne in PROPRIETES.items()],
    }


def suggerer(choix: Mapping[str, str], debut: str) -> dict[str, Any]:
    """Types or properties of which a word begins so; all of them for an empty text."""
    plie = debut.strip().lower()
    gardes = {c: t for c, t in choix.items() if not plie or c.startswith(plie) or plie in t.lower()}
    return {"result": _objets(gardes)}


def _objets(choix: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"id": cle, "name": titre} for cle, titre in choix.items()]


def _decoder(texte: str, forme: Any) -> Any:
    try:
        return msgspec.json.decode(texte.encode("utf-8", "surrogatepass"), type=forme)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise QuestionIllisible(
            "Le texte envoyé n’est pas celui d’une demande du protocole de réconciliation 0.2."
        ) from None


def numeros_de(demande: DemandeDeColonnes) -> Iterable[str]:
    """Numbers of a data extension query that are well formed."""
    return (saisi.numero for numero in demande.ids if (saisi := lire_numero(numero)).numero)
