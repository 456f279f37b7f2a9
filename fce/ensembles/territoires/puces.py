"""The chips above the exceptions of a territory: each says what it chooses, and holds its choices as links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, cast

from django import forms
from django.http import QueryDict

from fce.ensembles.territoires.exceptions import MOTIFS, PERIODE, PERIODES_D_EXCEPTIONS, TOUT
from fce.ensembles.territoires.formulaires import FormulaireDeTerritoire
from fce.ensembles.territoires.lignes import PageDExceptions
from fce.referentiels import territoires
from fce.socle.web.pages import parametres_sans

DITES: Final = ("naf", "commune")
"""Filters of the search that a chip says."""


class PuceDeFiltre(NamedTuple):
    """``titre``: what it chooses now; ``agit``: whether it keeps lines out; ``choix``: [(text, address, chosen)]."""

    titre: str
    agit: bool
    choix: Sequence[tuple[str, str, bool]]


def puces(params: QueryDict, formulaire: FormulaireDeTerritoire, vue: PageDExceptions) -> list[PuceDeFiltre]:
    """Period (of facts that have a day), commune, activity, head-count, seen or not: what this reader may choose."""
    communes = [("", "Toutes les communes"), *_communes(params, vue).items()]
    choix = {"depuis": [*PERIODES_D_EXCEPTIONS.items()], "commune": communes}
    for nom, tous in (("naf", "Toutes activités"), ("au_moins", "Tous effectifs"), ("controle", "Vu ou non")):
        if champ := formulaire.fields.get(nom):
            autres = list(cast(Iterable[tuple[str, str]], cast(forms.ChoiceField, champ).choices))[1:]
            if nom == "controle":
                autres = [(valeur, f"{champ.label} : {titre.lower()}") for valeur, titre in autres]
            choix[nom] = [("", tous), *autres]
    if vue.code in MOTIFS and not MOTIFS[vue.code].dates:
        del choix["depuis"]
    return [_puce(params, nom, siens, PERIODE if nom == "depuis" else "") for nom, siens in choix.items()]


def _communes(params: QueryDict, vue: PageDExceptions) -> dict[str, str]:
    """{code: name} of the communes of the lines shown, and of the one chosen."""
    choisie = territoires.commune(params.get("commune", ""))
    ici = {ligne.commune for ligne in (*vue.lignes, *vue.jamais) if ligne.commune[0]}
    return dict(sorted({*ici, *([(choisie.code, choisie.nom)] if choisie else [])}, key=lambda c: c[1]))


def _puce(params: QueryDict, nom: str, choix: Sequence[tuple[str, str]], defaut: str) -> PuceDeFiltre:
    pose = params.get(nom, "") or defaut
    titre = next((texte for valeur, texte in choix if valeur == pose), choix[0][1])
    liens = []
    for valeur, texte in choix:
        autres = parametres_sans(params, nom, "page", "fait", "choisir")
        if valeur:
            autres[nom] = valeur
        liens.append((texte, f"?{autres.urlencode()}", valeur == pose))
    return PuceDeFiltre(titre, (nom == "depuis" and pose != TOUT) or pose not in ("", defaut), liens)
