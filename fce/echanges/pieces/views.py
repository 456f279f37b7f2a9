"""Download of an attachment, never displayed by the browser as a page of ours."""

from __future__ import annotations

import uuid
from contextlib import suppress

from django.http import FileResponse

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.demandes.selectors import lire_piece as lire_piece_de_demande
from fce.echanges.interactions.selectors import lire_piece
from fce.echanges.models import PieceJointe
from fce.echanges.operations.pieces import lire_piece as lire_piece_d_operation
from fce.echanges.pieces import depot
from fce.socle.erreurs import Introuvable
from fce.socle.web.routes import Qui, Voie, acces


@acces(Qui.AGENT, voie=Voie.FICHIER)
def piece(request: RequeteConnectee, cle: uuid.UUID) -> FileResponse:
    """One attachment; rights are checked and the reading journalled at each download."""
    trouvee = _lisible(lecteur_de(request), cle)
    reponse = FileResponse(
        depot.ouvrir(trouvee.cle), as_attachment=True, filename=trouvee.nom, content_type=trouvee.type_reel
    )
    reponse["Content-Length"] = str(trouvee.octets)
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    reponse["X-Content-Type-Options"] = "nosniff"
    return reponse


def _lisible(lecteur: LecteurDeDonnees, cle: uuid.UUID) -> PieceJointe:
    """An attachment of a contact, of an operation or of a question; otherwise the same Introuvable."""
    for piece_de in (lire_piece, lire_piece_d_operation):
        with suppress(Introuvable):
            return piece_de(lecteur, cle)
    return lire_piece_de_demande(lecteur, cle)
