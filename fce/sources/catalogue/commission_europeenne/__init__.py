"""European Commission: VAT numbers valid for trade in the Union (VIES)."""

from fce.sources.declaration import Producteur

COMMISSION = Producteur("commission-europeenne", "Commission européenne", "CE", "https://commission.europa.eu")
