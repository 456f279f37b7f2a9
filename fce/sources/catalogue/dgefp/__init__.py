"""DGEFP: short-time work, redundancies, apprenticeship, training organisations and their control."""

from fce.sources.declaration import Producteur

DGEFP = Producteur(
    "dgefp",
    "Délégation générale à l'emploi et à la formation professionnelle",
    "DGEFP",
    "https://travail-emploi.gouv.fr",
)
RUPCO = (
    "code du travail, art. L. 1233-46 et L. 1233-61 (licenciement économique, plan de sauvegarde de l'emploi) "
    "et L. 1237-19 (rupture conventionnelle collective)"
)
