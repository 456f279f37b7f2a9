"""The whole group of a company as a file, under the rights of its sheet."""

from collections.abc import Sequence

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

from fce.droits.habilitations.finalites import Droit
from fce.fiche.groupe.page import annee_de
from fce.fiche.groupe.selectors import lire_en_entier
from fce.fiche.groupe.table import ENTETES, lignes, rangee
from fce.fiche.page.exports import ouvrir
from fce.fiche.views import lecteur_de_la_page, unite_de
from fce.socle.web.exports import XLSX, Cellule, Feuille, lignes_csv, telecharger_csv
from fce.socle.web.routes import Qui, Surface, Voie, acces


@acces(Qui.TOUS, voie=Voie.FICHIER, surface=Surface.CSV)
def csv(request: HttpRequest, numero: str) -> HttpResponseBase:
    siren, rangees = _rangees(request, numero)
    return telecharger_csv(f"fce-{siren}-groupe.csv", lignes_csv(ENTETES, rangees))


@acces(Qui.TOUS, voie=Voie.FICHIER, surface=Surface.XLSX)
def xlsx(request: HttpRequest, numero: str) -> HttpResponseBase:
    siren, rangees = _rangees(request, numero)
    contenu = ouvrir([Feuille("Groupe", ENTETES, rangees, (8, 40, 12, 60))])
    return FileResponse(contenu, as_attachment=True, filename=f"fce-{siren}-groupe.xlsx", content_type=XLSX)


def _rangees(request: HttpRequest, numero: str) -> tuple[str, list[Sequence[Cellule]]]:
    lecteur = lecteur_de_la_page(request, Droit.EXPORTER)
    groupe = lire_en_entier(unite_de(numero).siren, lecteur, annee_de(request.GET))
    return groupe.siren, [rangee(x) for x in lignes(groupe)]
