"""A member without access to a data set asks his group's managers to request it, once: by mail, and on their page.

A manager then writes the request itself, pre-filled from the data set and from the group's habilitations.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from fce.comptes import courriels
from fce.comptes.evenements import noter
from fce.comptes.models import Appartenance, Compte, Groupe
from fce.droits.chaine import tient
from fce.droits.dossiers.etats import EtatDossier
from fce.droits.dossiers.selectors import liens_de
from fce.droits.finalites import FINALITES, GROUPES, Droit
from fce.droits.models import Dossier, Sollicitation
from fce.socle import limites
from fce.socle.base import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.sources import registre
from fce.sources.declaration import Source

EN_ATTENTE_MAX: Final = 10
RECENTE: Final = timedelta(days=60)


def source_demandee(nom: str) -> Source | None:
    """The data set that the reader comes from; None when it does not exist or when no habilitation opens it."""
    try:
        source = registre.source(nom)
    except Introuvable:
        return None
    return source if groupes_de(source) else None


def groupes_de(source: Source) -> tuple[str, ...]:
    """Group of data that opens a data set: its own, else that of its first restricted field."""
    acces = [source.acces, *(champ.acces for champ in source.champs.values() if champ.acces is not None)]
    trouves = dict.fromkeys(str(a.groupe) for a in acces if getattr(a, "groupe", None) in GROUPES)
    return tuple(trouves)[:1]


def initial(groupe: Groupe, source: Source) -> dict[str, Any]:
    """Initial form data of a request about a data set: its group of data, the purposes that open it (those that the
    group already has first), the group's territory."""
    voulus = groupes_de(source)
    en_vigueur = list(Dossier.objects.filter(groupe=groupe, etat=EtatDossier.VALIDE))
    siennes = [f for d in en_vigueur for f in d.finalites]
    ouvrent = [code for code, finalite in FINALITES.items() if finalite.groupes & set(voulus)]
    finalites = [f for f in dict.fromkeys(siennes) if f in ouvrent] or ouvrent[:1]
    return {
        "groupes_de_donnees": list(voulus),
        "finalites": finalites,
        "territoire": sorted({lieu for d in en_vigueur for lieu in d.territoire}),
        "droits": [str(Droit.CONSULTER)],
    }


def solliciter(compte: Compte, numero: int, nom: str) -> Sollicitation:
    """Ask the managers of one's group. A second call returns the same one. Raises Introuvable, ParametreInvalide."""
    source = source_demandee(nom)
    if source is None:
        raise Introuvable("Aucune habilitation n’ouvre ce jeu de données.")
    appartenance = (
        Appartenance.objects.select_related("groupe__organisation")
        .filter(compte=compte, groupe=numero, fin=None)
        .first()
    )
    if appartenance is None or not tient(liens_de(compte, appartenance)):
        raise Introuvable("Aucun groupe de ce numéro parmi les vôtres.")
    gestionnaires = [a.compte for a in gestionnaires_de(appartenance.groupe) if a.compte_id != compte.pk]
    if not gestionnaires:
        raise ParametreInvalide("Ce groupe n’a pas d’autre gestionnaire : écrivez à l’équipe de la fiche commune.")
    with ecriture():
        siennes = Sollicitation.objects.filter(par=compte.identifiant)
        if deja := siennes.filter(groupe=numero, source=source.nom).first():
            return deja
        recentes = siennes.filter(demandee_le__gt=timezone.now() - RECENTE)
        limites.exiger_place(
            "sollicitation", compte.identifiant, recentes, EN_ATTENTE_MAX,
            f"Vous avez déjà fait {EN_ATTENTE_MAX} demandes à vos gestionnaires : attendez leurs réponses.",
        )  # fmt: skip
        faite = Sollicitation.objects.create(groupe=appartenance.groupe, source=source.nom, par=compte.identifiant)
        noter(compte.identifiant, "sollicitation", f"groupe-{numero}", apres={"sollicitation": faite.pk})
        for gestionnaire in gestionnaires:
            phrase = f"Un membre de votre groupe vous sollicite : demande n° {faite.pk}"
            courriels.annoncer(gestionnaire, phrase, adresse(faite))
    return faite


def adresse(sollicitation: Sollicitation) -> str:
    return f"{reverse('droits:demande', args=[sollicitation.groupe_id])}?sollicitation={sollicitation.pk}"


def gestionnaires_de(groupe: Groupe) -> list[Appartenance]:
    tous = Appartenance.objects.select_related("compte").filter(groupe=groupe, gestionnaire=True, fin=None)
    return [a for a in tous.filter(suspendue_le=None).order_by("pk") if a.compte.actif]


def siennes(compte: Compte) -> list[tuple[Sollicitation, str]]:
    """[(what the account asked, title of the data set)…], latest first."""
    return [(s, titre(s)) for s in Sollicitation.objects.select_related("groupe").filter(par=compte.identifiant)[:20]]


def en_attente(groupes: Iterable[int]) -> list[tuple[Sollicitation, str]]:
    """[(what members of these groups asked recently, title)…], without those that a later request answers."""
    groupes = list(groupes)
    recentes = Sollicitation.objects.select_related("groupe__organisation").filter(
        groupe__in=groupes, demandee_le__gt=timezone.now() - RECENTE
    )
    demandes = Dossier.objects.filter(groupe__in=groupes, etat__in=(EtatDossier.SOUMIS, EtatDossier.VALIDE))
    repondus = {(d.groupe_id, g) for d in demandes for g in d.groupes_de_donnees}
    return [
        (s, titre(s))
        for s in recentes
        if (source := source_demandee(s.source)) and (s.groupe_id, groupes_de(source)[0]) not in repondus
    ]


def titre(sollicitation: Sollicitation) -> str:
    """Title of the data set, or its name when it no longer exists."""
    source = source_demandee(sollicitation.source)
    return source.titre if source else sollicitation.source
