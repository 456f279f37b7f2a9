"""Read other people's consultations: requires a written reason, journalled before anything is shown, and the agents are
told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Max

from fce.droits.journal import selectors
from fce.droits.journal.ecriture import appeler
from fce.droits.journal.empreintes import instant, nets
from fce.droits.journal.models import Consultation
from fce.droits.journal.selectors import LECTURE_DU_JOURNAL, LIGNES_PAR_PAGE, FiltresJournal, Page, Ressort
from fce.droits.journal.services import Consultation as Entree, entree
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web.exports import Cellule, lignes_csv
from fce.socle.web.routes import Surface

SOURCE: Final = "journal"
MOTIF_MIN: Final = 10
PAQUET: Final = 1_000
_ENTETES: Final = (
    *("numero_ordre", "quand_utc", "agent", "rang", "siret_administration", "habilitations", "finalite", "sources"),
    *("numero", "surface", "action", "lignes", "classe", "requete", "adresse_ip", "poids", "empreinte_precedente"),
    "empreinte",
)


@dataclass(frozen=True, slots=True)
class LecteurJournal:
    identifiant: str
    siret_administration: str = ""
    requete: str = ""
    adresse_ip: str = ""


def lire_detail(
    manager: LecteurJournal | str,
    agent: str,
    motif: str,
    maintenant: datetime,
    *,
    ressort: Ressort,
    suite: str = "",
    taille: int = LIGNES_PAR_PAGE,
) -> Page:
    """Return one page of what an agent read for an organisation, to a manager who gives a reason; the agent will be
    told.

    The caller checks that ``manager`` manages ``agent``. Raises ParametreInvalide for a reason under ten characters,
    JournalIndisponible when the reading cannot be journalled.
    """
    if not agent:
        raise ParametreInvalide("Choisissez l’agent dont vous lisez les consultations.")
    filtres = FiltresJournal(agent=agent, ressort=ressort)
    return rechercher(manager, motif, filtres, maintenant, suite=suite, taille=taille)


def rechercher(
    lecteur: LecteurJournal | str,
    motif: str,
    filtres: FiltresJournal,
    maintenant: datetime,
    *,
    suite: str = "",
    taille: int = LIGNES_PAR_PAGE,
) -> Page:
    """Return one page of a search in the whole journal, for an auditor; each agent shown will be told.

    Raises as ``lire_detail``.
    """
    page = selectors.recherche(filtres, suite, taille)
    agents = {filtres.agent} - {""} | {ligne.agent for ligne in page.lignes}
    _consigner(lecteur, motif, filtres, maintenant, agents, len(page.lignes), surface=Surface.JOURNAL)
    return page


def exporter(
    lecteur: LecteurJournal | str, motif: str, filtres: FiltresJournal, maintenant: datetime
) -> Iterator[bytes]:
    """Yield a search as a CSV file, hashes included so that it can be verified elsewhere.

    Journals the reading at the call, before the first block (EXP-09). Raises as ``lire_detail``.
    """
    lignes = selectors.filtrees(filtres)
    agents = {filtres.agent} - {""} | {*lignes.order_by().values_list("agent", flat=True).distinct()}
    dernier = lignes.aggregate(dernier=Max("id"))["dernier"] or 0
    nombre = lignes.filter(id__lte=dernier).count()
    _consigner(lecteur, motif, filtres, maintenant, agents, nombre, surface=Surface.CSV)
    return lignes_csv(_ENTETES, _lignes(filtres, dernier))


def empreinte(motif: str, agents: Collection[str], filtres: Mapping[str, str]) -> str:
    """Return the hash of a reading (reason, agents, filters), chained in the journal; the texts are in
    ``LectureDuJournal``."""
    paires = [texte for paire in sorted(filtres.items()) for texte in paire]
    return "sha256:" + hashlib.sha256(nets((motif, nets(sorted(agents)), nets(paires))).encode()).hexdigest()


def _consigner(
    lecteur: LecteurJournal | str,
    motif: str,
    filtres: FiltresJournal,
    maintenant: datetime,
    agents: Collection[str],
    nombre: int,
    *,
    surface: Surface,
) -> None:
    propre = " ".join(motif.split())
    if len(propre) < MOTIF_MIN:
        raise ParametreInvalide(f"Écrivez pourquoi vous lisez ces consultations, en {MOTIF_MIN} caractères au moins.")
    qui = LecteurJournal(lecteur) if isinstance(lecteur, str) else lecteur
    dits = filtres.dits()
    lecture = Entree(
        agent=qui.identifiant,
        siret_administration=qui.siret_administration,
        habilitations=(),
        finalite=LECTURE_DU_JOURNAL,
        sources=(SOURCE, empreinte(propre, agents, dits)),
        numero="",
        surface=surface,
        action="exporter" if surface is Surface.CSV else "consulter",
        lignes={SOURCE: nombre},
        classe="C2",
        requete=qui.requete,
        adresse_ip=qui.adresse_ip,
        poids=0,
    )
    appeler(
        "SELECT journal.lire(%s::jsonb, %s::timestamptz, %s::text[], %s, %s::jsonb, %s)::text",
        [json.dumps(entree(lecture)), maintenant, sorted(agents), propre, json.dumps(dits), nombre],
    )


def _lignes(filtres: FiltresJournal, dernier: int) -> Iterator[tuple[Cellule, ...]]:
    suite = ""
    while True:
        page = selectors.recherche(filtres, suite, PAQUET)
        # Leave out the row of this reading and the later ones.
        yield from (_cellules(ligne) for ligne in page.lignes if ligne.id <= dernier)
        if not (suite := page.suite):
            return


def _cellules(c: Consultation) -> tuple[Cellule, ...]:
    return (
        *(c.id, instant(c.quand), c.agent, c.rang, c.siret_administration, " ".join(c.habilitations), c.finalite),
        *(" ".join(c.sources), c.numero, c.surface, c.action, json.dumps(c.lignes, sort_keys=True), c.classe),
        *(c.requete, c.adresse_ip, c.poids, bytes(c.empreinte_precedente).hex(), bytes(c.empreinte).hex()),
    )
