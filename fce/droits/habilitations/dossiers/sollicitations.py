"""Requests of an agent to the managers of a group: to ask for a data set, or for the groups of data that his mission
reads, or to enter the group. Each is sent once. By mail, and on their page.

A manager then writes the request itself, pre-filled from what is asked and from the group's habilitations, or adds the
person: asking opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from fce.droits.comptes import courriels, cumuls
from fce.droits.comptes.administration import administration_de
from fce.droits.comptes.evenements import noter
from fce.droits.comptes.models import Appartenance, Compte, Groupe
from fce.droits.comptes.selectors import compte_identifie
from fce.droits.habilitations.chaine import tient
from fce.droits.habilitations.dossiers.etats import PREND_LA_SUITE, EtatDossier
from fce.droits.habilitations.dossiers.selectors import liens_de
from fce.droits.habilitations.finalites import FINALITES, GROUPES, Droit
from fce.droits.habilitations.models import Dossier, GenreSollicitation, Sollicitation
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.identifiants import designe
from fce.sources import registre
from fce.sources.declaration import Source

EN_ATTENTE_MAX: Final = 10
RECENTE: Final = timedelta(days=60)
_LONGUEUR: Final = 100


@dataclass(frozen=True, slots=True)
class Voulue:
    """A data set, or groups of data, that somebody asks for. ``champ``, ``valeur``: how an address or a form names
    it."""

    titre: str
    groupes: tuple[str, ...]
    champ: str
    valeur: str
    producteur: str = ""

    @property
    def genre(self) -> GenreSollicitation:
        return GenreSollicitation.JEU if self.champ == "source" else GenreSollicitation.GROUPES

    @property
    def parametre(self) -> str:
        return f"{self.champ}={self.valeur}"


def voulue_de(source: str = "", groupes: str = "") -> Voulue | None:
    """The data set of this name, or the groups of data of these codes, separated by commas; None when no habilitation
    opens them."""
    if trouvee := source_demandee(source):
        return Voulue(trouvee.titre, groupes_de(trouvee), "source", source, trouvee.producteur.nom)
    codes = tuple(c for c in GROUPES if c in groupes.split(","))
    return Voulue(", ".join(GROUPES[c] for c in codes), codes, "groupes", ",".join(codes)) if codes else None


def voulue_par(sollicitation: Sollicitation) -> Voulue | None:
    """Data that a request names; None when it asks to enter the group, or when the data set no longer exists."""
    groupes = sollicitation.genre == GenreSollicitation.GROUPES
    return voulue_de(groupes=sollicitation.source) if groupes else voulue_de(sollicitation.source)


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


def initial(groupe: Groupe, voulue: Voulue) -> dict[str, Any]:
    """Initial form data of a request: the groups of data, the purposes that open them (those that the group already
    has first) with their articles of law, the group's territory."""
    en_vigueur = list(Dossier.objects.filter(groupe=groupe, etat=EtatDossier.VALIDE))
    siennes = [f for d in en_vigueur for f in d.finalites]
    ouvrent = [code for code, finalite in FINALITES.items() if finalite.groupes & set(voulue.groupes)]
    finalites = [f for f in dict.fromkeys(siennes) if f in ouvrent] or ouvrent[:1]
    return {
        "groupes_de_donnees": list(voulue.groupes),
        "finalites": finalites,
        "territoire": sorted({lieu for d in en_vigueur for lieu in d.territoire}),
        "droits": [str(Droit.CONSULTER)],
    }


def solliciter(compte: Compte, numero: int, source: str = "", groupes: str = "") -> Sollicitation:
    """Ask the managers of one's group. A second call returns the same one. Raises Introuvable, ParametreInvalide."""
    voulue = voulue_de(source, groupes)
    if voulue is None:
        raise Introuvable("Aucune habilitation n’ouvre ce jeu de données.")
    if len(voulue.valeur) > _LONGUEUR:
        raise ParametreInvalide("Demandez moins de données à la fois.")
    appartenance = (
        Appartenance.objects.select_related("groupe__organisation")
        .filter(compte=compte, groupe=numero, fin=None)
        .first()
    )
    if appartenance is None or not tient(liens_de(compte, appartenance)):
        raise Introuvable("Aucun groupe de ce numéro parmi les vôtres.")
    return _deposer(
        compte, appartenance.groupe, voulue.genre, voulue.valeur, "Un membre de votre groupe vous sollicite", adresse
    )


def demander_a_rejoindre(compte: Compte, numero: int) -> Sollicitation:
    """Ask the managers of a group of one's own administration to enter it. A second call returns the same one. Raises
    Introuvable, identical for a missing group and for one of another administration, ParametreInvalide, AccesRefuse (a
    mandate that excludes groups)."""
    groupe = next((g for g in rejoignables(compte) if g.pk == numero), None)
    if groupe is None:
        raise Introuvable("Aucun groupe de ce numéro dans votre administration.")
    cumuls.exiger_sans_mandat(compte)
    phrase = "Un agent de votre administration demande à rejoindre un groupe"
    return _deposer(compte, groupe, GenreSollicitation.ENTREE, "", phrase, page)


def rejoignables(compte: Compte) -> list[Groupe]:
    """Open groups of the account's own administration, with a manager, that it has not entered."""
    siret = administration_de(compte)
    if not siret:
        return []
    groupes = Groupe.objects.select_related("organisation").filter(
        organisation__numero__in=(siret, siret[:9]), organisation__fermee_le=None, ferme_le=None
    )
    geres = Appartenance.objects.filter(gestionnaire=True, fin=None, suspendue_le=None, compte__desactive_le=None)
    siens = Appartenance.objects.filter(compte=compte, fin=None)
    return list(groupes.filter(pk__in=geres.values("groupe")).exclude(pk__in=siens.values("groupe")))


def _deposer(
    compte: Compte,
    groupe: Groupe,
    genre: GenreSollicitation,
    source: str,
    phrase: str,
    ou: Callable[[Sollicitation], str],
) -> Sollicitation:
    gestionnaires = [a.compte for a in gestionnaires_de(groupe) if a.compte_id != compte.pk]
    if not gestionnaires:
        raise ParametreInvalide("Ce groupe n’a pas d’autre gestionnaire : écrivez à l’équipe de la fiche commune.")
    with ecriture():
        siennes = Sollicitation.objects.filter(par=compte.identifiant)
        if deja := siennes.filter(groupe=groupe, genre=genre, source=source).first():
            return deja
        recentes = siennes.filter(demandee_le__gt=timezone.now() - RECENTE)
        limites.exiger_place(
            "sollicitation",
            compte.identifiant,
            recentes,
            EN_ATTENTE_MAX,
            f"Vous avez déjà fait {EN_ATTENTE_MAX} demandes à vos gestionnaires : attendez leurs réponses.",
        )
        faite = Sollicitation.objects.create(groupe=groupe, genre=genre, source=source, par=compte.identifiant)
        noter(compte.identifiant, "sollicitation", f"groupe-{groupe.pk}", apres={"sollicitation": faite.pk})
        for gestionnaire in gestionnaires:
            courriels.annoncer(gestionnaire, f"{phrase} : demande n° {faite.pk}", ou(faite))
    return faite


def adresse(sollicitation: Sollicitation) -> str:
    """Address of the pre-filled form where a manager answers."""
    return f"{reverse('droits:demande', args=[sollicitation.groupe_id])}?sollicitation={sollicitation.pk}"


def page(sollicitation: Sollicitation) -> str:
    """Address where a manager adds the person who asks to enter."""
    return f"{reverse('droits:membres', args=[sollicitation.groupe_id])}?sollicitation={sollicitation.pk}"


def gestionnaires_de(groupe: Groupe) -> list[Appartenance]:
    tous = Appartenance.objects.select_related("compte").filter(groupe=groupe, gestionnaire=True, fin=None)
    return [a for a in tous.filter(suspendue_le=None).order_by("pk") if a.compte.actif]


def siennes(compte: Compte) -> list[tuple[Sollicitation, str]]:
    """[(what the account asked, what for)…], latest first."""
    return [(s, titre(s)) for s in Sollicitation.objects.select_related("groupe").filter(par=compte.identifiant)[:20]]


def en_attente(groupes: Iterable[int]) -> list[tuple[Sollicitation, str]]:
    """[(what members of these groups asked recently, what for)…], without those that a later request answers, or whose
    author has entered the group, or has left the administration."""
    groupes = list(groupes)
    recentes = Sollicitation.objects.select_related("groupe__organisation").filter(
        groupe__in=groupes, demandee_le__gt=timezone.now() - RECENTE
    )
    demandes = Dossier.objects.filter(groupe__in=groupes, etat__in=PREND_LA_SUITE)
    repondus = {(d.groupe_id, g) for d in demandes for g in d.groupes_de_donnees}
    attendent = []
    for sollicitation in recentes:
        voulue = voulue_par(sollicitation)
        if sollicitation.genre == GenreSollicitation.ENTREE:
            garder = candidat(sollicitation) is not None
        else:
            garder = voulue is not None and any((sollicitation.groupe_id, g) not in repondus for g in voulue.groupes)
        if garder:
            attendent.append((sollicitation, titre(sollicitation)))
    return attendent


def candidat(sollicitation: Sollicitation) -> Compte | None:
    """Account of the person who asks to enter the group; None once entered, or when he may no longer enter."""
    compte = compte_identifie(sollicitation.par) if sollicitation.genre == GenreSollicitation.ENTREE else None
    if compte is None or not designe(sollicitation.groupe.organisation.numero, administration_de(compte)):
        return None
    entre = Appartenance.objects.filter(compte=compte, groupe=sollicitation.groupe_id, fin=None)
    return None if entre.exists() else compte


def titre(sollicitation: Sollicitation) -> str:
    """Title of the data asked for; the name of a data set that no longer exists."""
    if sollicitation.genre == GenreSollicitation.ENTREE:
        return "entrer dans le groupe"
    voulue = voulue_par(sollicitation)
    return voulue.titre if voulue else sollicitation.source
