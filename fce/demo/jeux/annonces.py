"""BODACC notices in CSV: creations, sales, judgments, changes of director, accounts, removals."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from fce.demo.entreprises import UniteLegale
from fce.demo.jeux.comptes import Compte, recents
from fce.demo.jeux.difficultes import CLOTURE, CONVERSION, DIRECTE, OUVERTURE, PLAN, SAUVEGARDE, Difficultes, Jugement
from fce.demo.jeux.dirigeants import QUALITES, Direction, Mandat
from fce.demo.jeux.fichiers import Faits
from fce.demo.jeux.monde import VEDETTE, Monde, fermeture, forme, nom, ouvre
from fce.demo.jeux.rne import tribunal
from fce.socle.texte.formats import MOIS
from fce.socle.texte.identifiants import formater_siren

FICHE = "https://www.bodacc.fr/pages/annonces-commerciales-detail/?q.id=id:"
NATURES = {
    OUVERTURE: ("Jugement d'ouverture", "Jugement d'ouverture d'une procédure de redressement judiciaire"),
    SAUVEGARDE: ("Jugement d'ouverture", "Jugement d'ouverture d'une procédure de sauvegarde"),
    CONVERSION: ("Jugement prononçant", "Jugement de conversion en liquidation judiciaire"),
    DIRECTE: ("Jugement d'ouverture", "Jugement d'ouverture de liquidation judiciaire"),
    PLAN: ("Arrêt du plan de redressement", "Jugement arrêtant le plan de redressement"),
    CLOTURE: ("Jugement de clôture", "Jugement de clôture pour extinction du passif"),
}
"""{kind of judgment: (family, nature)}."""

_MODIFICATIONS = 0.12
_FAMILLES = {
    "creation": "Créations",
    "vente": "Ventes et cessions",
    "collective": "Procédures collectives",
    "modification": "Modifications diverses",
    "radiation": "Radiations",
    "dpc": "Dépôts des comptes",
}


@dataclass(frozen=True, slots=True)
class Annonce:
    """A notice to number: day of issue, company, cells of its kind."""

    parue: date
    serie: str
    famille: str
    siren: str
    cellules: tuple[tuple[str, str], ...] = ()
    type: str = "annonce"
    corrige: int = 0
    """How many notices back, for the same company, is the one it cancels; 0 for none."""


def bodacc(monde: Monde, direction: Direction, difficultes: Difficultes, comptes: list[Compte]) -> Iterator[Faits]:
    """Yield the rows, oldest issue first; some cells hold JSON."""
    annonces = [
        *(a for siren in direction.mandats for a in _vie(monde, monde.unites[siren], direction)),
        *(a for pr in difficultes.procedures.values() for a in _jugements(monde, pr.siren, pr.jugements)),
        *_depots(monde, recents(monde, comptes)),
    ]
    numeros: dict[str, int] = {}
    precedents: dict[str, list[tuple[str, str, date, int]]] = {}
    for annonce in sorted(annonces, key=lambda a: (a.parue, a.serie, a.siren, a.famille, a.type)):
        parution = f"{annonce.parue.year}{annonce.parue.timetuple().tm_yday * 250 // 366 + 1:04d}"
        numero = numeros[annonce.serie + parution] = numeros.get(annonce.serie + parution, 0) + 1
        connus = precedents.setdefault(annonce.siren, [])
        cellules = dict(annonce.cellules)
        if annonce.corrige:
            serie, ancienne, jour_, rang = connus[-annonce.corrige]
            cellules["parutionavisprecedent"] = _json(
                {
                    "nomPublication": f"BODACC {serie}",
                    "numeroParution": ancienne,
                    "dateParution": str(jour_),
                    "numeroAnnonce": rang,
                }
            )
        connus.append((annonce.serie, parution, annonce.parue, numero))
        yield {**_commun(monde, annonce, parution, numero, direction), **cellules}


def _commun(monde: Monde, annonce: Annonce, parution: str, numero: int, direction: Direction) -> Faits:
    unite = monde.unites[annonce.siren]
    return {
        **monde.identite(unite),
        "id": f"{annonce.serie}{parution}{numero}",
        "publication": annonce.serie,
        "parution": parution,
        "date_parution": annonce.parue,
        "numero": numero,
        "type_avis": annonce.type,
        "type_avis_libelle": "Avis initial" if annonce.type == "annonce" else "Avis d'annulation",
        "famille": annonce.famille,
        "famille_libelle": _FAMILLES[annonce.famille],
        "departement": monde.lieu(unite.siege).departement,
        "tribunal": f"Greffe du Tribunal de Commerce de {tribunal(monde, unite)}",
        "commercant": nom(unite),
        "registre": f"{annonce.siren},{formater_siren(annonce.siren)}",
        "listepersonnes": _json({"personne": _personne(unite, direction.mandats.get(annonce.siren, ()))}),
        "url": f"{FICHE}{annonce.serie}{parution}{numero}",
    }


def _personne(unite: UniteLegale, mandats: tuple[Mandat, ...]) -> dict[str, Any]:
    immatriculation = {"numeroImmatriculation": {"numeroIdentification": formater_siren(unite.siren)}}
    if unite.personne is not None:
        return immatriculation | {"nom": unite.personne.nom, "prenom": ", ".join(unite.personne.prenoms)}
    administration = ", ".join(administrateur(mandat) for mandat in mandats)
    return immatriculation | {"denomination": nom(unite), "administration": administration}


def administrateur(mandat: Mandat) -> str:
    """Return "Gérant : BRANIER Julie": a person of the RNE in BODACC wording."""
    if mandat.individu is not None:
        qui = f"{mandat.individu.personne.nom} {mandat.individu.prenoms[0]}"
    else:
        qui = nom(mandat.societe) if mandat.societe else ""
    return f"{QUALITES.get(mandat.role, 'Autre')} : {qui}"


def _vie(monde: Monde, unite: UniteLegale, direction: Direction) -> Iterator[Annonce]:
    """Notices of creation, takeover, change of director, removal."""
    alea, creation, fin = monde.alea("bodacc", unite.siren), unite.creation, fermeture(unite)
    if creation is None or forme(unite) == "3120":
        return
    if creation >= monde.le(2010, 1, 1) and alea.random() < 0.4 and creation < monde.arrete - timedelta(days=20):
        parution, acte = ouvre(creation + timedelta(days=14)), {
            "dateImmatriculation": str(creation), "dateCommencementActivite": str(creation),
            "categorieCreation": "Immatriculation d'une personne morale (B, C, D) suite à création d'un établissement "
            "principal" if unite.personne is None else "Immatriculation d'une personne physique suite à création d'un "
            "établissement principal",
        }  # fmt: skip
        yield Annonce(parution, "A", "creation", unite.siren, (("acte", _json({"creation": acte})),))
    for lien in unite.successions:
        if not lien.transfert_siege and lien.jour >= monde.le(2010, 1, 1):
            vente = {
                "dateCommencementActivite": str(lien.jour),
                "categorieVente": "Achat d'un fonds par une personne morale (insertion provisoire)",
                "opposition": "Au siège",
            }
            jour_ = min(ouvre(lien.jour + timedelta(days=30)), monde.calendrier.parution)
            yield Annonce(jour_, "A", "vente", unite.siren, (("acte", _json({"vente": vente})),))
    if unite.siren == VEDETTE or (unite.personne is None and alea.random() < _MODIFICATIONS):
        yield from _modification(monde, unite, direction.mandats[unite.siren])
    if (
        fin is not None
        and fin >= monde.le(2012, 1, 1)
        and unite.personne is None
        and fin < monde.arrete - timedelta(days=25)
    ):
        parution = ouvre(fin + timedelta(days=21))
        yield Annonce(parution, "B", "radiation", unite.siren, (("radiationaurcs", _json({"radiationPM": "O"})),))


def _modification(monde: Monde, unite: UniteLegale, mandats: tuple[Mandat, ...]) -> Iterator[Annonce]:
    """Notice of a director's appointment; one in thirty is followed by its cancellation."""
    alea, fin = monde.alea("bodacc-modification", unite.siren), fermeture(unite) or monde.arrete
    debut = max(unite.creation or monde.arrete, fin - timedelta(days=2_500))
    if (fin - debut).days < 120:
        return
    quand = ouvre(debut + timedelta(days=alea.randrange(30, (fin - debut).days - 60)))
    if unite.siren == VEDETTE:
        quand = monde.calendrier.parution
    textes = [administrateur(m) for m in mandats]
    objet = {"descriptif": f"Modification survenue sur l'administration. {', '.join(textes)}."}
    annonce = Annonce(quand, "B", "modification", unite.siren, (("modificationsgenerales", _json(objet)),))
    if unite.siren != VEDETTE and alea.random() < 0.03:
        yield annonce
        yield replace(annonce, parue=ouvre(quand + timedelta(days=4)), type="annulation", cellules=(), corrige=1)
        annonce = replace(annonce, parue=ouvre(quand + timedelta(days=9)))
    yield annonce


def _jugements(monde: Monde, siren: str, jugements: Iterable[Jugement]) -> Iterator[Annonce]:
    """Judgments, published two weeks later; a quarter have mis-decoded UTF-8, a quarter a date in words."""
    for jugement in jugements:
        alea = monde.alea("bodacc-jugement", siren, str(jugement.date))
        famille, nature = NATURES[jugement.genre]
        quand = str(jugement.date)
        if alea.random() < 0.25:
            quand = f"{jugement.date.day} {MOIS[jugement.date.month - 1]} {jugement.date.year}"
        objet = {"type": "initial", "famille": famille, "nature": nature, "date": quand}
        if jugement.genre in (OUVERTURE, SAUVEGARDE, CONVERSION, DIRECTE):
            objet["complementJugement"] = "Les créances sont à déclarer sous deux mois auprès du mandataire désigné."
        if alea.random() < 0.25:
            objet |= {nom_: objet[nom_].encode().decode("latin-1") for nom_ in ("famille", "nature")}
        parution = min(ouvre(jugement.date + timedelta(days=14)), monde.calendrier.parution)
        yield Annonce(parution, "A", "collective", siren, (("jugement", _json(objet)),))


def _depots(monde: Monde, tenus: Iterable[Compte]) -> Iterator[Annonce]:
    """Filings of the last three years' accounts."""
    for compte in tenus:
        objet = {
            "dateCloture": str(compte.date_cloture),
            "typeDepot": "Comptes annuels et rapports",
            "descriptif": "Les comptes annuels sont accompagnés du rapport de gestion.",
        }
        parution = min(ouvre(compte.depot + timedelta(days=10)), monde.calendrier.parution)
        yield Annonce(parution, "C", "dpc", compte.siren, (("depot", _json(objet)),))


def _json(objet: dict[str, Any]) -> str:
    return json.dumps(objet, ensure_ascii=False)
