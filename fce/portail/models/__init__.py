"""Tables of the portal, one module per subject."""

from fce.portail.models.assistance import (
    AbonnementNouvelles,
    DemandeAssistance,
    Nouveaute,
    PointFeuilleDeRoute,
    VersionDeTexte,
    VolontaireRecherche,
)
from fce.portail.models.pages import (
    TEXTE_MAX,
    Bandeau,
    FicheRecente,
    RetourUtilisateur,
    Signalement,
    TexteDePage,
)
from fce.portail.models.raccordements import EtapeRaccordement, Raccordement
