"""Every live source, on the answers of its folder: its four states, and nothing of it for who has no right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.test import Client

from fce.donnees.imports.directes import bac_a_sable, disjoncteur, transport
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import views
from fce.fiche.assemblage import directes
from fce.fiche.formes.contenu import EtatBloc
from fce.socle.texte.identifiants import compacter
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.direct import direct_de
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes.fabrique import SERVICE
from tests.kit.outils import DIRECTES, nommer
from tests.kit.test_fiche import FINALITE, LONGUEUR, MIDI, lecteur
from tests.pages_sous_roles import lu_par

pytestmark = pytest.mark.django_db
directes_seules = pytest.mark.parametrize("source", DIRECTES, ids=nommer)


@pytest.fixture(autouse=True)
def bac(settings: Any) -> Iterator[bac_a_sable.Serveur]:
    disjoncteur.oublier()
    with bac_a_sable.en_marche() as serveur:
        for nom, valeur in serveur.reglages(SERVICE).items():
            setattr(settings, nom, valeur)
        yield serveur
        transport.fermer()
    disjoncteur.oublier()


def connue(source: Source) -> str:
    """A company of the answers of the folder."""
    reponses = json.loads(registre.reponses(source).read_text(encoding="utf-8"))
    return next((cle[:9] for cle, reponse in reponses.items() if reponse and cle != "*"), f.siren_no(1))


def peupler(source: Source, siren: str) -> None:
    """The company in Sirene, masked when the source is about those; its siège is the one of the stand-in."""
    masquee = direct_de(source).diffusion_partielle
    siret = bac_a_sable.siret_quelconque(siren)
    statut, forme = ("P", "1000") if masquee else ("O", "5710")
    f.unites(f.unite(siren, statut_diffusion=statut, categorie_juridique=forme, nic_siege=siret[9:]))
    f.lieux({**f.lieu(siren), "siret": siret, "nic": siret[9:], "code_commune": "59350", "statut_diffusion": statut})


@directes_seules
def test_the_direct_block_tells_each_of_its_four_states(source: Source, settings: Any) -> None:
    qui = lecteur(source.acces.groupe)
    siren = connue(source)
    peupler(source, siren)
    plein = directes.bloc_direct(siren, source.nom, qui)
    assert (plein.etat, plein.note) == (EtatBloc.DONNEES, "")
    assert plein.contenu is not None
    assert plein.obtenue_le == MIDI

    if "*" not in json.loads(registre.reponses(source).read_text(encoding="utf-8")):
        inconnue = f.siren_no(5)
        peupler(source, inconnue)
        vide = directes.bloc_direct(inconnue, source.nom, qui)
        assert vide.etat is EtatBloc.AUCUNE
        assert vide.message.startswith(source.absence)
        peupler(source, siren)

    settings.FCE_API_ENTREPRISE_URL = ""
    autre = LecteurDeDonnees(qui.acteur, finalite=FINALITE, maintenant=MIDI.replace(year=2026, day=26))
    panne = directes.bloc_direct(siren, source.nom, autre)
    assert (panne.etat, panne.contenu) == (EtatBloc.INDISPONIBLE, None)
    assert panne.message.startswith(source.titre)

    if source.acces.classe != "C0":
        ferme = directes.bloc_direct(siren, source.nom, LecteurDeDonnees(maintenant=MIDI))
        assert (ferme.etat, ferme.contenu) == (EtatBloc.RESERVEE, None)


@directes_seules
def test_a_direct_answer_is_only_in_its_block_and_for_whoever_has_the_right(
    source: Source, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    siren = connue(source)
    peupler(source, siren)
    adresse = f"/entreprise/{siren}/direct/{source.nom}"
    with monkeypatch.context() as ouvert:
        ouvert.setattr(views, "lecteur_de_la_page", lu_par(lecteur(source.acces.groupe)))
        plein = client.get(adresse)
        assert plein.status_code == 200
    contenu = directes.bloc_direct(siren, source.nom, lecteur(source.acces.groupe)).contenu
    page = unescape(plein.content.decode())
    # Words of the frame of every page, and of the declaration, are no data.
    cadre = unescape(client.get("/cookies").content.decode())
    libelles = " ".join([cadre, source.titre, source.systeme, *(c.libelle for c in source.champs.values())])
    marques = {t for t in f.textes(contenu) if len(t) > LONGUEUR and t in page and t not in libelles}
    marques = {m for m in marques if siren not in compacter(m)}
    surfaces = {
        "page": client.get(f"/entreprise/{siren}/tout").content.decode(),
        "api": client.get(f"/api/v1/entreprises/{siren}").content.decode(),
        "classeur": classeur(client, siren),
    }
    anonyme = client.get(adresse)
    assert anonyme.status_code == (200 if source.acces.classe == "C0" else 403)
    if source.acces.classe != "C0":
        surfaces["direct"] = anonyme.content.decode()
    assert {(nom, m) for nom, texte in surfaces.items() for m in marques if m in unescape(texte)} == set()


def classeur(client: Client, siren: str) -> str:
    lu = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"/entreprise/{siren}/export.xlsx"))))
    return "\n".join(str(c) for feuille in lu for rangee in feuille.values for c in rangee)
