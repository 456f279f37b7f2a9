"""Tables of the exchanges. People are opaque identifiers. A service is a group, and owns what it wrote."""

from fce.echanges.models.annuaire import Absence, EntreeAnnuaire
from fce.echanges.models.calendriers import AdresseCalendrier
from fce.echanges.models.demandes import Demande, EvenementSaisine, MessageDemande, Saisine
from fce.echanges.models.envois import FicheEnvoyee
from fce.echanges.models.interactions import Interaction, LieuInteraction, VersionInteraction
from fce.echanges.models.operations import Cible, ConstatOperation, NoteOperation, OperationConjointe, Participation
from fce.echanges.models.pieces import PieceJointe
from fce.echanges.models.suivis import AlerteSuivi, RythmeAlertes, Suivi, UniteSuivie
from fce.echanges.models.visites import (
    CourrielDeVisite,
    EvenementVisite,
    LieuVisite,
    RendezVous,
    ReponseCroisement,
    VisiteAnnoncee,
    VisiteCommune,
)
