"""GIP-MDS: full-time equivalents computed from the DSN."""

from fce.sources.declaration import Producteur

GIP_MDS = Producteur(
    "gip-mds", "GIP Modernisation des déclarations sociales", "GIP-MDS", "https://www.net-entreprises.fr"
)
