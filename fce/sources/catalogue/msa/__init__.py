"""MSA: contributions of the agricultural scheme."""

from fce.sources.declaration import Producteur

MSA = Producteur("msa", "Caisse centrale de la mutualité sociale agricole", "MSA", "https://www.msa.fr")
