"""The API, version 1: search, sheets, deposits; described in OpenAPI (``/api/v1/openapi.json``)."""
