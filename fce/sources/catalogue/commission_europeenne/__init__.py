"""European Commission: VAT numbers valid for trade inside the Union (VIES)."""

from fce.sources.declaration import Producteur

COMMISSION = Producteur("commission-europeenne", "Commission européenne", "CE", "https://commission.europa.eu")
