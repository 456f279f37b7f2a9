"""Thirty invented files and what is expected of each, written before the detector and without looking at it."""

from tests.donnees.declarations.fichiers.hostiles import HOSTILES
from tests.donnees.declarations.fichiers.ministeres import MINISTERES
from tests.donnees.declarations.fichiers.ouvertes import OUVERTES

TRENTE = (*MINISTERES, *OUVERTES, *HOSTILES)
