"""Catalogue of data sets: pages, downloads, schemas, DCAT, data.gouv.fr."""
