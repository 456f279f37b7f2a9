"""The sheets of companies as an agent who may read everything sees them: each line of words that comes, ``SIREN…``, is
answered by a line of JSON, {number: HTML}, until the input closes.

With ``--groupe``, the tab of the officers and the file of the group instead: {"SIREN": HTML, "SIREN/groupe": text}.
With ``--csv``, also the files that each bloc exports: {"SIREN/source": text}; with ``--fichiers``, the first tab of the
workbook and what the API says of the sources, as JSON: {"SIREN/classeur": rows, "SIREN/api": sources}. With
``--territoire=59,62``, as an agent of these départements.

Apart from the tests, which import nothing of the product: the rights of agents open with the sign-in, which the served
site does not have; here the reader of the page is given all of them, and nothing else changes.
"""

import json
import os
import re
import sys
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fce.config.settings")
os.environ.setdefault("FCE_ROLE", "tache")


def main() -> None:
    """Answer each line; raises when a page does not answer 200."""
    import django

    django.setup()

    from django.conf import settings
    from django.test import Client

    from fce.socle.postgres.grappe import Cluster

    settings.ALLOWED_HOSTS = ["testserver"]
    # Thirty sheets and all their files are more than an agent may read in ten minutes.
    settings.FCE_VOLUMES = "1000000/600"
    with Cluster(settings.FCE_DATA_DIR).en_marche():
        client = Client()
        for demande in sys.stdin:
            mots = demande.split()
            ou = next((m.partition("=")[2] for m in mots if m.startswith("--territoire=")), "FR")
            _lire_comme(frozenset(ou.split(",")))
            numeros = [m for m in mots if not m.startswith("--")]
            if "--groupe" in mots:
                lues = _groupes(client, numeros)
            else:
                lues = _pages(client, numeros, exports="--csv" in mots, fichiers="--fichiers" in mots)
            sys.stdout.write(json.dumps(lues) + "\n")
            sys.stdout.flush()


def _lire_comme(territoire: frozenset[str]) -> None:
    """Whoever reads without saying who he is, is an agent who may read everything there."""
    from django.utils import timezone

    from fce.droits.habilitations.acteurs import Acteur, GenreActeur, Habilitation
    from fce.droits.habilitations.finalites import FINALITES, GROUPES, Droit
    from fce.droits.habilitations.lecteur import LecteurDeDonnees
    from fce.sources import registre

    aujourd_hui = timezone.localdate()
    acces = [s.acces for s in registre.toutes()] + [c.acces for s in registre.toutes() for c in s.champs.values()]
    organisation = "00000138800016"
    tout = Habilitation(
        organisation=organisation,
        groupes=frozenset(a.groupe for a in acces if a and a.groupe),
        # One that opens every group: no real one does.
        finalites=(replace(FINALITES["controle-travail"], groupes=frozenset(GROUPES)),),
        territoire=territoire,
        droits=frozenset(Droit),
        debut=aujourd_hui - timedelta(days=1),
        fin=aujourd_hui + timedelta(days=1),
        approbateur="a",
        demandeur="b",
    )
    agent = Acteur(
        genre=GenreActeur.AGENT,
        identifiant="agent",
        siret_administration=organisation,
        habilitations=(tout,),
        mfa=True,
    )
    initial = LecteurDeDonnees.__init__
    initial.__defaults__ = (agent, Droit.CONSULTER, "controle-travail", *(initial.__defaults__ or ())[3:])


def _pages(client: Any, numeros: list[str], *, exports: bool, fichiers: bool) -> dict[str, str]:
    """{number: HTML of its sheet} for SIREN and SIRET, and what they export."""
    pages = {}
    for numero in numeros:
        reponse = client.get(f"/{'entreprise' if len(numero) == 9 else 'etablissement'}/{numero}/tout")
        if reponse.status_code != 200:
            raise SystemExit(f"{numero} : {reponse.status_code}")
        pages[numero] = _completer(client, reponse.content.decode())
        if exports:
            for nom in sorted(set(re.findall(r'href="[^"]+/([a-z0-9-]+)\.csv"', pages[numero]))):
                lignes = client.get(f"/entreprise/{numero}/{nom}.csv")
                if lignes.status_code != 200:
                    raise SystemExit(f"{numero}/{nom}.csv : {lignes.status_code}")
                pages[f"{numero}/{nom}"] = b"".join(lignes).decode("utf-8-sig")
        if fichiers:
            pages |= {f"{numero}/{nom}": texte for nom, texte in _fichiers(client, numero).items()}
    return pages


def _groupes(client: Any, numeros: list[str]) -> dict[str, str]:
    pages = {}
    for numero in numeros:
        page, fichier = client.get(f"/entreprise/{numero}/dirigeants"), client.get(f"/entreprise/{numero}/groupe.csv")
        if page.status_code == fichier.status_code == 200:
            pages[numero] = page.content.decode()
            pages[f"{numero}/groupe"] = b"".join(fichier).decode("utf-8-sig")
    return pages


def _completer(client: Any, page: str) -> str:
    """The page with what it asks for once shown, added up after it, in its place."""

    def lire(place: re.Match[str]) -> str:
        adresse, cible = place[1], place[2]
        reponse = client.get(adresse, headers={"hx-request": "true", "hx-target": cible})
        if reponse.status_code != 200:
            raise SystemExit(f"{adresse} : {reponse.status_code}")
        fragment: str = reponse.content.decode()
        return fragment

    return re.sub(
        r'<div class="fce-direct [^>]*hx-get="([^"]+)" hx-trigger="intersect once" hx-target="#([^"]+)"[^>]*>'
        r"\s*<div .*?</div>\s*</div>",
        lire,
        page,
        flags=re.DOTALL,
    )


def _fichiers(client: Any, numero: str) -> dict[str, str]:
    """The first tab of the workbook and the sources of the API, as JSON."""
    import openpyxl

    octets = b"".join(client.get(f"/entreprise/{numero}/export.xlsx"))
    onglet = openpyxl.load_workbook(BytesIO(octets), read_only=True)["Sources"]
    api = client.get(f"/api/v1/entreprises/{numero}").json()
    return {
        "classeur": json.dumps([list(ligne) for ligne in onglet.values], default=str),
        "api": json.dumps([source for rubrique in api["rubriques"] for source in rubrique["sources"]]),
    }


if __name__ == "__main__":
    main()
