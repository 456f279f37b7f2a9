"""What an assistant is told in the demonstration, against the pages that the same person reads.

``python -m tests.api.assistant.rendues faits|questions`` in the environment of a data folder: it prints, in JSON, what
was compared and the faults found; what it writes is undone.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from typing import Any, Final

ENTREPRISES: Final = 40
TERRITOIRES: Final = ("59", "62", "75")
PERSONNES: Final = (
    "anonyme", "agent-simple", "inspection-59", "inspection-75", "dreets", "ddets", "formation", "ccrf", "dgfip",
    "douane", "expire", "revoque",
)  # fmt: skip


def faits() -> dict[str, Any]:
    """Twelve people ask eight tools about forty companies: each text of a fact is on a page that they read."""
    from django.test import Client

    from fce.api.assistant.outils import outils
    from fce.droits.comptes.models import Compte
    from tests.acces.acteurs import ACTEURS
    from tests.api.assistant.conftest import appeler
    from tests.droits.comptes import fabrique as c

    _ouvrir()
    onglets = outils()["onglet"]["inputSchema"]["properties"]["onglet"]["enum"]
    sirens, fautes, compte_des_faits, appels = _sirens(), list[str](), Counter[str](), 0
    for nom in PERSONNES:
        joue = ACTEURS[nom]()
        compte = Compte.objects.filter(pk=int(joue.acteur.identifiant[1:] or 0)).first() if nom != "anonyme" else None
        # An assistant reads without a second factor: so is the page that it is compared with.
        client = c.client_de(compte, mfa=False) if compte else Client()
        _porter(compte)
        lire = _pages_de(client, joue.client)
        for rang, siren in enumerate(sirens):
            onglet = onglets[rang % len(onglets)]
            for outil, arguments, adresses in _appels(siren, onglet, TERRITOIRES[rang % len(TERRITOIRES)]):
                jeton = "jeton" if compte else ""
                if outil == "territoire" and compte is None:
                    continue
                dit, appels = appeler(outil, jeton=jeton, **arguments), appels + 1
                if dit.get("isError"):
                    fautes.append(f"{nom} {outil} {siren} : {dit['content'][0]['text']}")
                    continue
                page = "".join(lire(a) for a in adresses)
                for fait in _faits(dit):
                    compte_des_faits[outil] += 1
                    lieu = fait["Établissement"] if outil == "territoire" else ""
                    du_lieu = lire(f"/etablissement/{lieu}/dirigeants") if lieu else ""
                    fautes += [
                        f"{nom} {outil} {arguments} {libelle} : {texte}"
                        for libelle, texte in fait.items()
                        if _nu(texte).removesuffix("…") not in page + du_lieu
                    ]
    return {"faits": compte_des_faits, "appels": appels, "fautes": fautes}


def questions() -> dict[str, Any]:
    """Written questions, each answered by its chain of calls."""
    from tests.api.assistant.conftest import appeler
    from tests.api.assistant.questions import QUESTIONS

    _ouvrir()
    fautes, appels, octets = list[str](), Counter[int](), 0
    for question in QUESTIONS:
        siren, dit = "", dict[str, Any]()
        for outil, arguments in question.appels:
            dit = appeler(outil, jeton="", **{n: siren if v == "{siren}" else v for n, v in arguments.items()})
            octets = max(octets, len(json.dumps(dit, ensure_ascii=False, separators=(",", ":")).encode()))
            siren = next((f["SIREN"] for f in _faits(dit) if "SIREN" in f), "") if not dit.get("isError") else ""
        appels[len(question.appels)] += 1
        texte = dit["content"][0]["text"]
        if dit.get("isError") or not re.search(question.reponse, texte):
            fautes.append(f"{question.texte} {texte[:300]}")
    return {"questions": len(QUESTIONS), "appels": appels, "octets": octets, "fautes": fautes}


def _appels(siren: str, onglet: str, code: str) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    """(tool, arguments, addresses of the pages that say the same)."""
    fiche = f"/entreprise/{siren}"
    yield "chercher", {"q": siren, "etat": "tous"}, [f"{fiche}/tout"]
    yield "fiche", {"numero": siren}, [fiche, f"{fiche}/tout"]
    yield "onglet", {"numero": siren, "onglet": onglet}, [f"{fiche}/{onglet}", f"{fiche}/tout"]
    yield "historique", {"numero": siren}, [f"{fiche}/tout", f"{fiche}/chronologie"]
    yield "territoire", {"genre": "departement", "code": code}, [f"/territoire/departement/{code}/etablissements"]
    yield "groupe", {"numero": siren}, [f"{fiche}/dirigeants"]
    yield "contradictions", {"numero": siren}, [f"{fiche}/tout"]
    yield "sources", {}, ["/sources"]


def _sirens() -> list[str]:
    from fce.demo import personnages
    from fce.donnees.entreprises.requetes import UL
    from tests.sql import valeurs

    connus = sorted(x.siren for x in vars(personnages).values() if isinstance(x, personnages.Personnage))
    return [*dict.fromkeys([*connus, *valeurs(f"SELECT siren FROM {UL} ORDER BY siren")])][:ENTREPRISES]


def _ouvrir() -> None:
    from django.conf import settings
    from django.test import Client

    from tests.api.assistant import conftest

    settings.FCE_MCP = conftest.OUVERT
    # One client for all the calls: each one that is made loads every middleware.
    client = Client()
    conftest.Client = lambda: client  # type: ignore[misc,assignment]


def _porter(compte: Any) -> None:
    """Any token is this account's."""
    import time

    from fce.api.assistant import vues
    from fce.droits.comptes.oidc.introspection import Porteur
    from tests.api.assistant.conftest import CLIENT

    if compte:
        dit = Porteur(compte.iss, compte.sub, CLIENT, time.time() + 3600)
        vues.porteur_de = lambda _: dit  # type: ignore[assignment]


def _pages_de(client: Any, avec_second_facteur: Any) -> Callable[[str], str]:
    @cache
    def lire(adresse: str) -> str:
        reponse = client.get(adresse)
        if reponse.status_code == 301:
            reponse = client.get(reponse["Location"])
        if reponse.status_code == 302:
            # A page of lists asks for the second factor.
            reponse = avec_second_facteur.get(adresse)
        assert reponse.status_code == 200, (adresse, reponse.status_code)
        return _nu(unescape(re.sub(r"<[^>]*>", "", reponse.content.decode())))

    return lire


def _nu(texte: str) -> str:
    """Letters, digits and signs of quantities alone: neither the spaces nor the commas that lay a page out."""
    return re.sub(r"[^\w…%€]|_", "", texte).casefold()


def _faits(dit: dict[str, Any]) -> Iterator[dict[str, str]]:
    for bloc in dit["structuredContent"]["blocs"]:
        yield from bloc.get("textes_du_registre", ())


if __name__ == "__main__":
    from tests.rendues import rendre

    sys.stdout.write(json.dumps(rendre({"faits": faits, "questions": questions}[sys.argv[1]])))
