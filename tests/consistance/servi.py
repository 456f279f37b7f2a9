"""The served demonstration, read over HTTP by its six readers. Nothing of the product is imported."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape

import httpx

from tests.consistance.territoire import NATIONAL, Territoire

NORD = Territoire("Nord (59)", frozenset({"59"}))
HAUTS_DE_FRANCE = Territoire("Hauts-de-France", frozenset({"02", "59", "60", "62", "80"}))
PAGES = ("", "/tout", "/historique", "/controles")
"""What every reader opens of a company; who is signed in also opens the note."""


@dataclass(frozen=True)
class Lecteur:
    """A reader. ``personnage``: whom he plays, "" for the public; ``finalite``: he opens what is under a secret."""

    nom: str
    personnage: str = ""
    territoire: Territoire = NATIONAL
    finalite: bool = False

    @property
    def national(self) -> bool:
        return not self.territoire.departements


LECTEURS = (
    Lecteur("public"),
    Lecteur("inspectrice", "inspectrice-59", NORD),
    Lecteur("dreets", "dreets-3e", HAUTS_DE_FRANCE),
    Lecteur("dgfip", "dgfip", finalite=True),
    Lecteur("douane", "douane", finalite=True),
    Lecteur("sans-habilitation", "sans-habilitation"),
)


class Guichet:
    """A browser without scripts: one reader, signed in as he would, on a served demonstration."""

    def __init__(self, racine: str, lecteur: Lecteur) -> None:
        self.lecteur, self.racine = lecteur, racine
        self.http = httpx.Client(base_url=racine, follow_redirects=True, timeout=120)

    def ouvrir(self, temoin: str) -> None:
        """Sign in, and confirm the purpose on the sheet of ``temoin`` when the reader has secrets to read."""
        if not self.lecteur.personnage:
            return
        page = self.lire("/connexion")
        action = re.search(rf'action="([^"]+)">(?:(?!</form>).)*?value="{self.lecteur.personnage}"', page, re.S)
        assert action, f"{self.lecteur.personnage} ne se joue pas ici"
        self._envoyer(action[1], page, personnage=self.lecteur.personnage, suite="/")
        if self.lecteur.finalite:
            page = self.lire(f"/entreprise/{temoin}")
            finalite = re.search(r'<option value="([^"]+)" selected', page)
            assert finalite, "aucune finalité n'est proposée"
            self._envoyer("/finalite", page, finalite=finalite[1], suite=f"/entreprise/{temoin}")

    def lire(self, adresse: str) -> str:
        """A page. Fails when it does not answer 200."""
        reponse = self.http.get(adresse)
        assert reponse.status_code == 200, f"{self.lecteur.nom}, {adresse} : {reponse.status_code}"
        return reponse.text

    def entreprise(self, siren: str) -> dict[str, str]:
        """{end of the address: page} of a company."""
        pages = (*PAGES, *(["/note"] if self.lecteur.personnage else []))
        lues = {page: self.lire(f"/entreprise/{siren}{page}") for page in pages}
        # The tab shows the latest contacts; its dated list has them all, by pages.
        lues["/controles"] += "".join(self._contacts(f"/entreprise/{siren}/controles?vue=tout"))
        return lues

    def _contacts(self, adresse: str) -> Iterator[str]:
        premiere = self.lire(adresse)
        yield premiere
        numeros = [int(n) for n in re.findall(r"vue=tout&amp;page=(\d+)#contacts", premiere)]
        yield from (self.lire(f"{adresse}&page={n}") for n in range(2, max(numeros, default=1) + 1))

    def _envoyer(self, action: str, page: str, **champs: str) -> None:
        jeton = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert jeton
        reponse = self.http.post(
            action, data={"csrfmiddlewaretoken": jeton[1], **champs}, headers={"Origin": self.racine}
        )
        assert reponse.status_code == 200, f"{action} : {reponse.status_code}"


@contextmanager
def guichets(racine: str, temoin: str, lecteurs: Sequence[Lecteur] = LECTEURS) -> Iterator[list[Guichet]]:
    """Every reader, signed in."""
    with ExitStack() as ouverts:
        tous = [Guichet(racine, lecteur) for lecteur in lecteurs]
        for guichet in tous:
            ouverts.enter_context(guichet.http)
            guichet.ouvrir(temoin)
        yield tous


@dataclass(frozen=True)
class JeuPublie:
    """A line of the catalogue: title, business date as written ("" when unknown)."""

    titre: str
    au: str


def catalogue(guichet: Guichet) -> dict[str, JeuPublie]:
    """{source: what the catalogue says of it}."""
    entieres = re.finditer(
        r'href="/sources/(?P<nom>[a-z0-9-]+)"><strong>(?P<titre>.*?)</strong>(?P<reste>.*?)</tr>',
        guichet.lire("/sources"),
        re.S,
    )
    lus = {}
    for trouve in entieres:
        au = re.search(r'data-libelle="Au"[^>]*>\s*(\d\d/\d\d/\d{4})', trouve["reste"])
        lus[trouve["nom"]] = JeuPublie(unescape(trouve["titre"]), au[1] if au else "")
    return lus
