"""Legal notices in DILA's XML: creations and sales (BODACC A), modifications (B), judgments (PCL)."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from fce.sources.catalogue.dila.bodacc.regles import classer, jour, reparer
from fce.sources.catalogue.outils import partager
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.balisage import documents, elements, lire_texte

FICHE = "https://www.bodacc.fr/pages/annonces-commerciales-detail/?q.id=id:"
RACINES = {"RCS-A_IMMAT": "avis", "RCS-B_REDIFF": "avis", "PCL_REDIFF": "annonce"}
SERIES = {"RCS-A_IMMAT": "A", "RCS-B_REDIFF": "B", "PCL_REDIFF": "A"}
FAMILLES = {
    "creation": ("creation", "Créations"),
    "immatriculation": ("immatriculation", "Immatriculations"),
    "vente": ("vente", "Ventes et cessions"),
    "collective": ("collective", "Procédures collectives"),
    "radiation": ("radiation", "Radiations"),
    "modification": ("modification", "Modifications diverses"),
}
TYPES = {
    "annonce": "Avis initial",
    "creation": "Avis initial",
    "rectificatif": "Avis rectificatif",
    "annulation": "Avis d'annulation",
}


def lire(chemin: Path) -> Iterator[LigneBrute]:
    decalage = derniere = 0
    for _, flux in documents(chemin, ".xml"):
        for ligne, avis, entete in elements(chemin, flux, RACINES):
            derniere = decalage + ligne
            for row in _lignes(avis, entete[""], entete.get("parution"), entete.get("dateParution")):
                yield derniere, row
        decalage = derniere


def _lignes(avis: Element, racine: str, parution: str | None, date: str | None) -> Iterator[dict[str, str | None]]:
    genre = next((e.tag for e in avis.iterfind("typeAnnonce/*")), "annonce")
    acte = next(avis.iterfind("acte/*"), None)
    jugement = avis.find("jugement")
    textes = [reparer(lire_texte(avis, f"jugement/{n}")) for n in ("famille", "nature", "complementJugement")]
    cle = "collective" if jugement is not None else acte.tag if acte is not None else _famille_b(avis)
    famille, libelle = FAMILLES.get(cle, (cle, None))
    numero, serie = lire_texte(avis, "numeroAnnonce"), SERIES[racine]
    identifiant = f"{serie}{parution}{numero}" if parution and numero else None
    commun = {
        "id": identifiant,
        "publicationavis": serie,
        "parution": parution,
        "dateparution": jour(date),
        "numeroannonce": numero,
        "typeavis": "annonce" if genre == "creation" else genre,
        "typeavis_lib": TYPES.get(genre),
        "familleavis": famille,
        "familleavis_lib": libelle,
        "numerodepartement": lire_texte(avis, "numeroDepartement"),
        "tribunal": lire_texte(avis, "tribunal"),
        "jugement_famille": textes[0],
        "jugement_nature": textes[1],
        "jugement_date": jour(lire_texte(avis, "jugement/date")),
        "jugement_complement": textes[2],
        "procedure": classer(*textes) if jugement is not None else None,
        "acte": _parmi(acte, f"categorie{cle.capitalize()}", "descriptif"),
        "acte_date": jour(_parmi(acte, "dateImmatriculation", "dateEffet", "dateCommencementActivite")),
        "depot_type": None,
        "depot_date_cloture": None,
        "radiation_date": jour(lire_texte(avis, "radiationAuRCS/radiationPP/dateCessationActivitePP")),
        "modification": reparer(lire_texte(avis, "modificationsGenerales/descriptif")),
        "avis_precedent": _precedent(avis),
        "url_complete": f"{FICHE}{identifiant}" if identifiant else None,
    }
    for personne in _personnes(avis):
        yield {**commun, **personne}


def _personnes(avis: Element) -> Iterator[dict[str, str | None]]:
    """Companies named by the notice, without former owners; one row without SIREN if none."""
    porteurs = avis.findall("personnes/personne") or [avis]
    for porteur in porteurs:
        numero = next(
            (e.text for e in porteur.iter() if e.tag in ("numeroIdentification", "numeroIdentificationRCS")), None
        )
        siren, _ = partager(numero)
        nom = next((e.text for e in porteur.iter() if e.tag in ("denomination", "nom")), None)
        prenom = next((e.text for e in porteur.iter() if e.tag == "prenom"), None)
        entier = " ".join(filter(None, (nom, prenom)))
        adresse = porteur.find("adresse/france")
        yield {
            "siren": siren,
            "registre": numero,
            "commercant": entier or None,
            "ville": lire_texte(adresse, "ville") if adresse is not None else None,
            "cp": lire_texte(adresse, "codePostal") if adresse is not None else None,
        }


def _famille_b(avis: Element) -> str:
    return "radiation" if avis.find("radiationAuRCS") is not None else "modification"


def _parmi(acte: Element | None, *noms: str) -> str | None:
    return None if acte is None else next((t for nom in noms if (t := lire_texte(acte, nom))), None)


def _precedent(avis: Element) -> str | None:
    serie = (lire_texte(avis, "parutionAvisPrecedent/nomPublication") or "")[-1:]
    parution = lire_texte(avis, "parutionAvisPrecedent/numeroParution")
    numero = lire_texte(avis, "parutionAvisPrecedent/numeroAnnonce")
    complet = re.fullmatch(r"[ABC]", serie) and parution and numero
    return f"{serie}{parution}{numero}" if complet else None
