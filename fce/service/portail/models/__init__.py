"""Tables of the portal, one module per subject."""

from fce.service.portail.models.assistance import (
    AbonnementNouvelles,
    DemandeAssistance,
    Nouveaute,
    PointFeuilleDeRoute,
    VersionDeTexte,
    VolontaireRecherche,
)
from fce.service.portail.models.pages import (
    TEXTE_MAX,
    Bandeau,
    FicheRecente,
    RetourUtilisateur,
    Signalement,
    TexteDePage,
)
from fce.service.portail.models.raccordements import EtapeRaccordement, Raccordement
