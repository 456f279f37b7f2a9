"""Pages of which the demonstration has no example."""

SCENES = {
    "echanges.demandes": "FCE_ECHANGES",
    "echanges.operations": "FCE_ECHANGES",
    "service.convention": "FCE_CONVENTION",
}
"""{folder whose ``rendues`` makes some: the setting that closes its room}."""
