"""Sheets as they are read, whatever their unit."""

import re
from html import unescape
from typing import Any

from django.test import Client
from django.utils.html import strip_tags

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import selectors as fiches
from fce.fiche.formes.contenu import Bloc, Redirection
from fce.fiche.unite.unite_visee import Unite
from tests.service.portail.pages import verifier


def fiche_de(numero: str, lecteur: LecteurDeDonnees | None = None, **quoi: Any) -> Any:
    """The sheet of a company or of an establishment, by its number."""
    fiche_du_genre: Any = fiches.fiche_entreprise if Unite(numero).entreprise else fiches.fiche_etablissement
    fiche = fiche_du_genre(numero, lecteur=lecteur, **quoi)
    assert not isinstance(fiche, Redirection)
    return fiche


def bloc(fiche: Any, cle: str) -> Bloc:
    """The block of a sheet that has this key."""
    return next(b for r in fiche.rubriques for b in r.blocs if b.cle == cle)


def texte(client: Client, adresse: str) -> str:
    """What a page says, a space in place of each tag."""
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", reponse.content.decode())).split())


def texte_du_corps(client: Client, adresse: str) -> str:
    """What the body of a valid page says, without a space where a tag was."""
    html = client.get(adresse).content.decode()
    verifier(html)
    return " ".join(strip_tags(html.partition("<main")[2]).split())


def entetes(html: str) -> list[str]:
    """The titles of the columns of the tables of a page."""
    return [unescape(strip_tags(x)) for x in re.findall(r'<th scope="col".*?</th>', html)]
