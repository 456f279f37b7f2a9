"""Writes of tables to reconcile: deposit, reading by the worker, correction by hand."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django import app

from fce.droits.comptes.models import Compte
from fce.ensembles.rapprochement import selectors
from fce.ensembles.rapprochement.contenu import CELLULE_MAX, FeuilleDeTableau, Issue, LigneARapprocher, ReponseDeLigne
from fce.ensembles.rapprochement.models import ARRETE, NOM_MAX, LigneRapprochee, TableauRapproche
from fce.ensembles.rapprochement.numeros import lire_numero
from fce.ensembles.rapprochement.reconnaissance import LectureDeTableau, lire_lignes
from fce.ensembles.rapprochement.tableaux import exiger_des_lignes
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide

TABLEAUX_MAX: Final = 20
TACHE: Final = "rapprocher_un_tableau"
INCONNU: Final = "Aucun de vos tableaux n’est à cette adresse."
ABANDON: Final = timedelta(days=1)
_LOT: Final = 200
_LOT_DE_NUMEROS: Final = 1_000
_TROP: Final = f"Vous avez déjà {TABLEAUX_MAX} tableaux : supprimez-en d’abord."
_LIRE: Final = msgspec.msgpack.Decoder(list[LigneARapprocher]).decode
_LIRE_LES_FEUILLES: Final = msgspec.msgpack.Decoder(list[FeuilleDeTableau]).decode


def deposer(compte: Compte, nom: str, feuilles: Sequence[FeuilleDeTableau], *, siret_voulu: bool) -> TableauRapproche:
    """Keep the sheets of a table, for its author to say how they are read. Raises ParametreInvalide above
    ``TABLEAUX_MAX``."""
    with ecriture():
        siens = TableauRapproche.objects.filter(compte=compte)
        limites.exiger_place("tableaux", compte.pk, siens, TABLEAUX_MAX, _TROP)
        return TableauRapproche.objects.create(
            compte=compte,
            nom=" ".join(nom.split())[:NOM_MAX] or "Sans nom",
            siret_voulu=siret_voulu,
            lu=_comprimer(feuilles),
            total=0,
        )


def _comprimer(quoi: Sequence[msgspec.Struct]) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(list(quoi)), 1)


def feuilles_de(tableau: TableauRapproche) -> list[FeuilleDeTableau]:
    """The sheets of a table; none when it was given before they were kept."""
    return _LIRE_LES_FEUILLES(zlib.decompress(bytes(tableau.lu))) if tableau.lu else []


def commencer(compte: Compte, numero: int, lecture: LectureDeTableau) -> None:
    """Queue the rows of a table, as its author says that they are read; nothing for one already queued. Raises
    Introuvable, ParametreInvalide."""
    with ecriture():
        sien = TableauRapproche.objects.select_for_update().filter(compte=compte, pk=numero).first()
        if sien is None:
            raise Introuvable(INCONNU)
        if sien.total:
            return
        feuille = feuilles_de(sien)[lecture.feuille]
        lignes = lire_lignes(feuille, lecture).lignes
        exiger_des_lignes(feuille, lecture, len(lignes))
        feuilles = _comprimer([msgspec.structs.replace(feuille, entete=lecture.entete)])
        sien.changer(lu=feuilles, entree=_comprimer(lignes), total=len(lignes))
        app.configure_task(TACHE).defer(tableau=sien.pk)


def traiter(numero: int, continuer: Callable[[], bool] = lambda: True) -> None:
    """Answer the rows of a table not yet done, by lots, each committed: what was killed goes on where it stopped.

    Does nothing for a table that is gone. ``continuer``: asked before each lot. Raises IndexIndisponible.
    """
    tableau = TableauRapproche.objects.filter(pk=numero).first()
    if tableau is None or tableau.entree is None:
        return
    lignes = _LIRE(zlib.decompress(bytes(tableau.entree)))
    for debut in range(tableau.faites, len(lignes), _LOT):
        if not continuer():
            return
        lot = [msgspec.structs.replace(x, siret_voulu=tableau.siret_voulu) for x in lignes[debut : debut + _LOT]]
        reponses = selectors.rapprocher(lot)
        with ecriture():
            siens = TableauRapproche.objects.filter(pk=numero, faites=debut)
            # Deleted meanwhile, or done by another worker.
            if not siens.select_for_update().exists():
                return
            LigneRapprochee.objects.bulk_create(
                LigneRapprochee(
                    tableau_id=numero,
                    rang=ligne.rang or debut + i,
                    **_donnees(ligne),
                    **_reponse(reponse, ligne.doublon),
                )
                for i, (ligne, reponse) in enumerate(zip(lot, reponses, strict=True), 1)
            )
            siens.update(faites=debut + len(lot), erreur="")
    TableauRapproche.objects.filter(pk=numero, faites=len(lignes)).update(entree=None)


def _donnees(ligne: LigneARapprocher) -> dict[str, Any]:
    donnees = {
        "nom": ligne.nom,
        "saisi": ligne.numero,
        "code_postal": ligne.code_postal,
        "commune": ligne.commune,
        "naf": ligne.naf,
    }
    return {champ: texte[:CELLULE_MAX] for champ, texte in donnees.items()}


def _reponse(reponse: ReponseDeLigne, doublon: int = 0) -> dict[str, Any]:
    suite = f" ; doublon de la ligne {doublon}." if doublon else ""
    return {
        "issue": reponse.issue.value,
        "numero": reponse.numero,
        "ancien": reponse.ancien,
        "pourquoi": f"{reponse.pourquoi.rstrip('.') if doublon else reponse.pourquoi}{suite}"[:CELLULE_MAX],
        "candidats": [[c.siren, c.siret, c.score, [*c.pourquoi]] for c in reponse.candidats],
    }


def noter_une_panne(numero: int, phrase: str) -> None:
    """Say on the page of a table why it does not go on."""
    TableauRapproche.objects.filter(pk=numero).update(erreur=phrase[:CELLULE_MAX])


def noter_les_abandons() -> int:
    """Say of the tables of more than a day still unfinished that they have stopped: their job ended without a word, as
    when the database itself was down; return how many."""
    oublies = TableauRapproche.objects.filter(cree_le__lt=timezone.now() - ABANDON, faites__lt=F("total"))
    return oublies.exclude(erreur=ARRETE).update(erreur=ARRETE)


def reprendre(compte: Compte, numero: int) -> None:
    """Queue again a table that a failure stopped. Raises Introuvable; ParametreInvalide when it is not stopped."""
    with ecriture():
        sien = TableauRapproche.objects.select_for_update().filter(compte=compte, pk=numero).first()
        if sien is None:
            raise Introuvable(INCONNU)
        if not sien.arrete:
            raise ParametreInvalide("Ce tableau n’est pas arrêté : il n’y a rien à reprendre.")
        sien.changer(erreur="")
        app.configure_task(TACHE).defer(tableau=numero)


def corriger(compte: Compte, tableau: int, ligne: int, ecrit: str) -> LigneRapprochee:
    """Decide a row by hand: a SIREN or SIRET that Sirene knows, or "" for nobody. Raises Introuvable,
    ParametreInvalide."""
    saisi = lire_numero(ecrit) if ecrit.strip() else None
    if saisi is not None and not saisi.numero:
        raise ParametreInvalide(saisi.faute)
    reponse = ReponseDeLigne(Issue.INCONNU, pourquoi="Vous avez dit : aucune.")
    if saisi is not None:
        reponse = selectors.situer([saisi.numero])[saisi.numero]
        if reponse.issue is Issue.INCONNU:
            raise ParametreInvalide(reponse.pourquoi)
    with ecriture():
        sienne = LigneRapprochee.objects.filter(tableau=tableau, tableau__compte=compte, pk=ligne).first()
        if sienne is None:
            raise Introuvable(INCONNU)
        gardes = sienne.candidats
        for champ, valeur in _reponse(reponse).items():
            setattr(sienne, champ, valeur)
        # What was proposed stays, so that the agent may change his mind.
        sienne.candidats, sienne.corrigee = gardes, True
        sienne.save()
    return sienne


def retirer_les_masques() -> int:
    """Withdraw from the answers found by a name the units masked since; return how many rows change.

    Pages hide them at once; their counts follow at this withdrawal.
    """
    trouvees = LigneRapprochee.objects.filter(saisi="", corrigee=False).exclude(numero="")
    numeros = sorted(set(trouvees.values_list("numero", flat=True)))
    retirees = 0
    for debut in range(0, len(numeros), _LOT_DE_NUMEROS):
        masques = selectors.masques(numeros[debut : debut + _LOT_DE_NUMEROS])
        perdues = trouvees.filter(numero__in=masques)
        retirees += perdues.update(issue=Issue.INCONNU.value, numero="", ancien="", pourquoi="", candidats=[])
    return retirees + _retirer_des_ambigues()


def _retirer_des_ambigues() -> int:
    retirees = dernier = 0
    ambigues = LigneRapprochee.objects.select_for_update().filter(issue=Issue.AMBIGU.value).order_by("pk")
    while True:
        with ecriture():
            lot = [*ambigues.filter(pk__gt=dernier)[:_LOT_DE_NUMEROS]]
            if not lot:
                return retirees
            masques = selectors.masques(numero for ligne in lot for numero in ligne.cites)
            changees = [ligne for ligne in lot if ligne.oublier(masques.__contains__)]
            LigneRapprochee.objects.bulk_update(changees, ["issue", "pourquoi", "candidats"])
        dernier = lot[-1].pk
        retirees += len(changees)


def effacer(compte: Compte, tableau: int) -> None:
    """Delete a table with its rows. Raises Introuvable, the same for another's."""
    with ecriture():
        sien = TableauRapproche.objects.filter(compte=compte, pk=tableau).first()
        if sien is None:
            raise Introuvable(INCONNU)
        sien.delete()
