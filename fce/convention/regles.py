"""What the ledger admits: pure functions on lines and dates, each refusal one sentence.

Everything follows from one comparison, ``depassement``: a running total that stays under another one on every day, not
only on the last. Engagements stay under the AE, payments under the CP; on each engagement, what is paid stays under
what is certified, and what is certified under what is engaged. A line dated in the past, or one that takes another
back, is hence judged with all that follows it. The trigger of the table keeps the totals whatever comes here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from fce.convention.erreurs import EcritureRefusee
from fce.convention.montants import euros
from fce.convention.vocabulaire import GenreEcriture, NatureDepense, TitreBudgetaire
from fce.socle.formats import jour as en_jour

_G = GenreEcriture
Pas = tuple[date, int]
"""A day, and by how much a total changes on it."""


@dataclass(frozen=True, slots=True)
class Plafond:
    """Amounts in cents, and the term, as they are from a day on."""

    depuis: date
    ae: int
    cp: int
    fin: date


@dataclass(frozen=True, slots=True)
class CadreBudgetaire:
    """What bounds a ledger. ``plafonds``: that of the signature, then one by avenant, by date; ``finit_le``: when a
    notice takes effect, None without one."""

    debut: date
    plafonds: tuple[Plafond, ...]
    finit_le: date | None = None

    def plafond(self, jour: date) -> Plafond:
        """The amounts in force on a day; those of the signature before any."""
        return next((p for p in reversed(self.plafonds) if p.depuis <= jour), self.plafonds[0])

    @property
    def dernier(self) -> Plafond:
        """The amounts of the latest avenant, in force or to come."""
        return self.plafonds[-1]

    @property
    def fin(self) -> date:
        """Last day on which one may engage, all avenants and the notice taken into account."""
        terme = self.dernier.fin
        return terme if self.finit_le is None else min(terme, self.finit_le)

    def terme(self, jour: date) -> date:
        """Last day on which one may engage, as the avenants in force on ``jour`` say."""
        terme = self.plafond(jour).fin
        return terme if self.finit_le is None else min(terme, self.finit_le)


@dataclass(frozen=True, slots=True)
class Mouvement:
    """A line of the ledger as the rules see it. ``engagement``: number of the one it is charged on, its own for an
    engagement, 0 for a receipt; ``montant``: cents, negative when it takes ``annulee`` back."""

    genre: GenreEcriture
    jour: date
    montant: int
    engagement: int = 0
    annulee: int = 0
    numero: int = 0


@dataclass(frozen=True, slots=True)
class Bornes:
    """Dates of a market, and its name in a refusal."""

    reference: str
    debut: date
    fin: date


def depassement(plafond: Iterable[Pas], cumul: Iterable[Pas]) -> date | None:
    """The first day on which the running total of ``cumul`` is over that of ``plafond``, None when it never is."""
    pas = sorted([(quand, combien, 0) for quand, combien in plafond] + [(quand, 0, c) for quand, c in cumul])
    permis = pris = 0
    for quand, du_jour in groupby(pas, key=lambda p: p[0]):
        for _, de_plus, de_pris in du_jour:
            permis, pris = permis + de_plus, pris + de_pris
        if pris > permis:
            return quand
    return None


def pas_des_plafonds(cadre: CadreBudgetaire, credit: str) -> list[Pas]:
    """How the amounts of a credit (``ae`` or ``cp``) change with the avenants."""
    suite, avant = [], 0
    for plafond in cadre.plafonds:
        montant: int = getattr(plafond, credit)
        suite.append((plafond.depuis, montant - avant))
        avant = montant
    return suite


def pas_de(lignes: Iterable[Mouvement], genre: GenreEcriture, engagement: int = 0) -> list[Pas]:
    """Steps of the lines of one kind, of one engagement or of all (0)."""
    return [(m.jour, m.montant) for m in lignes if m.genre == genre and engagement in (0, m.engagement)]


def exiger_classement(nature: str, titre: int | None) -> None:
    """Raise EcritureRefusee for an engagement that does not say what it is spent on, or that pays staff (title 2)."""
    if titre == TitreBudgetaire.PERSONNEL:
        raise EcritureRefusee("La convention ne paie aucune dépense de personnel : le titre 2 est refusé.")
    if nature not in NatureDepense.values or titre not in TitreBudgetaire.values:
        raise EcritureRefusee("Un engagement dit la nature de la dépense et son titre.")


def exiger_saisie(montant: int, jour: date, aujourd_hui: date) -> None:
    """Raise EcritureRefusee for what no ledger admits, whatever it holds already."""
    if montant <= 0:
        raise EcritureRefusee("Le montant d’une écriture est d’au moins un centime.")
    if jour > aujourd_hui:
        raise EcritureRefusee("Une écriture ne se date pas d’un jour à venir.")


def exiger_dates(cadre: CadreBudgetaire, nouvelle: Mouvement, marche: Bornes | None) -> None:
    """Raise EcritureRefusee for a line that is out of the period of the agreement, or of its market."""
    if nouvelle.jour < cadre.debut:
        raise EcritureRefusee(f"Cette date est avant le début de la convention, le {en_jour(cadre.debut)}.")
    if nouvelle.genre != _G.ENGAGEMENT or nouvelle.montant < 0:
        return
    if nouvelle.jour > cadre.terme(nouvelle.jour):
        raise EcritureRefusee(
            f"Un engagement se date dans la période de la convention, du {en_jour(cadre.debut)} au "
            f"{en_jour(cadre.terme(nouvelle.jour))}."
        )
    if marche is not None and not marche.debut <= nouvelle.jour <= marche.fin:
        raise EcritureRefusee(
            f"La commande est hors des dates du marché {marche.reference}, du {en_jour(marche.debut)} au "
            f"{en_jour(marche.fin)}."
        )


def exiger_equilibre(cadre: CadreBudgetaire, lignes: Sequence[Mouvement], nouvelle: Mouvement) -> None:
    """Raise EcritureRefusee when the ledger would break a rule, on any day, with this line. ``lignes``: all the
    others."""
    toutes = [*lignes, nouvelle]
    match nouvelle.genre:
        case _G.ENGAGEMENT:
            _exiger_plafond(cadre, toutes, _G.ENGAGEMENT, "ae", "des engagements", "d’autorisations d’engagement")
            _exiger_suite(toutes, nouvelle, _G.ENGAGEMENT, _G.SERVICE_FAIT)
        case _G.SERVICE_FAIT:
            _exiger_suite(toutes, nouvelle, _G.ENGAGEMENT, _G.SERVICE_FAIT)
            _exiger_suite(toutes, nouvelle, _G.SERVICE_FAIT, _G.PAIEMENT)
        case _G.PAIEMENT:
            _exiger_suite(toutes, nouvelle, _G.SERVICE_FAIT, _G.PAIEMENT)
            _exiger_plafond(cadre, toutes, _G.PAIEMENT, "cp", "des paiements", "de crédits de paiement")


def exiger_annulable(origine: Mouvement, annulees: int, montant: int, jour: date) -> None:
    """Raise EcritureRefusee for an opposite line that takes back more than what is left of the line of origin, or
    before it. ``annulees``: cents already taken back."""
    if origine.montant < 0:
        raise EcritureRefusee("Une annulation ne s’annule pas : écrivez une nouvelle ligne.")
    reste = origine.montant - annulees
    if montant > reste:
        raise EcritureRefusee(f"Il ne reste que {euros(reste)} à annuler sur cette écriture.")
    if jour < origine.jour:
        raise EcritureRefusee(f"Une annulation ne précède pas ce qu’elle annule, daté du {en_jour(origine.jour)}.")


def exiger_plafond(cadre: CadreBudgetaire, lignes: Sequence[Mouvement], nouveau: Plafond) -> CadreBudgetaire:
    """The frame with one avenant more. Raises EcritureRefusee when it would leave less than what is engaged or paid,
    or a term before what is engaged."""
    if nouveau.depuis < cadre.debut or nouveau.fin < cadre.debut:
        raise EcritureRefusee("Un avenant prend effet, et finit, après le début de la convention.")
    if nouveau.depuis < cadre.dernier.depuis:
        raise EcritureRefusee(f"Un avenant prend effet après celui qui le précède, le {en_jour(cadre.dernier.depuis)}.")
    suivant = CadreBudgetaire(cadre.debut, (*cadre.plafonds, nouveau), cadre.finit_le)
    for genre, credit, quoi in ((_G.ENGAGEMENT, "ae", "engagé"), (_G.PAIEMENT, "cp", "payé")):
        if depassement(pas_des_plafonds(suivant, credit), pas_de(lignes, genre)) is not None:
            total = sum(montant for _, montant in pas_de(lignes, genre))
            raise EcritureRefusee(f"L’avenant laisserait moins que ce qui est déjà {quoi}, {euros(total)}.")
    tardifs = [m.jour for m in lignes if m.genre == _G.ENGAGEMENT and m.montant > 0 and m.jour > suivant.terme(m.jour)]
    if tardifs:
        raise EcritureRefusee(f"Un engagement est daté du {en_jour(max(tardifs))}, après le terme de l’avenant.")
    return suivant


def _exiger_plafond(
    cadre: CadreBudgetaire, toutes: Sequence[Mouvement], genre: GenreEcriture, credit: str, quoi: str, de: str
) -> None:
    quand = depassement(pas_des_plafonds(cadre, credit), pas_de(toutes, genre))
    if quand is not None:
        total = sum(montant for jour, montant in pas_de(toutes, genre) if jour <= quand)
        permis = getattr(cadre.plafond(quand), credit)
        raise EcritureRefusee(
            f"Le total {quoi} serait de {euros(total)} le {en_jour(quand)}, pour {euros(permis)} {de}."
        )


_SUITES: Final = {
    (_G.ENGAGEMENT, _G.SERVICE_FAIT): ("Le service fait certifié", "l’engagement", "engagés"),
    (_G.SERVICE_FAIT, _G.PAIEMENT): ("Le paiement", "le service fait certifié", "certifiés"),
}


def _exiger_suite(toutes: Sequence[Mouvement], nouvelle: Mouvement, avant: GenreEcriture, apres: GenreEcriture) -> None:
    """What follows stays under what comes before, on the engagement of the new line."""
    permis, pris = (pas_de(toutes, genre, nouvelle.engagement) for genre in (avant, apres))
    quand = depassement(permis, pris)
    if quand is None:
        return
    sujet, objet, participe = _SUITES[avant, apres]
    somme = sum(montant for jour, montant in permis if jour <= quand)
    total = sum(montant for jour, montant in pris if jour <= quand)
    if nouvelle.montant < 0:
        raise EcritureRefusee(
            f"Annuler cette écriture laisserait {euros(somme)} {participe} le {en_jour(quand)}, pour {euros(total)} "
            "qui en dépendent : annulez d’abord ce qui suit."
        )
    if not somme:
        raise EcritureRefusee(
            f"Aucun service fait n’est certifié le {en_jour(quand)} sur cet engagement : il ne peut pas être payé."
            if apres == _G.PAIEMENT
            else f"Rien n’est engagé le {en_jour(quand)} sur cet engagement."
        )
    raise EcritureRefusee(
        f"{sujet} dépasserait {objet} : {euros(total)} le {en_jour(quand)}, pour {euros(somme)} {participe}."
    )
