"""Counts beside the filters: what each value would give, exact or said to be an estimate."""

from collections.abc import Collection
from dataclasses import replace

from fce.recherche import alimentations, strategie
from fce.recherche.port import Moteur, Question
from fce.recherche.requete import FILTRES_LIEU, Requete
from fce.recherche.resultats import Comptes, Facette, facettes
from fce.recherche.strategie import Trouvaille


def decompter(machine: Moteur, requete: Requete, trouvaille: Trouvaille) -> dict[str, list[Facette]]:
    """Counts among the results; those of an active filter are counted without it: another value can be added."""
    posee, total = trouvaille.question, trouvaille.reponse.total
    if requete.q and not (posee.mots or total):
        return {}  # no word to look for: counts would be those of the whole register
    fixe = (trouvaille.siren,) if trouvaille.siren else ()
    nombres = Comptes(machine.facettes(posee), posee.partielle)
    croises: dict[tuple[Question, tuple[str, ...]], Comptes] = {}
    propres: dict[str, Comptes] = {}
    for nom in ("lieu", "naf", "categorie_juridique", "tranche_effectif", "categorie", "siege", "employeur", "ess",
                "societe_mission", *alimentations.filtres()):  # fmt: skip
        noms = FILTRES_LIEU if nom == "lieu" else (nom,)
        libre, comptes = posee, nombres
        if any(n in requete.filtres for n in noms):
            libre = _sans(machine, requete, noms, posee, fixe)
            comptes = Comptes(machine.facettes(libre), libre.partielle)
        if avec := tuple(strategie.compagnons(requete, nom)):
            if (libre, avec) not in croises:
                croises[libre, avec] = _croiser(machine, requete, libre, nom, avec, comptes)
            comptes = croises[libre, avec]
        elif nom == "lieu" and libre.genre == "entreprises" and "siege" in requete.filtres:
            comptes = Comptes(strategie.lieux_du_siege(machine, requete, libre), libre.partielle)
        if nom == "lieu" and libre.sirens:
            # Found by an establishment: there, or elsewhere.
            comptes = replace(comptes, estimes=True)
        if comptes is not nombres:
            propres.update(dict.fromkeys(noms, comptes))
    etats = {"actif": total, "cesse": total}
    for etat in etats.keys() - {requete.etat}:
        etats[etat] = _compter(machine, replace(requete, etat=etat, page=1, taille=1), posee, fixe)
    return facettes(requete, nombres, propres, etats)


def _croiser(
    machine: Moteur, requete: Requete, libre: Question, nom: str, avec: tuple[str, ...], comptes: Comptes
) -> Comptes:
    """Count again, on the establishments where the filters ``avec`` hold, what the companies bear.

    ``comptes``, those of the companies, are never below: a filter that none of them bears is not asked about.
    """
    portant: list[str] = []
    if nom != "lieu":
        connus = {cle.partition(":")[0] for cle in comptes.par_code}
        portant = [n for n, filtre in alimentations.filtres().items() if filtre.etablissement and n in connus]
        if not portant:
            return Comptes({})
    exacts = strategie.croiser(machine, requete, libre, avec, portant)
    return replace(comptes, estimes=True) if exacts is None else Comptes(exacts, libre.partielle)


def _sans(machine: Moteur, requete: Requete, noms: Collection[str], posee: Question, fixe: tuple[str, ...]) -> Question:
    """Return what the query asks without these filters: its words may be taken more strictly."""
    filtres = {nom: valeurs for nom, valeurs in requete.filtres.items() if nom not in noms}
    libre = replace(requete, filtres=filtres, page=1, taille=1)
    if not fixe:
        return strategie.trouver(machine, libre).question
    return replace(posee, groupes=strategie.poser(machine, libre).groupes)


def _compter(machine: Moteur, requete: Requete, posee: Question, fixe: tuple[str, ...]) -> int:
    """Number of results in another state: words may have to be taken otherwise there."""
    if not fixe:
        return strategie.trouver(machine, requete).reponse.total
    voulue = strategie.poser(machine, requete)
    autre = replace(posee, etats=voulue.etats, groupes=voulue.groupes, seulement=fixe, tri="numero")
    return machine.search(autre, limite=1).total
