"""Ministry of education: directory of schools."""

from fce.sources.declaration import Producteur

EDUCATION = Producteur(
    "education", "Ministère de l'Éducation nationale", "Éducation nationale", "https://data.education.gouv.fr"
)
