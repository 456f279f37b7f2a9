"""The group of a company for one reader, written in the journal before it leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.imports.selectors import reperes
from fce.droits.habilitations.lecteur import LecteurDeDonnees, PartDeReponse, QuestionReservee
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.formes.contenu import Provenance
from fce.fiche.groupe.etat import Etats, alertantes, lire_les_etats, source_des_effectifs
from fce.fiche.groupe.graphe import DeclarationDeLien, LienDeGroupe, Rang, arbre, du_groupe, liens_au, membres
from fce.fiche.groupe.liens import detentions, directions, lire_les_liens
from fce.fiche.page.absences import TETES
from fce.socle.erreurs import Introuvable
from fce.socle.texte.identifiants import est_siren

EN_COMMUN: Final = "a sans doute un dirigeant commun"
LIMITEE: Final = "seulement de qui est dans votre territoire"


@dataclass(frozen=True)
class GroupeDeSocietes:
    """``au``: year asked, None for today; ``annees``: those at which a link is dated, newest first; ``rangs``: the
    tree; ``reserves``: what rights close, in words that depend on rights alone; ``provenances`` by source;
    ``compte``: name of the source of the head-counts, "" when none is read; ``partout``: they are of the whole country.
    """

    siren: str
    au: int | None
    annees: tuple[int, ...]
    liens: tuple[LienDeGroupe, ...]
    rangs: tuple[Rang, ...]
    etats: Etats
    tronque: bool
    reserves: tuple[str, ...]
    provenances: dict[str, Provenance]
    compte: str
    partout: bool
    parts: dict[str, list[PartDeReponse]]

    @cached_property
    def corps(self) -> set[str]:
        """The group itself, without those that no link holds."""
        return membres(self.siren, self.liens)

    @cached_property
    def propres(self) -> dict[str, LienDeGroupe]:
        """The links of companies that hold themselves."""
        return {x.bas: x for x in self.liens if x.haut == x.bas}

    def nom(self, cle: str) -> str:
        return self.etats.vues[cle].nom if cle in self.etats.vues else cle

    def alarmes(self, cle: str) -> Sequence[str]:
        return self.etats.alertes.get(cle, ())

    def salaries(self, cle: str) -> int | None:
        """Employees of a company in the establishments that the reader may read; None: not known, or not readable."""
        return self.etats.effectifs[cle][0] if cle in self.etats.effectifs else None

    def consigner(self, lecteur: LecteurDeDonnees, montres: Iterable[str], *, sur_la_fiche: bool = False) -> None:
        """Write what is shown of ``montres``, then what the counts of the group tell of the others.

        ``sur_la_fiche``: the sheet has journalled what its own company declares. Raises JournalIndisponible,
        VolumeDepasse.
        """
        if not self.parts:
            return
        deja = {(source.nom, self.siren) for source, _ in detentions()} if sur_la_fiche else set()
        vus = [p for siren in dict.fromkeys(montres) for p in self.parts.get(siren, ()) if p[:2] not in deja]
        autres = [siren for siren in self.parts if siren != self.siren and siren not in {p.numero for p in vus}]
        anonymes = {p.objet: p._replace(numero="", nombre=0) for siens in self.parts.values() for p in siens}
        question = QuestionReservee(autres, lambda n: self.parts[n] if n else anonymes.values())
        lecteur.consigner_reponse(vus, [question] if autres else (), f"groupe={self.siren}")


def lire_en_entier(numero: str, lecteur: LecteurDeDonnees, au: int | None = None) -> GroupeDeSocietes:
    """The whole group of a number, even replaced, for a file, a list or the API; written in the journal.

    Raises Introuvable, JournalIndisponible, VolumeDepasse.
    """
    siren = entreprises.siren_de_remplacement(numero) or numero
    if not entreprises.entreprises([siren]):
        raise Introuvable("Aucune entreprise connue n’a ce numéro. Vérifiez-le.")
    groupe = lire_le_groupe(siren, lecteur, au)
    groupe.consigner(lecteur, [siren, *groupe.parts])
    return groupe


def lire_le_groupe(
    siren: str, lecteur: LecteurDeDonnees, au: int | None = None, proches: Iterable[str] = ()
) -> GroupeDeSocietes:
    """Read the group of a company that answers to this number; the caller calls ``consigner`` before it leaves.

    ``proches``: companies to show beside it, because they very likely have an officer in common.
    """
    versions = Versions(reperes(), lecteur.aujourd_hui)
    lecture = lire_les_liens(siren, lecteur, versions, au)
    annees = tuple(sorted({d.annee for d in lecture.declarations if d.annee}, reverse=True))
    mandats = next((s.nom for s, _ in directions()), "")
    lecture.declarations |= {DeclarationDeLien(siren, autre, mandats, siren, verbe=EN_COMMUN) for autre in proches}
    liens = du_groupe(siren, liens_au(lecture.declarations, au))
    sirens = {siren, *(n for lien in liens for n in (lien.haut, lien.bas) if est_siren(n))}
    etats, compte = lire_les_etats(sorted(sirens), lecteur, versions), source_des_effectifs(lecteur, versions)
    if au is not None and annees and au < annees[0]:
        # Today's alarms and employees are not those of then.
        etats, compte = etats._replace(alertes={}, effectifs={}), None
    # A company whose row could not be read is masked.
    liens = [x for x in liens if all(n in etats.vues or not est_siren(n) for n in (x.haut, x.bas))]
    noms = {siren: vue.nom for siren, vue in etats.vues.items()}
    # Whether a closed source has been imported is not told.
    nommees = [s for s, _ in (*detentions(), *directions(), *(alertantes() if liens else ()))]
    utiles = [s for s in (*nommees, *([compte] if compte and liens else ())) if s.nom in versions]
    provenances = {s.nom: versions.provenance(s) for s in utiles if lecteur.portee(s)}
    rangs = tuple(arbre(siren, liens, lambda cle: noms.get(cle, cle)))
    if compte:
        lecture.declarants |= {(compte.nom, siren): (n, ou) for siren, (_, n, ou) in etats.effectifs.items()}
    return GroupeDeSocietes(
        siren, au, annees, tuple(liens), rangs, etats, lecture.tronque, _reserves(lecteur), provenances,
        compte.nom if compte else "", compte is not None and not lecteur.portee(compte).territoires,
        lecture.parts(lecteur),
    )  # fmt: skip


def _reserves(lecteur: LecteurDeDonnees) -> tuple[str, ...]:
    """What rights close of the links, with the reason, whether or not there are any."""
    dits = []
    for source, trait in detentions():
        portee, decision = lecteur.portee(source), lecteur.decider(source)
        tete = "" if decision else TETES.get(decision.raison.value, decision.raison.value)
        if not portee or portee.territoires:
            dits.append(f"« {trait.titre} » : {LIMITEE if portee else f'{tete[:1].lower()}{tete[1:]}'}")
    return tuple(dits)
