"""Ministry of Economy and Finance: register of de minimis aids."""

from fce.sources.declaration import Producteur

FINANCES = Producteur("finances", "Ministère de l'Économie et des Finances", "MEF", "https://www.economie.gouv.fr")
