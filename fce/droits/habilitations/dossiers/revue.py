"""The yearly review of a group: its members, their rights, and the day each last used them.

Only the day, never what was read: the journal is for the security of data, and must not measure anybody's work (CNIL,
délibération 2021-122).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Max

from fce.droits.comptes.evenements import noter
from fce.droits.comptes.models import Appartenance, Groupe
from fce.droits.habilitations.dossiers import presentation, selectors
from fce.droits.habilitations.dossiers.etats import DOSSIERS, GesteDossier
from fce.droits.habilitations.models import Dossier
from fce.droits.journal.models import Consultation
from fce.socle.base.ecriture import ecriture
from fce.socle.texte import paris
from fce.socle.web.exports import Cellule, lignes_csv

_ENTETES: Final = (
    *("nom", "courriel", "identifiant", "gestionnaire", "origine", "depuis", "etat", "droits"),
    *("derniere_consultation", "derniere_connexion", "derniere_revue"),
)


@dataclass(frozen=True, slots=True)
class Revu:
    """A member to keep or remove. ``usage``: last day of a consultation under a habilitation of the group."""

    appartenance: Appartenance
    usage: date | None


def en_vigueur(groupe: Groupe) -> list[Dossier]:
    """Habilitations of a group to review."""
    return list(Dossier.objects.filter(groupe=groupe, etat__in=DOSSIERS.depuis(GesteDossier.REVOQUER)))


def a_revoir(groupe: Groupe, dossiers: Collection[Dossier]) -> list[Revu]:
    """Every member of a group. Two queries."""
    membres = selectors.membres(groupe)
    usages = derniers_usages([m.compte.identifiant for m in membres], [d.reference for d in dossiers])
    return [Revu(m, _jour(usages.get(m.compte.identifiant))) for m in membres]


def derniers_usages(agents: Collection[str], habilitations: Collection[str]) -> dict[str, datetime]:
    """{agent: instant of his last consultation under one of these habilitations}, from the journal."""
    lignes = Consultation.objects.filter(agent__in=agents, habilitations__overlap=list(habilitations)).order_by()
    return dict(lignes.values_list("agent").annotate(Max("quand"))) if agents and habilitations else {}


def exporter(groupe: Groupe, par: str) -> Iterator[bytes]:
    """The review as CSV. The export is recorded first."""
    dossiers = en_vigueur(groupe)
    revus = a_revoir(groupe, dossiers)
    with ecriture():
        noter(par, "revue_exportee", f"groupe-{groupe.pk}", apres={"lignes": len(revus)})
    droits = " ; ".join(
        f"n° {d.pk} ({presentation.en_mots(d).droits.lower()} : {', '.join(d.groupes_de_donnees)})" for d in dossiers
    )
    return lignes_csv(_ENTETES, [_ligne(revu, droits) for revu in revus])


def _ligne(revu: Revu, droits: str) -> list[Cellule]:
    a = revu.appartenance
    return [
        a.compte.nom_complet,
        a.compte.courriel,
        a.compte.identifiant,
        a.gestionnaire,
        a.get_origine_display(),
        _jour(a.depuis),
        "suspendu" if a.suspendue_le else "en cours",
        "" if a.suspendue_le else droits,
        revu.usage,
        _jour(a.compte.derniere_connexion),
        _jour(a.revue_le),
    ]


def _jour(instant: datetime | None) -> date | None:
    return paris.jour_de(instant) if instant else None
