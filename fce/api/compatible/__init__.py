"""A drop-in for the State's API Recherche d'entreprises, under ``/api/recherche-entreprises`` (docs/adr/0066)."""
