"""The catalogue follows the European profile: no violation by the official SHACL shapes, read where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pyshacl import validate
from rdflib import Graph, Namespace
from rdflib.namespace import DCTERMS, RDF

from tests.donnees.publication.test_catalogue import SOURCES, en_place

DCAT = Namespace("http://www.w3.org/ns/dcat#")
# rdflib warns of its own reader of JSON-LD.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")]


def graphe(client: Client) -> Graph:
    return Graph().parse(data=client.get("/sources/catalogue.jsonld").content, format="json-ld")


@pytest.mark.parametrize("contact", ["", "equipe@fce.example", "https://fce.example/contact"])
def test_the_catalogue_conforms_to_dcat_ap(client: Client, dossier_partage: Path, settings: Any, contact: str) -> None:
    settings.FCE_CONTACT = contact
    for nom in ("rge", "bodacc", "rne", "bdf-bilans"):
        en_place(nom)
    formes = Graph().parse(dossier_partage / "tools" / "dcat-ap-3.0.1-shapes.ttl")
    donnees = graphe(client)
    conforme, _, rapport = validate(donnees, shacl_graph=formes, advanced=True, inference="none")
    assert conforme, rapport[:3000]
    jeux = set(donnees.subjects(RDF.type, DCAT.Dataset))
    assert len(jeux) >= len(SOURCES)
    assert all(donnees.value(jeu, DCTERMS.description) for jeu in jeux)
    licences = set(donnees.objects(None, DCTERMS.license))
    assert licences
    assert all((licence, RDF.type, DCTERMS.LicenseDocument) in donnees for licence in licences)
