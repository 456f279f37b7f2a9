"""The links of a group, read level by level under the rights on the company that declares each.

A link is read only when nothing is hidden of either company: a masked one is neither crossed nor counted.
"""

# ruff: noqa: S608 (names of views and columns come from declarations; every value is a parameter)

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fce.donnees.entreprises import diffusion, lieux, requetes
from fce.donnees.entreprises.repertoire import DOUBLONS
from fce.droits.habilitations.lecteur import LecteurDeDonnees, PartDeReponse
from fce.droits.habilitations.politique import Classe, Permis
from fce.droits.habilitations.portee import lieu_entreprise
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.groupe.graphe import DeclarationDeLien, liens_au, membres
from fce.socle.base.branches import Branche, Lignes, lignes_de
from fce.socle.base.lectures import citer
from fce.socle.texte.identifiants import est_siren
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.synthese import Detention, Direction

NOEUDS_MAX: Final = 5000
TOURS_MAX: Final = 15
LIENS_MAX: Final = 20_000
_LIEU: Final = lieu_entreprise(lieux.sql_departements("b.siren"))


@dataclass
class LiensDeclares:
    """What was read: declarations, then {(source, declarant): (rows, départements)}. ``tronque``: there is more."""

    declarations: set[DeclarationDeLien] = field(default_factory=set)
    declarants: dict[tuple[str, str], tuple[int, frozenset[str]]] = field(default_factory=dict)
    tronque: bool = False

    def noter(self, reponse: Mapping[str, Lignes | None]) -> None:
        self.tronque |= any(x is None or len(x) == LIENS_MAX for x in reponse.values())
        traits: list[tuple[Source, Detention | Direction]] = [*detentions(), *directions()]
        for source, trait in traits:
            for x in reponse.get(source.nom) or ():
                declaration = _declaration(source, trait, x)
                if declaration and declaration not in self.declarations:
                    self.declarations.add(declaration)
                    combien, ou = self.declarants.get(cle := (source.nom, x["siren"]), (0, frozenset()))
                    self.declarants[cle] = combien + 1, ou | frozenset(x["departements"] or ())

    def parts(self, lecteur: LecteurDeDonnees) -> dict[str, list[PartDeReponse]]:
        """The reserved part of the reading, by declarant, for the journal."""
        trouvees = dict[str, list[PartDeReponse]]()
        for (nom, siren), (combien, ou) in self.declarants.items():
            permis = lecteur.decider(registre.source(nom), siren, ou)
            if isinstance(permis, Permis) and permis.classe is not Classe.PUBLIC:
                trouvees.setdefault(siren, []).append(PartDeReponse(nom, siren, combien, [permis]))
        return trouvees


def detentions() -> list[tuple[Source, Detention]]:
    """The sources that name the companies which hold, or are held."""
    return [(s, t) for s in registre.toutes() for t in s.synthese if isinstance(t, Detention) and t.societe]


def directions() -> list[tuple[Source, Direction]]:
    return [(s, t) for s in registre.toutes() for t in s.synthese if isinstance(t, Direction)]


def lire_les_liens(siren: str, lecteur: LecteurDeDonnees, versions: Versions, au: int | None) -> LiensDeclares:
    """Every declaration about the group of an open company, of all years. One round trip by level, at most
    ``TOURS_MAX``."""
    lecture, vus, a_lire = LiensDeclares(), set[str](), [siren]
    for _ in range(TOURS_MAX):
        propres = () if vus else (lieux.departements(siren),)
        voulues = [*propres, *_branches(a_lire, lecteur, versions)]
        reponse = lignes_de(voulues, marque=diffusion.MARQUE_INSEE, replicable=True)
        # That a company declares nothing is information too.
        ou = {x["departement"] for x in reponse.get("departements") or () if x["departement"] and x["vivants"]}
        for source, _ in detentions():
            if propres and source.nom in reponse:
                lecture.declarants[source.nom, siren] = 0, frozenset(ou)
        lecture.noter(reponse)
        vus |= {*a_lire}
        connus = sorted(n for n in membres(siren, liens_au(lecture.declarations, au)) if est_siren(n) and n not in vus)
        a_lire = connus[: max(0, NOEUDS_MAX - len(vus))]
        if not a_lire:
            break
    lecture.tronque |= bool(connus)
    return lecture


def _branches(sirens: Sequence[str], lecteur: LecteurDeDonnees, versions: Versions) -> Iterator[Branche]:
    remplaces = DOUBLONS in versions
    cherches = requetes.avec_anciens("SELECT unnest(%s::text[])") if remplaces else "SELECT unnest(%s::text[])"
    for source, lie, utiles, filtre in _demandes():
        portee = lecteur.portee(source)
        if source.nom not in versions or not portee:
            continue
        droits = portee.lignes(_LIEU, utiles)
        bouts = ("f.siren", f"f.{citer(lie)}")
        declarant, autre = map(requetes.en_usage, bouts) if remplaces else bouts
        parmi = " OR ".join(f"{bout} = ANY(ARRAY({cherches}))" for bout in bouts)
        situes = f"ARRAY(SELECT DISTINCT d FROM ({lieux.sql_departements('b.siren')}) x(d) WHERE d IS NOT NULL)"
        yield Branche(
            source.nom,
            f"SELECT b.siren, b.lie, {', '.join(f'f.{citer(a)}' for a in utiles if a not in ('siren', lie))}, "
            f"{situes if portee.territoires else 'NULL'} AS departements FROM {source.relation} f "
            f"CROSS JOIN LATERAL (SELECT {declarant} AS siren, {autre} AS lie) b WHERE ({parmi}) AND {filtre} "
            f"AND {droits.sql} AND {requetes.ouverte('b.siren')} AND (b.lie IS NULL OR {requetes.ouverte('b.lie')}) "
            f"ORDER BY f.ligne LIMIT {LIENS_MAX}",
            (*[list(sirens)] * parmi.count("%s"), *droits.parametres),
        )


def _demandes() -> Iterator[tuple[Source, str, tuple[str, ...], str]]:
    """(source, attribute of the other company, attributes read, SQL condition)."""
    for source, t in detentions():
        utiles = ("siren", t.societe, t.filiale[0], t.nom, t.part, t.annee)
        yield source, t.societe, utiles, f"COALESCE(f.{citer(t.societe)}, f.{citer(t.nom)}) IS NOT NULL"
    for source, d in directions():
        yield source, d.societe, ("siren", d.societe, d.role), f"f.{citer(d.societe)} IS NOT NULL"


def _declaration(source: Source, trait: Detention | Direction, x: Mapping[str, Any]) -> DeclarationDeLien | None:
    """A row of the source; None when it holds nothing, or has Insee's mark."""
    if isinstance(trait, Direction):
        verbe = trait.verbes.get(x[trait.role] or "", "")
        return DeclarationDeLien(x["lie"], x["siren"], source.nom, x["siren"], None, None, verbe) if verbe else None
    autre, (attribut, filiale) = x["lie"] or str(x[trait.nom]), trait.filiale
    haut, bas = (x["siren"], autre) if x[attribut] == filiale else (autre, x["siren"])
    part = None if x[trait.part] is None else float(x[trait.part])
    declaration = DeclarationDeLien(haut, bas, source.nom, x["siren"], x[trait.annee], part)
    return None if diffusion.MARQUE_INSEE in autre else declaration
