"""Reads of the screens: who may see, write and sign a declaration, and what its last page says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.db.models import F

from fce.donnees.declarations import forme
from fce.donnees.declarations.models import DeclarationDeSource, SignatureDeDeclaration
from fce.donnees.declarations.selectors import differences, manquantes, ouvertes_de
from fce.donnees.declarations.services import SIGNATAIRES
from fce.droits.comptes.erreurs import AccesRefuse
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte
from fce.droits.comptes.selectors import mandats_de
from fce.service.portail.declarer.formulaires import NATURES_DITES
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.sources.champs import Champ
from fce.sources.declaration import Source
from fce.sources.rubriques import TITRES

ETAPES: Final = {
    "fichier": "Fichier", "colonnes": "Colonnes", "lecteurs": "Qui lit", "presentation": "Comment c’est dit",
    "signatures": "Signatures",
}  # fmt: skip


class Verdict(NamedTuple):
    """What a signer reads. ``erreur``: why the declaration cannot be signed yet, "" when it can; ``ouvertes``: columns
    that seem to speak of people and are opened; ``comme``: mandate under which this reader may sign, "" for none."""

    source: Source | None
    erreur: str
    rubrique: str = ""
    differences: Sequence[str] = ()
    ouvertes: Sequence[str] = ()
    manquantes: Sequence[str] = ()
    signatures: Sequence[SignatureDeDeclaration] = ()
    comme: str = ""

    @property
    def colonnes(self) -> list[tuple[Champ, str]]:
        """[(field, what it speaks of, in French)]."""
        champs = self.source.champs.values() if self.source else ()
        return [(champ, NATURES_DITES.get(champ.masque, champ.masque)) for champ in champs]


def declarations(compte: Compte) -> list[DeclarationDeSource]:
    """The version of each declaration that matters now, among those that the account may see, by name."""
    par_nom: dict[str, DeclarationDeSource] = {}
    for ecrite in DeclarationDeSource.objects.order_by("nom", F("retiree_le").desc(nulls_first=True), "-version")[
        :2000
    ]:
        par_nom.setdefault(ecrite.nom, ecrite)
    return [d for d in par_nom.values() if ecrit(compte, d) or _relit(compte)]


def declaration(compte: Compte, nom: str, *, pour_ecrire: bool = False) -> DeclarationDeSource:
    """Raises Introuvable, also for someone else's; AccesRefuse when the account may only read it."""
    ecrite = next((d for d in declarations(compte) if d.nom == nom), None)
    if ecrite is None:
        raise Introuvable("Aucune déclaration de ce nom parmi les vôtres.")
    if pour_ecrire and not ecrit(compte, ecrite):
        raise AccesRefuse("Vous pouvez lire et signer cette déclaration, pas l’écrire.")
    return ecrite


def ecrit(compte: Compte, ecrite: DeclarationDeSource) -> bool:
    """Its author, the data officers of its producer, and the team."""
    mandats = mandats_de(compte)
    producteur = ecrite.contenu.get("fce", {}).get("producteur", {}).get("code", "")
    return ecrite.auteur_id == compte.pk or Mandats.EQUIPE in mandats or producteur in mandats.get(Mandats.DEPOT, ())


def _relit(compte: Compte) -> bool:
    return any(mandat in mandats_de(compte) for mandat in SIGNATAIRES)


def verdict(compte: Compte, ecrite: DeclarationDeSource) -> Verdict:
    try:
        source = forme.construire(ecrite.contenu)
    except ParametreInvalide as erreur:
        return Verdict(None, erreur.message)
    manquent = manquantes(ecrite, source)
    signatures = list(ecrite.signatures.select_related("par"))
    a_signe = any(s.par_id == compte.pk for s in signatures)
    comme = next((m for m in manquent if m in mandats_de(compte) and not a_signe and ecrite.ouverte), "")
    return Verdict(
        source, "", TITRES.get(source.rubrique, ""), differences(ecrite) if ecrite.ouverte else [], ouvertes_de(ecrite),
        [Mandats(m).label for m in manquent], signatures, comme,
    )  # fmt: skip


def etapes(ecrite: DeclarationDeSource, courante: str) -> list[dict[str, Any]]:
    """The five steps; those already reached are links."""
    return [
        {"cle": cle, "titre": titre, "courante": cle == courante, "faite": rang <= ecrite.etape}
        for rang, (cle, titre) in enumerate(ETAPES.items(), 1)
    ]
