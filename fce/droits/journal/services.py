"""Write the journal: consultations before their data leave, and refusals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db.models import Q

from fce.droits.journal import models, volumes
from fce.droits.journal.ecriture import INDISPONIBLE, PANNES, appeler
from fce.droits.journal.scellement import minuit
from fce.socle.erreurs import JournalIndisponible, VolumeDepasse
from fce.socle.texte import paris
from fce.socle.web.routes import Surface

log = structlog.get_logger(__name__)
SANS_REDITE: Final = timedelta(minutes=30)
"""Time during which the home page does not write the same line again: nobody asked for it, and twenty visits of the
home a day would hide the readings that somebody did ask for."""
_MEME_LECTURE: Final = (
    *("agent", "siret_administration", "habilitations", "finalite", "sources", "numero", "surface", "action"),
    *("lignes", "classe", "adresse_ip"),
)
MARQUE_DES_FILTRES: Final = "filtres:"
"""Beginning of the element of ``sources`` that keeps the filters of a question."""


@dataclass(frozen=True, slots=True)
class Consultation:
    """Restricted data about to leave in one answer, for one purpose: identifiers and counts, never values.

    - ``agent``, ``habilitations``: opaque identifiers;
    - ``numero``: SIREN or SIRET, empty when no company is concerned;
    - ``action``: a ``Droit``; ``lignes``: rows per source; ``classe``: the highest, C1 to C3; ``requete``: request id;
    - ``poids``: companies disclosed, counted in ``budget``: the agent's own when empty, else one that several programs
      share (``Acteur.budget``); always the same for an agent.

    Raises ValueError without an agent or with an unknown surface.
    """

    agent: str
    siret_administration: str
    habilitations: tuple[str, ...]
    finalite: str
    sources: tuple[str, ...]
    numero: str
    surface: Surface
    action: str
    lignes: Mapping[str, int]
    classe: str
    requete: str = ""
    adresse_ip: str = ""
    poids: int = 1
    budget: str = ""

    def __post_init__(self) -> None:
        if not self.agent:
            raise ValueError("a consultation has an agent")
        Surface(self.surface)
        if self.poids < 0:
            raise ValueError("a consultation does not weigh less than nothing")


def consigner(consultations: Sequence[Consultation], maintenant: datetime, *, motivee: bool = False) -> None:
    """Write all the consultations or none, in one round trip, committed on return (LOG-01, LOG-02). Those of the home
    page within ``SANS_REDITE``, and those deduced from filters within a day, are left out: the journal already says
    them. ``motivee``: a file asked for with a reason; only the longest limit of ``FCE_VOLUMES`` bounds it, and it
    counts in all of them.

    Raises JournalIndisponible (503) when the database fails, and VolumeDepasse (429) beyond a limit of ``FCE_VOLUMES``
    (RATE-03), in which case only the refusal is written. In both cases the data must not leave.
    """
    if not consultations:
        return
    if maintenant.utcoffset() is None:
        raise ValueError("an instant without time zone says nothing of when")
    nouvelles = _sans_redite(consultations, maintenant)
    if not nouvelles:
        return
    limites = volumes.lire_limites(settings.FCE_VOLUMES)
    if motivee:
        limites = volumes.la_plus_longue(limites)
    refus = appeler(
        "SELECT journal.consigner(%s::jsonb, %s::timestamptz, %s::integer[])",
        [_json([entree(c) for c in nouvelles]), maintenant, [[x.poids, x.secondes] for x in limites]],
    )
    if refus is None:
        return
    exces = json.loads(refus) if isinstance(refus, str) else refus
    attente: int | None = exces["attente"]
    partage = all(c.agent != exces["budget"] for c in nouvelles)
    limite = volumes.LimiteVolume(exces["limite"], exces["fenetre"])
    phrase = volumes.phrase(limite, exces["demande"], attente, partage=partage)
    raise VolumeDepasse(phrase, **({} if attente is None else {"retry_after": attente}))


def _sans_redite(consultations: Sequence[Consultation], maintenant: datetime) -> Sequence[Consultation]:
    depuis = {Surface.ACCUEIL: maintenant - SANS_REDITE, Surface.FILTRE: minuit(paris.jour_de(maintenant))}
    agents = {c.agent for c in consultations if c.surface in depuis}
    if not agents:
        return consultations
    recentes = Q(*(Q(surface=surface, quand__gte=debut) for surface, debut in depuis.items()), _connector=Q.OR)
    try:
        ecrites = list(models.Consultation.objects.filter(recentes, agent__in=agents, quand__lte=maintenant))
    except PANNES as erreur:
        raise JournalIndisponible(INDISPONIBLE) from erreur
    dites, pesees = {_cle(e) for e in ecrites}, {(e.agent, e.numero) for e in ecrites if e.poids}
    return [
        replace(c, poids=0) if c.surface == Surface.FILTRE and (c.agent, c.numero) in pesees else c
        for c in consultations
        if _cle(c) not in dites
    ]


def _cle(consultation: Consultation | models.Consultation) -> str:
    """Content of a reading, except its time and its request."""
    # What filters tell of a company weighs once a day.
    poids = consultation.poids if consultation.surface != Surface.FILTRE else 0
    return json.dumps([poids, *(getattr(consultation, champ) for champ in _MEME_LECTURE)], sort_keys=True)


def consigner_refus(
    agent: str,
    raison_code: str,
    source: str,
    numero: str,
    surface: Surface,
    maintenant: datetime,
    requete: str = "",
    adresse_ip: str = "",
    *,
    siret_administration: str = "",
) -> None:
    """Record a refusal of the rights, for alerts (LOG-08). Never raises: the refusal stands anyway.

    ``siret_administration``: administration that the agent was acting for; without it, no manager sees the refusal.
    """
    refus = {
        "agent": agent,
        "siret_administration": siret_administration,
        "raison_code": raison_code,
        "source": source,
        "numero": numero,
        "surface": surface,
        "requete": requete,
        "adresse_ip": adresse_ip,
    }
    try:
        appeler("SELECT journal.refuser(%s::jsonb, %s::timestamptz)::text", [_json(refus), maintenant])
    except (JournalIndisponible, RuntimeError) as erreur:
        log.warning("refus non compté : %s", type(erreur).__name__)


def entree(consultation: Consultation) -> dict[str, object]:
    """Return the JSON sent to the database for a consultation."""
    return {
        **{champ.name: getattr(consultation, champ.name) for champ in fields(consultation)},
        "lignes": dict(consultation.lignes),
    }


def _json(valeur: object) -> str:
    return json.dumps(valeur, ensure_ascii=False)
