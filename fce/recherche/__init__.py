"""Search: a query, its filters, the engine that ranks, the page of results, suggestions and exports."""
