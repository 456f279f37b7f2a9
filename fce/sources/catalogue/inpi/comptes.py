"""Columns and reader shared by the two sources of the INPI/BCE ratios.

Consolidated accounts ("K") are the group's: they form a separate source, so that no table or chart mixes them with the
company's. Of accounts filed as confidential, in full or in part (code de commerce, art. L. 232-25), only the fact that
they were filed is read: their figures never reach the database.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.catalogue.inpi import page_inpi
from fce.sources.champs import DIFFUSIBLE, Code, Decimal, Jour, Siren
from fce.sources.declaration import Fait, LigneBrute
from fce.sources.lecture.refus import refus
from fce.sources.presentation import Lien

euros = partial(Decimal, unite="€", optionnelle=True)
taux = partial(Decimal, unite="%", decimales=3, optionnelle=True)
jours = partial(Decimal, unite="jours", decimales=3, optionnelle=True)


class ComptesAnnuels(Fait):
    class Meta(Fait.Meta):
        abstract = True

    siren = Siren("SIREN", "siren", obligatoire=True)
    date_cloture = Jour("Clôture de l'exercice", "date_cloture_exercice", obligatoire=True)
    chiffre_affaires = euros("Chiffre d'affaires", "chiffre_d_affaires")
    marge_brute = euros("Marge brute", "marge_brute")
    ebe = euros("Excédent brut d'exploitation (EBE)", "ebe")
    ebit = euros("Résultat d'exploitation", "ebit")
    resultat_net = euros("Résultat net", "resultat_net")
    taux_endettement = taux("Taux d'endettement", "taux_d_endettement")
    ratio_liquidite = taux("Ratio de liquidité", "ratio_de_liquidite")
    ratio_vetuste = taux("Ratio de vétusté", "ratio_de_vetuste")
    autonomie_financiere = taux("Autonomie financière", "autonomie_financiere")
    poids_bfr = taux("Besoin en fonds de roulement sur chiffre d'affaires", "poids_bfr_exploitation_sur_ca")
    couverture_interets = taux("Couverture des intérêts", "couverture_des_interets")
    caf_sur_ca = taux("Capacité d'autofinancement sur chiffre d'affaires", "caf_sur_ca")
    capacite_remboursement = taux("Capacité de remboursement", "capacite_de_remboursement", unite="années")
    marge_ebe = taux("Taux de marge d'EBE", "marge_ebe")
    resultat_courant_sur_ca = taux(
        "Résultat courant avant impôts sur chiffre d'affaires", "resultat_courant_avant_impots_sur_ca"
    )
    poids_bfr_jours = jours("Besoin en fonds de roulement", "poids_bfr_exploitation_sur_ca_jours")
    rotation_stocks = jours("Rotation des stocks", "rotation_des_stocks_jours")
    credit_clients = jours("Crédit clients", "credit_clients_jours")
    credit_fournisseurs = jours("Crédit fournisseurs", "credit_fournisseurs_jours")
    type_bilan = Code(
        "Comptes",
        "type_bilan",
        masque=DIFFUSIBLE,
        attendues=("C", "K", "S"),
        aide="C complets, S simplifiés, K consolidés.",
    )
    confidentialite = Code("Confidentialité", "confidentiality", masque=DIFFUSIBLE)


COLONNES = ("siren", "date_cloture_exercice", "type_bilan")
MENTION = "confidentiality"
SQL_PUBLIQUE = "coalesce(confidentialite, 'Public') ILIKE 'public'"
CONSOLIDE, PUBLIC = "K", "public"
DOCUMENTS = Lien("Comptes annuels et actes déposés (INPI)", page_inpi)


def lire_propres(chemin: Path) -> Iterator[LigneBrute]:
    """Rows of the company's own accounts, or of an unspecified kind; of confidential ones, that they were filed."""
    gardees = {*COLONNES, MENTION}
    for numero, ligne in _lignes(chemin):
        if not _consolidee(ligne.get("type_bilan")) and ligne.get(MENTION, PUBLIC):
            ouverte = est_publique(ligne.get(MENTION, PUBLIC))
            yield numero, ligne if ouverte else {c: v if c in gardees else None for c, v in ligne.items()}


def lire_consolides(chemin: Path) -> Iterator[LigneBrute]:
    for numero, ligne in _lignes(chemin):
        if _consolidee(ligne.get("type_bilan")) and est_publique(ligne[MENTION]):
            yield numero, ligne


def est_publique(mention: str | None) -> bool:
    """Whether accounts with this mention are open; an unknown mention, or none, closes them."""
    return (mention or "").strip().lower() == PUBLIC


def _consolidee(type_bilan: str | None) -> bool:
    return (type_bilan or "").strip().upper() == CONSOLIDE


def _lignes(chemin: Path) -> Iterator[LigneBrute]:
    """Lower-case the column names: the copy on data.gouv.fr writes "Chiffre_d_affaires". A malformed row is empty, and
    set aside."""
    for numero, brute in lignes_csv(chemin, COLONNES):
        ligne = {nom.lower(): valeur for nom, valeur in brute.items()}
        if ligne and MENTION not in ligne:
            raise refus(chemin, "colonnes", f"colonnes manquantes : {MENTION}.", ligne=1)
        yield numero, ligne
