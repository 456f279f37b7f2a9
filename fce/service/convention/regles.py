"""Rules of the ledger: pure functions on entries and dates, each refusal with one sentence.

All the balance rules use one comparison, ``depassement``: a running total must stay under another one on every day, not
only on the last. Engagements stay under the AE and payments under the CP; on each engagement, paid stays under
certified, and certified under engaged. An entry dated in the past, or a cancellation, is thus checked against all that
follows. A trigger enforces the same totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Final, NamedTuple

from fce.service.convention.erreurs import EcritureRefusee
from fce.service.convention.montants import euros
from fce.service.convention.vocabulaire import GenreEcriture, NatureDepense, TitreBudgetaire
from fce.socle.texte.formats import jour as en_jour

_G = GenreEcriture
Pas = tuple[date, int]
"""A day, and the change of a total on that day."""


class Plafond(NamedTuple):
    """Amounts in cents and term, in force from a day on."""

    depuis: date
    ae: int
    cp: int
    fin: date


class CadreBudgetaire(NamedTuple):
    """Limits of a ledger. ``plafonds``: at signature, then by avenant, in date order. ``finit_le``: effect of a notice,
    None without one."""

    debut: date
    plafonds: tuple[Plafond, ...]
    finit_le: date | None = None

    def plafond(self, jour: date) -> Plafond:
        """Amounts in force on a day; those of the signature for any earlier day."""
        return next((p for p in reversed(self.plafonds) if p.depuis <= jour), self.plafonds[0])

    @property
    def dernier(self) -> Plafond:
        """Amounts of the latest avenant, even future."""
        return self.plafonds[-1]

    @property
    def fin(self) -> date:
        """Last day to engage, with all the avenants and the notice."""
        terme = self.dernier.fin
        return terme if self.finit_le is None else min(terme, self.finit_le)

    def terme(self, jour: date) -> date:
        """Last day to engage, with the avenants in force on ``jour``."""
        terme = self.plafond(jour).fin
        return terme if self.finit_le is None else min(terme, self.finit_le)


class Mouvement(NamedTuple):
    """A ledger entry. ``engagement``: number of the engagement it is charged on (its own for an engagement, 0 for a
    receipt). ``montant``: cents, negative when it cancels ``annulee``."""

    genre: GenreEcriture
    jour: date
    montant: int
    engagement: int = 0
    annulee: int = 0
    numero: int = 0


class Bornes(NamedTuple):
    """Dates and reference of a market."""

    reference: str
    debut: date
    fin: date


def depassement(plafond: Iterable[Pas], cumul: Iterable[Pas]) -> date | None:
    """Return the first day when the running total of ``cumul`` exceeds that of ``plafond``, or None."""
    pas = sorted([(quand, combien, 0) for quand, combien in plafond] + [(quand, 0, c) for quand, c in cumul])
    permis = pris = 0
    for quand, du_jour in groupby(pas, key=lambda p: p[0]):
        for _, de_plus, de_pris in du_jour:
            permis, pris = permis + de_plus, pris + de_pris
        if pris > permis:
            return quand
    return None


def pas_des_plafonds(cadre: CadreBudgetaire, credit: str) -> list[Pas]:
    """Return the changes of a credit (``ae`` or ``cp``) with the avenants."""
    suite, avant = [], 0
    for plafond in cadre.plafonds:
        montant: int = getattr(plafond, credit)
        suite.append((plafond.depuis, montant - avant))
        avant = montant
    return suite


def pas_de(lignes: Iterable[Mouvement], genre: GenreEcriture, engagement: int = 0) -> list[Pas]:
    """Return the steps of the entries of one kind, for one engagement or all (0)."""
    return [(m.jour, m.montant) for m in lignes if m.genre == genre and engagement in (0, m.engagement)]


def exiger_classement(nature: str, titre: int | None) -> None:
    """Raise EcritureRefusee for an engagement without nature or title, or of title 2 (staff)."""
    if titre == TitreBudgetaire.PERSONNEL:
        raise EcritureRefusee("La convention ne paie aucune dépense de personnel : le titre 2 est refusé.")
    if nature not in NatureDepense.values or titre not in TitreBudgetaire.values:
        raise EcritureRefusee("Un engagement dit la nature de la dépense et son titre.")


def exiger_saisie(montant: int, jour: date, aujourd_hui: date) -> None:
    """Raise EcritureRefusee for a zero or negative amount, or a future day."""
    if montant <= 0:
        raise EcritureRefusee("Le montant d’une écriture est d’au moins un centime.")
    if jour > aujourd_hui:
        raise EcritureRefusee("Une écriture ne se date pas d’un jour à venir.")


def exiger_dates(cadre: CadreBudgetaire, nouvelle: Mouvement, marche: Bornes | None) -> None:
    """Raise EcritureRefusee for a day outside the agreement, or outside the market."""
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
    """Raise EcritureRefusee when this entry would break a balance on any day. ``lignes``: all the other entries."""
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
    """Raise EcritureRefusee for a cancellation larger than what remains of the entry, or dated before it. ``annulees``:
    cents already cancelled."""
    if origine.montant < 0:
        raise EcritureRefusee("Une annulation ne s’annule pas : écrivez une nouvelle ligne.")
    reste = origine.montant - annulees
    if montant > reste:
        raise EcritureRefusee(f"Il ne reste que {euros(reste)} à annuler sur cette écriture.")
    if jour < origine.jour:
        raise EcritureRefusee(f"Une annulation ne précède pas ce qu’elle annule, daté du {en_jour(origine.jour)}.")


def exiger_plafond(cadre: CadreBudgetaire, lignes: Sequence[Mouvement], nouveau: Plafond) -> CadreBudgetaire:
    """Return the limits with one more avenant. Raises EcritureRefusee when the amounts would be below what is engaged
    or paid, or the term before an engagement."""
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
    """On the engagement of the new entry, the total of ``apres`` must stay under that of ``avant``."""
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
