"""What a reader may read of each measure, as SQL: the twin of ``can``, over the rows of the prepared table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from fce.donnees.entreprises import selectors as entreprises
from fce.droits.habilitations.lecteur import NOMMEES_MAX, LecteurDeDonnees, PartDeReponse, QuestionReservee, a_nommer
from fce.droits.habilitations.politique import Classe, Permis, SourceDeclaree
from fce.droits.habilitations.portee import Condition, LieuDeLigne, lieu_departement
from fce.ensembles.territoires.mesures import TABLE, MesureDeTerritoire, mesures_de
from fce.ensembles.territoires.models import Preparation
from fce.socle.base import lectures

LIEU = lieu_departement("t.departement")
RIEN = Condition("FALSE")
_PREMIERES: Final = 500


@dataclass(frozen=True, slots=True)
class MesureOuverte:
    """A measure for a reader. ``condition``: rows where he may read it; ``departements``: those that it limits them to,
    None for no limit. ``raison``: why none, "" when there are some. ``objets``: the sources read; none when no file of
    it is in place."""

    mesure: MesureDeTerritoire
    condition: Condition
    raison: str
    objets: Sequence[SourceDeclaree]
    departements: frozenset[str] | None = None

    @property
    def absente(self) -> bool:
        """Whether nobody knows: no source of it is in place."""
        return not self.objets

    def __bool__(self) -> bool:
        return not self.raison and not self.absente

    def parts_reservees(
        self, lecteur: LecteurDeDonnees, siren: str, departement: str, nombre: int = 0
    ) -> list[PartDeReponse]:
        """The reserved part of a measure, for the journal: of a company in a département, or of none ("") in those of
        the reader."""
        ici = {departement} if siren else {d for h in lecteur.acteur.habilitations for d in h.territoire}
        tous = [(o.nom, lecteur.exiger(o, siren or None, departements=frozenset(ici))) for o in self.objets]
        return [
            PartDeReponse(nom, siren, nombre, [permis]) for nom, permis in tous if permis.classe is not Classe.PUBLIC
        ]


def ouvertures(
    lecteur: LecteurDeDonnees, preparation: Preparation | None, departements: frozenset[str] = frozenset()
) -> dict[str, MesureOuverte]:
    """Every measure by name, as this reader may read it. ``departements``: those of all the rows that the conditions
    will be asked of, when the statement reads no others; empty when that is not known."""
    return ouvrir(mesures_de(lecteur), lecteur, preparation, departements)


def ouvrir(
    mesures: Mapping[str, MesureDeTerritoire],
    lecteur: LecteurDeDonnees,
    preparation: Preparation | None,
    departements: frozenset[str] = frozenset(),
) -> dict[str, MesureOuverte]:
    """These measures, as ``ouvertures``."""
    en_place, lieu = preparation.imports if preparation else {}, LIEU.parmi(departements)
    return {nom: _ouvrir(mesure, lecteur, en_place, lieu) for nom, mesure in mesures.items()}


def _ouvrir(
    mesure: MesureDeTerritoire, lecteur: LecteurDeDonnees, preparees: Mapping[str, int], lieu: LieuDeLigne
) -> MesureOuverte:
    conditions: list[Condition] = []
    departements: frozenset[str] | None = None
    objets = mesure.objets(preparees)
    for objet, champs in objets:
        portee = lecteur.portee(objet)
        condition = portee.lignes(lieu, champs)
        if condition == RIEN:
            raison = lecteur.empechement or (
                portee.raison.phrase if portee.raison else "Vos droits n’ouvrent pas tout."
            )
            return MesureOuverte(mesure, RIEN, raison, [o for o, _ in objets])
        if condition not in conditions:
            conditions.append(condition)
        siens = portee.territoire(champs)
        if siens is not None:
            departements = siens if departements is None else departements & siens
    return MesureOuverte(mesure, toutes(conditions), "", [o for o, _ in objets], departements)


def conditions_de(ouvertes: Iterable[MesureOuverte]) -> list[Condition]:
    """Their different conditions: most rights open the same rows of several measures."""
    droits: list[Condition] = []
    for ouverte in ouvertes:
        if ouverte.condition not in droits:
            droits.append(ouverte.condition)
    return droits


class MesuresFermees(NamedTuple):
    """Measures that a reader cannot read for one reason. ``etat``: closed to him, or without a source in place."""

    etat: str
    raison: str
    titres: list[str]


def fermees(dites: Iterable[tuple[str, MesureOuverte]]) -> list[MesuresFermees]:
    """Those of these measures, by title, that the reader cannot read."""
    groupes: dict[str, MesuresFermees] = {}
    for titre, ouverture in dites:
        if ouverture.absente:
            vide = MesuresFermees("Source absente", "aucun fichier n’est en place.", [])
        else:
            vide = MesuresFermees("Fermé à votre lecture", ouverture.raison, [])
        if not ouverture:
            groupes.setdefault(vide.raison, vide).titres.append(titre)
    return list(groupes.values())


def toutes(conditions: Iterable[Condition]) -> Condition:
    """All of these conditions."""
    utiles = [c for c in conditions if c.sql != "TRUE"]
    if not utiles:
        return Condition("TRUE")
    return Condition(" AND ".join(c.sql for c in utiles), tuple(p for c in utiles for p in c.parametres))


def question(
    lecteur: LecteurDeDonnees,
    ou: Condition,
    mesures: Iterable[MesureOuverte],
    table: str = TABLE,
    isolees: bool = False,
) -> QuestionReservee:
    """The question that a choice by these measures asks of the rows of ``ou``, where the reader may read them all. One
    or two round trips. ``table``: as ``relation`` gives it, when ``ou`` is about contacts; ``isolees``: as in
    ``QuestionReservee``."""
    siennes = [ouverte for ouverte in mesures if ouverte]
    lisibles = toutes([ou, *conditions_de(siennes)])
    toutes_ = f"SELECT t.siren, t.departement FROM {table} t WHERE {lisibles.sql}"  # noqa: S608 – constants
    # The first rows are nearly always of enough companies: the others are then not read.
    rangees = lectures.rangees(f"{toutes_} LIMIT {_PREMIERES}", lisibles.parametres)
    if len(rangees) == _PREMIERES and (isolees or len(dict(rangees)) <= NOMMEES_MAX):
        rangees = lectures.rangees(toutes_, lisibles.parametres)
    trouvees: dict[str, str] = dict(rangees)
    vues = entreprises.entreprises(trouvees if isolees or a_nommer(trouvees) else ())

    def parts_de(siren: str) -> list[PartDeReponse]:
        # Someone masked since the preparation is named nowhere.
        if siren and (siren not in vues or not vues[siren].regime.listable):
            return []
        return [part for o in siennes for part in o.parts_reservees(lecteur, siren, trouvees.get(siren, ""))]

    return QuestionReservee(trouvees, parts_de, isolees)


def consigner(
    lecteur: LecteurDeDonnees,
    montres: Iterable[tuple[str, str, Iterable[tuple[MesureOuverte, bool]]]],
    questions: Iterable[QuestionReservee] = (),
    filtres: str = "",
    *,
    garder: bool = False,
) -> list[Permis]:
    """Write in the journal what is shown of each company and what the choice of the rows tells, before it is shown.
    ``montres``: (SIREN, département, measures that are open there, each with whether a fact is known). The rest: as
    ``LecteurDeDonnees.consigner_reponse``. Return what allows it.

    Raises JournalIndisponible, VolumeDepasse.
    """
    parts = [
        part
        for siren, departement, siennes in montres
        for ouverture, connu in siennes
        for part in ouverture.parts_reservees(lecteur, siren, departement, int(connu))
    ]
    return [p for part in lecteur.consigner_reponse(parts, questions, filtres, garder=garder) for p in part.permis]
