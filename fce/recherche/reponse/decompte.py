"""Facet counts: results that each filter value would give, exact or marked as estimates."""

from collections.abc import Collection

from msgspec.structs import replace

from fce.recherche.engines.port import Moteur, Question
from fce.recherche.question import filtrage, filtres, strategie
from fce.recherche.question.filtres import ETAT, FILTRE_SIEGE
from fce.recherche.question.requete import Requete
from fce.recherche.question.strategie import Trouvaille
from fce.recherche.reponse.resultats import Facette, NombresParCode, facettes


def decompter(
    machine: Moteur, requete: Requete, trouvaille: Trouvaille, voulus: Collection[str] | None = None
) -> dict[str, list[Facette]]:
    """Count the values of the filters; an active filter is counted without itself, so that another value can be added.

    ``voulus``: filters to count (``etat`` for the states), None for all.
    """
    posee, total = trouvaille.question, trouvaille.reponse.total
    if requete.q and not (posee.mots or total):
        return {}  # no word to look for: counts would be those of the whole register
    if voulus is not None and not voulus:
        return {}
    fixe = (trouvaille.siren,) if trouvaille.siren else ()
    nombres = NombresParCode({}, posee.partielle)
    if voulus is None or {*voulus} - {ETAT}:
        nombres = NombresParCode(machine.facettes(posee), posee.partielle)
    propres = _propres(machine, requete, posee, fixe, nombres, voulus)
    etats = {"actif": total, "cesse": total} if voulus is None or ETAT in voulus else {}
    for etat in etats.keys() - {requete.etat}:
        etats[etat] = _compter(machine, replace(requete, etat=etat, page=1, taille=1), posee, fixe)
    trouvees = facettes(requete, nombres, propres, etats)
    return trouvees if voulus is None else {nom: f for nom, f in trouvees.items() if nom in voulus}


def _propres(
    machine: Moteur,
    requete: Requete,
    posee: Question,
    fixe: tuple[str, ...],
    nombres: NombresParCode,
    voulus: Collection[str] | None,
) -> dict[str, NombresParCode]:
    """{filter: its counts} for the filters that ``nombres``, the counts of the whole answer, do not serve."""
    croises: dict[tuple[Question, tuple[str, ...]], NombresParCode] = {}
    propres: dict[str, NombresParCode] = {}
    for nom, membres in filtres.familles().items():
        if not any(f.facette and (voulus is None or f.nom in voulus) for f in membres):
            continue
        noms = tuple(f.nom for f in membres)
        libre, comptes = posee, nombres
        if any(n in requete.filtres for n in noms):
            libre = _sans(machine, requete, noms, posee, fixe)
            comptes = NombresParCode(machine.facettes(libre), libre.partielle)
        if avec := tuple(filtrage.compagnons(requete, nom)):
            if (libre, avec) not in croises:
                croises[libre, avec] = _croiser(machine, requete, libre, nom, avec, comptes)
            comptes = croises[libre, avec]
        elif nom == "lieu" and libre.genre == "entreprises" and FILTRE_SIEGE in requete.filtres:
            comptes = NombresParCode(filtrage.lieux_du_siege(machine, requete, libre), libre.partielle)
        if nom == "lieu" and libre.sirens:
            # Companies found through an establishment may match elsewhere: estimates.
            comptes = replace(comptes, estimes=True)
        if comptes is not nombres:
            propres.update(dict.fromkeys(noms, comptes))
    return propres


def _croiser(
    machine: Moteur, requete: Requete, libre: Question, nom: str, avec: tuple[str, ...], comptes: NombresParCode
) -> NombresParCode:
    """Count companies again on the establishments where ``avec`` hold. ``comptes`` (companies) is an upper bound, so
    filters absent from it are skipped."""
    portant: list[str] = []
    if nom != "lieu":
        connus = {cle.partition(":")[0] for cle in comptes.par_code}
        portant = [f.nom for f in filtres.declares() if f.sur_un_etablissement and f.nom in connus]
        if not portant:
            return NombresParCode({})
    exacts = filtrage.croiser(machine, requete, libre, avec, portant)
    return replace(comptes, estimes=True) if exacts is None else NombresParCode(exacts, libre.partielle)


def _sans(machine: Moteur, requete: Requete, noms: Collection[str], posee: Question, fixe: tuple[str, ...]) -> Question:
    """The question without these filters; its words may then be read more strictly."""
    autres = {nom: valeurs for nom, valeurs in requete.filtres.items() if nom not in noms}
    libre = replace(requete, filtres=autres, page=1, taille=1)
    if not fixe:
        return strategie.interroger(machine, libre).question
    return replace(posee, groupes=filtrage.poser(machine, libre).groupes)


def _compter(machine: Moteur, requete: Requete, posee: Question, fixe: tuple[str, ...]) -> int:
    """Number of results in another state, whose words may be read differently."""
    if not fixe:
        return strategie.interroger(machine, requete).reponse.total
    voulue = filtrage.poser(machine, requete)
    autre = replace(posee, etats=voulue.etats, groupes=voulue.groupes, seulement=fixe, tri="numero")
    return machine.nombre(autre)
