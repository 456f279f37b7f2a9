"""Merges the file of a source with its live answer, once the answer has come, into one bloc.

The more recent one is shown; a line tells how the other differs, or that it is identical.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from fce.donnees.entreprises.diffusion import MARQUE_INSEE
from fce.donnees.imports.selectors import reperes
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import directes
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.assemblage.directes import BlocDirect
from fce.fiche.assemblage.sources import LIGNES_API, FicheBrute, assembler, branches
from fce.fiche.formes.commun import cellule, colonne
from fce.fiche.formes.contenu import Bloc, EtatBloc, Provenance
from fce.fiche.formes.serie import en_date
from fce.fiche.lecture.plan import Plan
from fce.fiche.lecture.plans import prevoir
from fce.fiche.unite.perimetre import SIEGE
from fce.fiche.unite.unite_visee import Unite
from fce.socle.base.branches import lignes_de
from fce.socle.erreurs import JournalIndisponible, VolumeDepasse
from fce.socle.texte.formats import au, jour, pluriel
from fce.sources import champs
from fce.sources.direct import direct_de
from fce.sources.presentation import Presence, Valeurs

Rangee = Mapping[str, Any]
ECARTS: Final = 4
"""Differences written in full; more are only counted."""


@dataclass(frozen=True, slots=True)
class SujetReuni:
    """A live answer with the file of its source. ``fichier``: None when none is in place, or it is closed to this
    reader.

    ``fichier_montre``: the file is more recent, or covers more places than the answer. ``ecart``: differences of the
    one not shown. ``a_cote``: they cover different places, and both are kept.
    """

    direct: BlocDirect
    fichier: Bloc | None = None
    fichier_montre: bool = False
    a_cote: bool = False
    ecart: str = ""

    @property
    def provenance(self) -> Provenance | None:
        return next(iter(self.fichier.provenances), None) if self.fichier else None

    @property
    def fichier_du(self) -> str:
        return _du(self.fichier) if self.fichier else ""


def sujet_de(numero: str, nom: str, lecteur: LecteurDeDonnees, *, entier: bool = False) -> SujetReuni:
    """The answer of a live source, then what its file says of the same unit, read and journalled as elsewhere.

    The file is only read when there is an answer to compare it with.
    """
    direct = directes.bloc_direct(numero, nom, lecteur, entier=entier)
    if direct.etat not in (EtatBloc.DONNEES, EtatBloc.AUCUNE):
        return SujetReuni(direct)
    try:
        fichier = _du_fichier(Unite(numero), direct, replace(lecteur, pesee=True))
    except (JournalIndisponible, VolumeDepasse):
        # The live answer is already journalled: it alone may be shown.
        return SujetReuni(direct)
    return reunir(direct, fichier)


def reunir(direct: BlocDirect, fichier: Bloc | None) -> SujetReuni:
    """Merge both into one subject."""
    if fichier is None or fichier.etat not in (EtatBloc.DONNEES, EtatBloc.AUCUNE):
        return SujetReuni(direct)
    if fichier.etat is EtatBloc.AUCUNE:
        dit = (
            f"Fichier {_du(fichier)} : aucune donnée connue{fichier.horizon}."
            if direct.etat is EtatBloc.DONNEES
            else ""
        )
        return SujetReuni(direct, fichier, ecart=dit)
    if direct.plan is None:
        # When the API gave no answer, keep showing the file's facts.
        dit = direct.source.absence.partition(" : ")[2] or direct.source.absence
        return SujetReuni(direct, fichier, fichier_montre=True, ecart=f"En direct : {dit[:1].lower()}{dit[1:]}.")
    plan, du_direct, du_fichier = direct.plan, list(direct.lignes), list(fichier.lignes)
    if len(du_fichier) >= LIGNES_API:
        # The file's rows were truncated: one missing here may exist.
        return SujetReuni(direct, fichier)
    siege = {x[plan.siret] for x in du_direct if plan.siret} if direct.perimetre is SIEGE else set()
    if siege and {x.get(plan.siret) for x in du_fichier} != siege:
        return _au_siege(direct, fichier, plan, siege)
    if _plus_recent(plan, du_fichier, du_direct):
        return SujetReuni(direct, fichier, fichier_montre=True, ecart=ecart(plan, du_direct, du_fichier, "En direct"))
    if len(du_fichier) > 1 and (dates := {le for x in du_direct if (le := _jour(plan, x))}):
        # An answer covers the last years, a file many: compare only the dates of both.
        du_fichier = [x for x in du_fichier if _jour(plan, x) in dates]
    return SujetReuni(direct, fichier, ecart=ecart(plan, du_fichier, du_direct, f"Fichier {_du(fichier)}"))


def _au_siege(direct: BlocDirect, fichier: Bloc, plan: Plan, siege: set[str]) -> SujetReuni:
    """An answer about the siège and a file about every establishment: show the file, with the answer beside it."""
    if any(x.get(plan.siret) for x in fichier.lignes):
        comparees = [x for x in fichier.lignes if x.get(plan.siret) in siege]
    else:
        # Added up by date by the database: compare the dates of the answer.
        dates = {_jour(plan, x) for x in direct.lignes}
        comparees = [x for x in fichier.lignes if _jour(plan, x) in dates]
    dit = ecart(plan, direct.lignes, comparees, "Siège, en direct") if comparees else ""
    return SujetReuni(direct, fichier, fichier_montre=True, a_cote=not comparees or bool(dit), ecart=dit)


def ecart(plan: Plan, autres: Sequence[Rangee], montrees: Sequence[Rangee], qui: str) -> str:
    """Differences of ``autres`` from the rows shown, in one line that starts with ``qui``; "" without any.

    Only fields of a live answer are compared: a column that it lacks is not a difference.
    """
    compares = [a for a in _compares(plan) if a not in plan.source.cle]
    connues, leurs = _par_cle(plan, montrees), _par_cle(plan, autres)
    seule = isinstance(plan.source.presentation, Valeurs | Presence) and len(connues) == len(leurs) == 1
    if seule:
        ici, la = next(iter(connues.values())), next(iter(leurs.values()))
        differents = [a for a in _compares(plan) if ici.get(a) != la.get(a)]
        if not differents:
            return ""
        dits = [f"{colonne(plan, a).libelle} « {_dit(plan, a, la)} »" for a in differents[:ECARTS]]
        reste = len(differents) - len(dits)
        return f"{qui} : {', '.join([*dits, *([pluriel(reste, 'autre valeur', 'autres valeurs')] if reste else [])])}."
    en_plus, en_moins = len(leurs.keys() - connues.keys()), len(connues.keys() - leurs.keys())
    changees = sum(
        1 for cle in leurs.keys() & connues.keys() if any(leurs[cle].get(a) != connues[cle].get(a) for a in compares)
    )
    dits = [
        f"{pluriel(n, 'ligne')} {quoi}"
        for n, quoi in (
            (en_plus, "de plus"),
            (en_moins, "de moins"),
            (changees, "différentes" if changees > 1 else "différente"),
        )
        if n
    ]
    return f"{qui} : {', '.join(dits)}." if dits else ""


def _du_fichier(unite: Unite, direct: BlocDirect, lecteur: LecteurDeDonnees) -> Bloc | None:
    source = direct.source
    versions = Versions(reperes(), lecteur.aujourd_hui)
    if not source.importable or source.nom not in versions:
        return None
    plan = prevoir(source, unite, lecteur, versions)
    if plan.branche is None:
        return None
    lignes = lignes_de(branches(unite, [plan], lecteur), marque=MARQUE_INSEE, replicable=True)
    apports = assembler(FicheBrute(unite.situee(lignes), lecteur, (plan,), lignes, versions))
    return next((bloc for _, bloc in apports.blocs if bloc.cle == source.nom), None)


def _plus_recent(plan: Plan, du_fichier: Sequence[Rangee], du_direct: Sequence[Rangee]) -> bool:
    """Whether the file is more recent: both are dated by the same field, and the file's latest date is later."""
    depose, interroge = (
        max((le for x in lignes if (le := _jour(plan, x))), default=None) for lignes in (du_fichier, du_direct)
    )
    return depose is not None and interroge is not None and depose > interroge


def _jour(plan: Plan, ligne: Rangee) -> date | None:
    return en_date(ligne.get(plan.source.date_metier or ""))


def _compares(plan: Plan) -> list[str]:
    """Fields that a live answer fills and this reader may see."""
    return [a for a in direct_de(plan.source).champs if a in plan.lisibles]


def _par_cle(plan: Plan, lignes: Sequence[Rangee]) -> dict[tuple[Any, ...], Rangee]:
    """Rows by their key within the unit."""
    propres = [a for a in plan.source.cle if not isinstance(plan.source.champs[a], champs.Siren | champs.Siret)]
    return {tuple(x.get(a) for a in propres): x for x in lignes}


def _dit(plan: Plan, attribut: str, ligne: Rangee) -> str:
    return cellule(plan, attribut, ligne.get(attribut)).texte or "non renseigné"


def _du(fichier: Bloc) -> str:
    origine = next(iter(fichier.provenances), None)
    if origine is None:
        return ""
    return au(origine.date_metier, None) or f"importé le {jour(origine.date_import)}"
