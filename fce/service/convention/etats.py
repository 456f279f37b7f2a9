"""Printed and downloaded statements: spending and progress, public budget.

The public budget uses only ledger columns without names (supplier, author), the only ones that the public database role
may read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from dateutil.relativedelta import relativedelta

from fce.fiche.formes.graphique import Graphique, total
from fce.service.convention.models import Avancement, Convention, Ecriture
from fce.service.convention.montants import en_euros
from fce.service.convention.previsions import semestre_du
from fce.service.convention.regles import CadreBudgetaire
from fce.service.convention.selectors import avancements_au, cadre_de, ecritures_de
from fce.service.convention.vocabulaire import GenreEcriture, NatureDepense
from fce.socle.texte.formats import mois
from fce.socle.web.exports import Cellule

_G = GenreEcriture
_COLONNE: Final = {_G.ENGAGEMENT: "engage", _G.SERVICE_FAIT: "certifie", _G.PAIEMENT: "paye", _G.RECETTE: "recu"}
ENTETES_ETAT: Final = (
    *("Date", "Écriture", "Genre", "Nature", "Montant (€)", "Titre", "Pièce justificative", "Référence Chorus"),
    *("Engagement", "Marché", "Annule", "Programme", "Axe ministériel", "Domaine fonctionnel", "Centre financier"),
    *("Activité", "Centre de coût", "Comptable assignataire", "Convention"),
)
ENTETES_BUDGET: Final = (
    *("Convention", "Semestre", "Nature", "Reçu (€)", "Engagé (€)", "Service fait certifié (€)", "Payé (€)"),
)


@dataclass
class Rangee:
    """A row of sums, in cents."""

    titre: str
    engage: int = 0
    certifie: int = 0
    paye: int = 0
    recu: int = 0

    def ajouter(self, genre: str, montant: int) -> None:
        colonne = _COLONNE[GenreEcriture(genre)]
        setattr(self, colonne, getattr(self, colonne) + montant)


class EtatDesDepenses(NamedTuple):
    """Statement of spending on a day, by kind, with the progress of the work."""

    au: date
    cadre: CadreBudgetaire
    natures: Sequence[tuple[Rangee, Avancement | None]]
    somme: Rangee
    lignes: Sequence[Ecriture]


class Budget(NamedTuple):
    """Public budget of an agreement. ``mois``: running totals at the end of each month."""

    convention: Mapping[str, Any]
    ae: int
    cp: int
    natures: Sequence[Rangee]
    semestres: Sequence[tuple[str, Rangee]]
    somme: Rangee
    mois: Sequence[Rangee]
    graphiques: Sequence[Graphique]
    fin: date
    a_jour_le: datetime | None

    @property
    def ancre(self) -> str:
        """Prefix of the ids of its charts, unique in the page."""
        return f"graphique-{self.convention['pk']}"


def etat_des_depenses(convention: Convention, au: date) -> EtatDesDepenses:
    """Return the statement on a day; later entries are left out."""
    lignes = list(ecritures_de(convention).filter(jour__lte=au).order_by("jour", "id"))
    somme, par_nature = Rangee("Total"), {n: Rangee(n.label) for n in NatureDepense}
    for ligne in lignes:
        somme.ajouter(ligne.genre, ligne.montant)
        if ligne.nature:
            par_nature[NatureDepense(ligne.nature)].ajouter(ligne.genre, ligne.montant)
    travaux = {a.nature: a for a in avancements_au(convention, au)}
    natures = [(rangee, travaux.get(nature)) for nature, rangee in par_nature.items()]
    return EtatDesDepenses(au, cadre_de(convention), natures, somme, lignes)


def rangees_de_l_etat(convention: Convention, lignes: Iterable[Ecriture]) -> Iterator[tuple[Cellule, ...]]:
    """Yield the rows of the statement's file, with the Chorus references."""
    references = (
        *(convention.programme, convention.axe_ministeriel, convention.domaine_fonctionnel),
        *(convention.centre_financier, convention.activite, convention.centre_de_cout),
        *(convention.comptable_assignataire, convention.titre),
    )
    for ligne in lignes:
        yield (
            *(ligne.jour, ligne.pk, ligne.get_genre_display(), ligne.get_nature_display()),
            *(en_euros(ligne.montant), ligne.titre, ligne.piece, ligne.chorus),
            *(ligne.engagement_id, ligne.marche.reference if ligne.marche else "", ligne.annulee_id),
            *references,
        )


def budgets(aujourd_hui: date) -> list[Budget]:
    """Return the public budgets, latest agreement first. Three queries per agreement."""
    champs = ("pk", "titre", "debut", "fin", "ae", "cp", "finit_le", "demonstration", "programme")
    conventions = Convention.objects.order_by("-debut", "-id").values(*champs)
    return [_budget(convention, aujourd_hui) for convention in conventions]


def _budget(convention: Mapping[str, Any], aujourd_hui: date) -> Budget:
    lignes = list(
        Ecriture.objects.filter(convention=convention["pk"])
        .order_by("jour", "id")
        .values_list("genre", "nature", "jour", "montant", "inscrite_le")
    )
    cadre = cadre_de(Convention(**convention))
    somme, par_nature = Rangee("Total"), {n: Rangee(n.label) for n in NatureDepense}
    semestres: dict[tuple[str, str], Rangee] = {}
    for genre, nature, jour, montant, _ in lignes:
        somme.ajouter(genre, montant)
        titre = NatureDepense(nature).label if nature else "recettes"
        semestres.setdefault((semestre_du(jour), titre), Rangee(titre)).ajouter(genre, montant)
        if nature:
            par_nature[NatureDepense(nature)].ajouter(genre, montant)
    jusqu_au = min(cadre.fin, aujourd_hui)
    cumuls = _cumuls([(jour, genre, montant) for genre, _, jour, montant, _ in lignes], jusqu_au)
    return Budget(
        convention,
        cadre.dernier.ae,
        cadre.dernier.cp,
        list(par_nature.values()),
        [(semestre, semestres[semestre, titre]) for semestre, titre in sorted(semestres)],
        somme,
        [rangee for _, rangee in cumuls],
        _graphiques(cumuls),
        cadre.fin,
        max((inscrite for *_, inscrite in lignes), default=None),
    )


def _cumuls(pas: Sequence[tuple[date, str, int]], jusqu_au: date) -> list[tuple[date, Rangee]]:
    """Running totals at the end of each month, from the first entry on, months without entries included."""
    if not pas:
        return []
    premier, dernier = pas[0][0].replace(day=1), max(pas[-1][0], jusqu_au)
    suite, courant, rang = [], Rangee(""), 0
    while premier <= dernier:
        suivant = premier + relativedelta(months=1)
        while rang < len(pas) and pas[rang][0] < suivant:
            courant.ajouter(pas[rang][1], pas[rang][2])
            rang += 1
        suite.append((premier, Rangee(mois(premier), courant.engage, courant.certifie, courant.paye, courant.recu)))
        premier = suivant
    return suite


def _graphiques(cumuls: Sequence[tuple[date, Rangee]]) -> list[Graphique]:
    """One chart of engagements, one of payments."""
    lignes = [{"engage": float(en_euros(r.engage)), "paye": float(en_euros(r.paye))} for _, r in cumuls]
    series = {"engage": "Engagé depuis le début, en euros", "paye": "Payé depuis le début, en euros"}
    dessines = (total(lignes, [quand for quand, _ in cumuls], a, libelle, mois) for a, libelle in series.items())
    return [dessine for dessine in dessines if dessine]


def rangees_du_budget(publies: Iterable[Budget]) -> Iterator[tuple[Cellule, ...]]:
    """Yield the rows of the public file: agreement, half-year, kind."""
    for budget in publies:
        nom = f"{budget.convention['titre']}{' (démonstration)' if budget.convention['demonstration'] else ''}"
        for semestre, rangee in budget.semestres:
            sommes = (rangee.recu, rangee.engage, rangee.certifie, rangee.paye)
            yield (nom, semestre, rangee.titre, *(en_euros(montant) for montant in sommes))
