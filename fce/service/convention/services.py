"""Writes of the agreement, each with its event.

A writer of the ledger, or of its limits, locks the agreement's row (``verrouiller``) before reading what the decision
depends on. Triggers take the same lock and check the balances again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from fce.droits.comptes.evenements import noter
from fce.service.convention import regles
from fce.service.convention.erreurs import ConventionClose, EcritureRefusee
from fce.service.convention.models import Avenant, Convention, Ecriture, Marche, Prevision
from fce.service.convention.previsions import effet_du_preavis, jours_de_comite
from fce.service.convention.regles import Mouvement, Plafond
from fce.service.convention.selectors import CONVENTION_INCONNUE, bornes_de, cadre_de, mouvements_de
from fce.service.convention.vocabulaire import GenreEcriture
from fce.socle.base.ecriture import ecriture
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import Introuvable
from fce.socle.texte import paris
from fce.socle.texte.formats import jour as en_jour

_G = GenreEcriture
IMPUTATION: Final = (
    *("titre", "delegant", "role_delegant", "delegataire", "role_delegataire"),
    *("controleur_delegant", "controleur_delegataire", "programme", "centre_financier", "domaine_fonctionnel"),
    *("activite", "centre_de_cout", "axe_ministeriel", "comptable_assignataire"),
)
"""Fields that a correction may change; amounts and dates change only by avenant."""


class SaisieEcriture(NamedTuple):
    """An entry to write. ``montant``: positive cents. ``nature``, ``titre``, ``marche``: for an engagement only.
    ``engagement``: number of the one to charge, 0 for an engagement or a receipt."""

    genre: GenreEcriture
    jour: date
    montant: int
    piece: str
    chorus: str
    nature: str = ""
    titre: int | None = None
    marche: int | None = None
    engagement: int = 0


def verrouiller(numero: int) -> Convention:
    """Lock an agreement until the end of the transaction and return it. Raises Introuvable."""
    return trouver_ligne(Convention.objects.select_for_update(no_key=True), numero, CONVENTION_INCONNUE)


def creer(valeurs: Mapping[str, Any], par: str, *, demonstration: bool = False) -> Convention:
    """Record an agreement, with the calendar of its committees. ``valeurs``: by field of ``Convention``. Raises
    EcritureRefusee."""
    if valeurs["fin"] < valeurs["debut"]:
        raise EcritureRefusee("La convention finit après avoir commencé.")
    with ecriture():
        creee = Convention.objects.create(**valeurs, par=par, demonstration=demonstration)
        _prevoir_les_comites(creee, creee.debut, creee.fin)
        _dire(par, "convention_creee", creee, {"ae": creee.ae, "cp": creee.cp})
    return creee


def empreinte_de(convention: Convention) -> str:
    """Return a hash of the correctable fields, to detect concurrent corrections."""
    texte = json.dumps([getattr(convention, champ) for champ in IMPUTATION])
    return hashlib.sha256(texte.encode()).hexdigest()[:16]


def modifier(numero: int, valeurs: Mapping[str, str], vue: str, par: str) -> None:
    """Correct the names and references of an agreement. ``vue``: ``empreinte_de`` of the version read. Raises
    Introuvable, ConventionClose (corrected meanwhile)."""
    with ecriture():
        convention = verrouiller(numero)
        if vue != empreinte_de(convention):
            raise ConventionClose("Quelqu’un d’autre vient de corriger la convention : relisez-la, puis enregistrez.")
        changes = {c: valeurs[c] for c in IMPUTATION if valeurs[c] != getattr(convention, c)}
        if not changes:
            return
        avant = {c: getattr(convention, c) for c in changes}
        Convention.objects.filter(pk=numero).update(**changes)
        noter(par, "convention_modifiee", f"convention-{numero}", avant, changes)


def ecrire(numero: int, saisie: SaisieEcriture, par: str) -> Ecriture:
    """Write an entry. Raises Introuvable, EcritureRefusee."""
    regles.exiger_saisie(saisie.montant, saisie.jour, paris.aujourd_hui())
    if saisie.genre == _G.ENGAGEMENT:
        regles.exiger_classement(saisie.nature, saisie.titre)
    with ecriture():
        convention = verrouiller(numero)
        cadre, lignes = cadre_de(convention), mouvements_de(convention)
        engagement, marche = _engagement(convention, saisie), _marche(convention, saisie)
        # A new engagement is charged on itself and has no number yet: -1, used by no other entry.
        cle = engagement.pk if engagement else -1 if saisie.genre == _G.ENGAGEMENT else 0
        nouvelle = Mouvement(saisie.genre, saisie.jour, saisie.montant, cle)
        regles.exiger_dates(cadre, nouvelle, bornes_de(marche))
        regles.exiger_equilibre(cadre, lignes, nouvelle)
        ecrite = Ecriture.objects.create(
            convention=convention,
            genre=saisie.genre,
            jour=saisie.jour,
            montant=saisie.montant,
            nature=engagement.nature if engagement else saisie.nature if saisie.genre == _G.ENGAGEMENT else "",
            titre=engagement.titre if engagement else saisie.titre if saisie.genre == _G.ENGAGEMENT else None,
            piece=saisie.piece.strip(),
            chorus=saisie.chorus.strip(),
            marche=engagement.marche if engagement else marche,
            engagement=engagement,
            par=par,
        )
        _dire(par, "convention_ecriture", convention, {"ecriture": ecrite.pk, "genre": saisie.genre})
    return ecrite


def ecrire_annulation(numero: int, ligne: int, montant: int, jour: date, piece: str, par: str) -> Ecriture:
    """Cancel an entry, in whole or in part, by an opposite entry. ``montant``: positive cents. Raises Introuvable,
    EcritureRefusee."""
    regles.exiger_saisie(montant, jour, paris.aujourd_hui())
    with ecriture():
        convention = verrouiller(numero)
        cadre, lignes = cadre_de(convention), mouvements_de(convention)
        origine = next((m for m in lignes if m.numero == ligne), None)
        if origine is None:
            raise Introuvable("Cette écriture n’existe pas.")
        deja = -sum(m.montant for m in lignes if m.annulee == ligne)
        regles.exiger_annulable(origine, deja, montant, jour)
        regles.exiger_equilibre(
            cadre, lignes, Mouvement(origine.genre, jour, -montant, origine.engagement, annulee=ligne)
        )
        reprise = Ecriture.objects.get(pk=ligne)
        ecrite = Ecriture.objects.create(
            convention=convention,
            genre=reprise.genre,
            jour=jour,
            montant=-montant,
            nature=reprise.nature,
            titre=reprise.titre,
            piece=piece.strip(),
            chorus=reprise.chorus,
            marche=reprise.marche,
            engagement=reprise.engagement,
            annulee=reprise,
            par=par,
        )
        _dire(par, "convention_annulation", convention, {"ecriture": ecrite.pk, "annulee": ligne})
    return ecrite


def ajouter_marche(numero: int, valeurs: Mapping[str, Any], par: str) -> Marche:
    """Add a market. Raises Introuvable, EcritureRefusee."""
    if valeurs["fin"] < valeurs["debut"]:
        raise EcritureRefusee("Le marché finit après avoir commencé.")
    with ecriture():
        convention = verrouiller(numero)
        if convention.marches.filter(reference=valeurs["reference"]).exists():
            raise EcritureRefusee("Un marché de cette référence est déjà inscrit.")
        ajoute = Marche.objects.create(convention=convention, **valeurs)
        _dire(par, "convention_marche", convention, {"marche": ajoute.pk})
    return ajoute


def ajouter_avenant(numero: int, valeurs: Mapping[str, Any], par: str) -> Avenant:
    """Add an avenant, and the committees of a later term. Raises Introuvable, EcritureRefusee."""
    nouveau = Plafond(valeurs["effet_le"], valeurs["ae"], valeurs["cp"], valeurs["fin"])
    if nouveau.fin < nouveau.depuis:
        raise EcritureRefusee("Le terme d’un avenant ne précède pas sa prise d’effet.")
    with ecriture():
        convention = verrouiller(numero)
        cadre = cadre_de(convention)
        regles.exiger_plafond(cadre, mouvements_de(convention), nouveau)
        rang = convention.avenants.count() + 1
        ajoute = Avenant.objects.create(convention=convention, numero=rang, par=par, **valeurs)
        if nouveau.fin > cadre.dernier.fin:
            _prevoir_les_comites(convention, cadre.dernier.fin, nouveau.fin)
        _dire(par, "convention_avenant", convention, {"avenant": rang, "ae": ajoute.ae, "cp": ajoute.cp})
    return ajoute


def ecrire_prevision(numero: int, mois: date, nature: str, ae: int, cp: int, par: str) -> None:
    """Set the forecast of a month for one kind. Raises Introuvable."""
    with ecriture():
        convention = verrouiller(numero)
        Prevision.objects.update_or_create(
            convention=convention, mois=mois.replace(day=1), nature=nature, defaults={"ae": ae, "cp": cp}
        )
        _dire(par, "convention_prevision", convention, {"mois": f"{mois:%Y-%m}", "nature": nature})


def finir(numero: int, donne_le: date, par_qui: str, par: str) -> date:
    """Record a notice of termination; return the day it takes effect. Raises Introuvable, ConventionClose,
    EcritureRefusee."""
    with ecriture():
        convention = verrouiller(numero)
        if convention.denoncee_le is not None:
            raise ConventionClose(f"Un préavis est déjà donné, le {en_jour(convention.denoncee_le)}.")
        if donne_le > paris.aujourd_hui() or donne_le < convention.debut:
            raise EcritureRefusee("Le préavis est donné pendant la convention, pas à un jour à venir.")
        effet = effet_du_preavis(donne_le, convention.preavis_mois)
        if convention.ecritures.filter(genre=_G.ENGAGEMENT, annulee=None, jour__gt=effet).exists():
            raise EcritureRefusee(f"Un engagement est daté après le {en_jour(effet)}, où ce préavis prendrait effet.")
        Convention.objects.filter(pk=numero).update(denoncee_le=donne_le, denoncee_par=par_qui, finit_le=effet)
        convention.comites.get_or_create(prevu_le=effet)
        _dire(par, "convention_denoncee", convention, {"finit_le": effet.isoformat()})
    return effet


def _engagement(convention: Convention, saisie: SaisieEcriture) -> Ecriture | None:
    if saisie.genre in (_G.ENGAGEMENT, _G.RECETTE):
        return None
    trouve = Ecriture.objects.filter(
        convention=convention, pk=saisie.engagement, genre=_G.ENGAGEMENT, annulee=None
    ).first()
    if trouve is None:
        raise EcritureRefusee("Choisissez l’engagement de cette convention dont il s’agit.")
    return trouve


def _marche(convention: Convention, saisie: SaisieEcriture) -> Marche | None:
    if saisie.genre != _G.ENGAGEMENT or not saisie.marche:
        return None
    trouve = Marche.objects.filter(convention=convention, pk=saisie.marche).first()
    if trouve is None:
        raise EcritureRefusee("Choisissez un marché de cette convention.")
    return trouve


def _prevoir_les_comites(convention: Convention, debut: date, fin: date) -> None:
    for jour in jours_de_comite(debut, fin):
        convention.comites.get_or_create(prevu_le=jour)


def _dire(par: str, action: str, convention: Convention, apres: Mapping[str, Any]) -> None:
    noter(par, action, f"convention-{convention.pk}", apres=apres)
