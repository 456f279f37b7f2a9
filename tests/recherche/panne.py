"""What the service says when its index fails: pages, readiness, diagnosis."""

import html
from typing import Final

from django.test import Client

from fce.exploitation import diagnostic
from fce.recherche.engines import PAS_D_INDEX
from tests.donnees.entreprises import fabrique as f

SIREN: Final = f.siren_no(1)
PAGES: Final = (
    "/recherche?q=alpha", "/recherche?departement=59&vue=etablissements", "/recherche/suggestions?q=alpha",
    "/recherche/export.csv?q=alpha", "/recherche/export.xlsx?q=alpha", "/api/v1/recherche?q=alpha",
)  # fmt: skip


def exiger_que_tout_le_dise(client: Client, phrase: str) -> None:
    """Every page says the failure, readiness and the diagnosis name it, and exact numbers still lead somewhere."""
    for adresse in PAGES:
        reponse = Client().get(adresse)  # no cookie of the page before
        assert reponse.status_code == 503, adresse
        probleme = reponse.headers["Content-Type"].startswith("application/problem+json")
        dit = reponse.json()["erreur"]["message"] if probleme else html.unescape(reponse.content.decode())
        assert phrase.split(" : ")[0] in dit, adresse
    pret = client.get("/readyz")
    index = "absent" if phrase == PAS_D_INDEX else "illisible"
    assert (pret.status_code, pret.json()) == (503, {"etat": "degrade", "index": index, "cause": phrase})
    assert client.get("/healthz").status_code == 200
    (constat,) = [c for c in diagnostic.constats() if c.point == "Index de recherche"]
    assert (constat.bon, constat.phrase) == (False, phrase)
    # What « degrade » promises.
    assert Client().get(f"/recherche?q={SIREN}").headers["Location"] == f"/entreprise/{SIREN}"
    assert client.get(f"/entreprise/{SIREN}").status_code == 200
