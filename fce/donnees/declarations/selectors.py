"""What the screens show of a declaration: missing signatures, differences from the version in force."""

from __future__ import annotations

from collections import Counter

from fce.donnees.declarations import forme
from fce.donnees.declarations.exploration import Exploration, depuis_json
from fce.donnees.declarations.models import DeclarationDeSource
from fce.donnees.declarations.proposition import ouvertes
from fce.droits.comptes.mandats import Mandats
from fce.sources import registre
from fce.sources.acces import Acces
from fce.sources.champs import Nature
from fce.sources.declaration import Source


def manquantes(declaration: DeclarationDeSource, source: Source) -> list[str]:
    """Qualities (mandates) whose signature is missing: twice the team, and the DPO when something is C2 or C3, or when
    a column that seems to speak of people is opened."""
    reserve = any(a.classe in ("C2", "C3") for a in (source.acces, *source.acces_propres.values()))
    reserve = reserve or bool(ouvertes_de(declaration))
    attendues = Counter({Mandats.EQUIPE.value: 2, Mandats.DPO.value: int(reserve)})
    return list((attendues - Counter(declaration.signatures.values_list("qualite", flat=True))).elements())


def exploration_de(declaration: DeclarationDeSource) -> Exploration | None:
    return depuis_json(declaration.exploration) if declaration.exploration else None


def ouvertes_de(declaration: DeclarationDeSource) -> list[str]:
    vue = exploration_de(declaration)
    return ouvertes(declaration.contenu, vue) if vue else []


def differences(declaration: DeclarationDeSource) -> list[str]:
    """French sentences: what this version loses or opens beside the one in force; none for the first."""
    avant = registre.par_nom().get(declaration.nom)
    return comparer(avant, forme.construire(declaration.contenu)) if avant else []


def comparer(avant: Source, apres: Source) -> list[str]:
    """French sentences: columns lost, new or changed, rights widened, another key."""
    perdues = [
        f"La colonne « {c.libelle} » n’est plus gardée." for a, c in avant.champs.items() if a not in apres.champs
    ]
    dites = [*perdues, *(["La clé change."] if avant.cle != apres.cle else [])]
    for attribut, champ in apres.champs.items():
        if (ancien := avant.champs.get(attribut)) is None:
            dites.append(f"La colonne « {champ.libelle} » est nouvelle.")
            continue
        if type(ancien) is not type(champ):
            dites.append(f"La colonne « {champ.libelle} » change de type.")
        if elargit(ancien.acces or avant.acces, champ.acces or apres.acces):
            dites.append(f"La colonne « {champ.libelle} » s’ouvre à d’autres lecteurs.")
        if ancien.masque is not champ.masque and champ.masque is not Nature.LIBRE:
            dites.append(f"La colonne « {champ.libelle} » ne se masque plus de la même façon.")
    return dites


def elargit(avant: Acces, apres: Acces) -> bool:
    """Whether ``apres`` may let in a reader whom ``avant`` kept out: anything but a strictly tighter class, or the same
    access with fewer purposes."""
    if avant.classe != apres.classe:
        return apres.classe < avant.classe or avant.classe in ("C2", "C3")
    if avant.groupe != apres.groupe:
        return True
    permises, demandees = getattr(avant, "finalites", None), getattr(apres, "finalites", None)
    sous = getattr(avant, "sous_habilitation", False) and not getattr(apres, "sous_habilitation", False)
    return sous or (permises is not None and (demandees is None or not set(demandees) <= set(permises)))
