"""An index amended answers as the one that would be built whole, whatever changed."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from msgspec.structs import replace

from fce.donnees.entreprises import flux
from fce.recherche import services
from fce.recherche.engines.port import LES_ETATS, Changements, Question
from fce.recherche.engines.tantivy import redaction
from fce.recherche.index import a_retoucher
from fce.recherche.index.documents import documents
from fce.recherche.question import strategie
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from fce.sources import champs, registre
from tests.donnees.entreprises import fabrique as f
from tests.echantillon import chaque_jour
from tests.recherche.moteurs import SUR_UN_DOSSIER
from tests.recherche.repertoire import CONVENTIONS, GENS, LIEUX, MOTS, UNITES, VILLES, Repertoire, poser, trouves
from tests.recherche.univers import BREST, LILLE, LYON

pytestmark = [SUR_UN_DOSSIER, pytest.mark.usefixtures("petit_repertoire")]
EGALITE = 0.05
"""Share of a score by which two companies may trade places: the frequency of a word counts the documents that are gone,
which are a good part of a register of a hundred companies."""


# --- The property ----------------------------------------------------------------------------------------------------

QUESTIONS = (
    *MOTS, "ATELEIR", "VERGNAU", "MARIVOLT", "elodie marivault", "elodie quersin", "comptoir lille", "garage brest",
    "atelier vergnaud", "holding 12 rue", "absentdupays", "at", "ver", "NEUF", "NEUVE MAISON", "rue neuve",
)  # fmt: skip
FILTRES = (
    {}, {"departement": "59"}, {"etat": "tous"}, {"etat": "cesse"}, {"vue": "etablissements"},
    {"vue": "etablissements", "etat": "tous", "commune": "29019"}, {"dirigeant": "marivault elodie"},
    {"idcc": "1486"}, {"tri": "nom"}, {"tri": "creation"},
)  # fmt: skip


def requetes() -> Iterator[Requete]:
    for q in QUESTIONS:
        for filtres in FILTRES[:6]:
            yield replace(Requete.depuis({"q": q, **filtres}), taille=1_000)
    yield from (replace(Requete.depuis(filtres), taille=1_000) for filtres in FILTRES[1:])


def verifier_que_tout_repond_pareil(tmp_path: Path, settings: Any) -> None:
    """Set the index in place against one built whole of the same data."""
    retouche = selectors.moteur()
    sien = settings.FCE_INDEX_DIR
    settings.FCE_INDEX_DIR = tmp_path / "entier"
    try:
        services.indexer(forcer=True)
        entier = selectors.moteur()
        assert documents_de(retouche) == documents_de(entier)
        for requete in requetes():
            comparer(retouche, entier, requete)
        for mot in MOTS:
            assert set(entier.voisins([mot[:-1].lower()])[mot[:-1].lower()]) <= set(
                retouche.voisins([mot[:-1].lower()])[mot[:-1].lower()]
            )
        mots = [m.lower() for q in QUESTIONS for m in q.split()]
        assert retouche.absents(mots) == entier.absents(mots)
    finally:
        settings.FCE_INDEX_DIR = sien


def documents_de(machine: Any) -> dict[str, int]:
    manifeste = machine.manifeste()
    assert sum(manifeste.documents.values()) == machine.documents()
    return dict(manifeste.documents)


def comparer(retouche: Any, entier: Any, requete: Requete) -> None:
    lu, attendu = (strategie.interroger(machine, requete, 100) for machine in (retouche, entier))
    assert (lu.reponse.total, lu.approchants) == (attendu.reponse.total, attendu.approchants), requete
    assert retouche.nombre(lu.question) == entier.nombre(attendu.question) == attendu.reponse.total, requete
    rendus, attendus = ([h.siret or h.siren for h in t.reponse.hits] for t in (lu, attendu))
    assert sorted(rendus) == sorted(attendus), requete
    mentions = {h.siren: h.mentions for h in attendu.reponse.hits}
    assert {h.siren: h.mentions for h in lu.reponse.hits} == mentions
    scores = {h.siret or h.siren: h.score for h in attendu.reponse.hits}
    for un, autre in pairwise(rendus):
        if requete.tri == "pertinence":
            assert scores[un] >= scores[autre] * (1 - EGALITE), (requete, rendus, attendus)
    assert retouche.facettes(lu.question) == entier.facettes(attendu.question), requete


def renommer(r: Repertoire, h: Random, siren: str) -> None:
    r.lignes[UNITES][siren]["denomination"] = f"{h.choice((*MOTS, 'NEUF', 'NEUVE MAISON'))} {h.choice(MOTS)}"


def fermer(r: Repertoire, h: Random, siren: str) -> None:
    etat = h.choice("AC")
    r.lignes[UNITES][siren]["etat_administratif"] = etat
    for siret, ligne in r.lignes[LIEUX].items():
        if siret.startswith(siren):
            ligne["etat_administratif"] = "A" if etat == "A" else "F"


def masquer(r: Repertoire, h: Random, siren: str) -> None:
    ligne = r.lignes[UNITES][siren]
    ligne |= {"statut_diffusion": h.choice("OP"), "categorie_juridique": h.choice(("1000", "5710"))}
    ligne |= {"nom": h.choice(MOTS), "prenom_1": "ELODIE"} if ligne["categorie_juridique"] == "1000" else {}


def masquer_un_lieu(r: Repertoire, h: Random, siren: str) -> None:
    if siret := h.choice([s for s in r.lignes[LIEUX] if s.startswith(siren)] or [""]):
        r.lignes[LIEUX][siret]["statut_diffusion"] = h.choice("OP")


def demenager(r: Repertoire, h: Random, siren: str) -> None:
    if siret := h.choice([s for s in r.lignes[LIEUX] if s.startswith(siren)] or [""]):
        r.lignes[LIEUX][siret] |= {**h.choice(VILLES), "numero_voie": "12", "type_voie": "RUE", "libelle_voie": "NEUVE"}


def ouvrir(r: Repertoire, h: Random, siren: str) -> None:
    r.etablissement(siren, h.randint(2, 5), **h.choice(VILLES), enseigne_1=h.choice(MOTS))


def effacer(r: Repertoire, h: Random, siren: str) -> None:
    del r.lignes[UNITES][siren]
    for siret in [s for s in r.lignes[LIEUX] if s.startswith(siren) and h.random() < 0.7]:
        del r.lignes[LIEUX][siret]


def naitre(r: Repertoire, h: Random, _siren: str) -> None:
    r.entreprise(h.randint(110, 160), f"{h.choice(MOTS)} NEUF", h.choice(VILLES))


def diriger(r: Repertoire, h: Random, siren: str) -> None:
    """Somebody comes, goes, or passes before another."""
    gens = r.lignes[GENS]
    gens.pop((siren, h.randint(1, 2)), None)
    r.dirigeant(siren, h.randint(1, 3), h.choice(MOTS), h.choice(("ELODIE", "PAUL")))
    r.lignes[GENS] = dict(sorted(gens.items(), key=lambda x: h.random()))


def convenir(r: Repertoire, h: Random, siren: str) -> None:
    siret = f.siret_no(siren, h.randint(1, 3))
    if r.lignes[CONVENTIONS].pop(siret, None) is None:
        r.lignes[CONVENTIONS][siret] = {"siret": siret, "idcc": h.choice(("1486", "0044"))}


GESTES: tuple[Callable[[Repertoire, Random, str], None], ...] = (
    renommer, fermer, masquer, masquer_un_lieu, demenager, ouvrir, effacer, naitre, diriger, convenir,
)  # fmt: skip


@pytest.mark.parametrize("graine", chaque_jour(range(15), sur=15))
def test_after_any_sequence_of_changes_it_answers_as_one_built_whole(
    repertoire: Repertoire, tmp_path: Path, settings: Any, graine: int
) -> None:
    hasard = Random(graine)
    for jour in range(4):
        for _ in range(hasard.randint(1, 8)):
            hasard.choice(GESTES)(repertoire, hasard, hasard.choice(sorted(repertoire.lignes[UNITES])))
        repertoire.placer()
        if services.index_perime():
            avant = selectors.moteur().manifeste()
            manifeste = services.indexer()
            assert avant is not None
            assert manifeste.extra["retouches"] == avant.extra.get("retouches", 0) + 1, jour
        verifier_que_tout_repond_pareil(tmp_path, settings)
    assert not services.index_perime()


def test_what_is_masked_or_erased_is_no_longer_found_nor_known(repertoire: Repertoire) -> None:
    siren = repertoire.entreprise(200, "SOLVEIG KERDONCUFF", categorie_juridique="1000", nom="KERDONCUFF")
    erasee = repertoire.entreprise(201, "ZOLTANIE")
    repertoire.dirigeant(erasee, 1, "QUENTRIC", "MELUSINE")
    repertoire.placer()
    services.indexer()
    assert [trouves(q) for q in ("kerdoncuff", "zoltanie", "melusine quentric")] == [[siren], [erasee], [erasee]]
    repertoire.lignes[UNITES][siren]["statut_diffusion"] = "P"
    del repertoire.lignes[UNITES][erasee]
    repertoire.lignes[GENS].pop((erasee, 1))
    repertoire.placer()
    assert services.indexer().extra["unites_retouchees"] == 2
    for q in ("kerdoncuff", "zoltanie", "melusine quentric", "kerdonkuff"):
        assert trouves(q) == []
    machine = selectors.moteur()
    assert machine.absents(["kerdoncuff", "zoltani", "quentric", "melusin"]) >= {"kerdoncuff", "quentric"}
    partout = Question("entreprises", etats=LES_ETATS)
    assert not machine.connus(partout, "personnes", ["melusin_quentric"])
    assert not machine.connus(partout, "exact", ["zoltanie"])


@pytest.mark.django_db
@pytest.mark.parametrize("source", [UNITES, LIEUX])
def test_every_column_that_makes_a_document_is_looked_at(source: str) -> None:
    """A company per column: the one whose document the column changes is among the changes."""
    declaree = registre.source(source)
    numero = "siren" if source == UNITES else "siret"
    colonnes = [c for c in declaree.champs if c not in ("siren", "siret", "ligne")]
    poser(UNITES, unites := [f.unite(f.siren_no(n), denomination="ALPHA") for n in range(len(colonnes))])
    poser(LIEUX, lieux := [f.lieu(u["siren"], 1, **LILLE) for u in unites])
    services.indexer(forcer=True)
    avant = selectors.moteur().manifeste()
    assert avant is not None
    anciens = documents_par_siren()
    lignes = [dict(ligne) for ligne in (unites if source == UNITES else lieux)]
    for colonne, ligne in zip(colonnes, lignes, strict=True):
        ligne[colonne] = autre(declaree.champs[colonne], colonne, ligne.get(colonne))
    poser(source, lignes)
    nouveaux = documents_par_siren()
    changes = {s for s in anciens.keys() | nouveaux.keys() if anciens.get(s) != nouveaux.get(s)}
    lus = a_retoucher.unites_a_retoucher(avant)
    assert isinstance(lus, Changements)
    assert len(changes) > 10
    assert changes <= set(lus.sirens), [c for c, x in zip(colonnes, lignes, strict=True) if x[numero][:9] in changes]
    if source == LIEUX:
        assert not lus.entieres


def documents_par_siren() -> dict[str, str]:
    par_siren: dict[str, str] = defaultdict(str)
    for _, etat, faits in documents([*flux.documents()]).ranges():
        for document in faits.to_dicts():
            par_siren[f"{document['siren']:09d}"] += f"{etat} {document}"
    return par_siren


def autre(champ: champs.Champ, colonne: str, valeur: Any) -> Any:
    connues = {"statut_diffusion": "P", "etat_administratif": "C", "categorie_juridique": "9220", "nic_siege": "00099"}
    if colonne in connues:
        return connues[colonne]
    match champ:
        case champs.Jour():
            return datetime.date(1999, 9, 9)
        case champs.Horodatage():
            return datetime.datetime(2026, 11, 1, 8)
        case champs.Entier():
            return 7
        case champs.Booleen():
            return not valeur
        case _:
            return "42"


def test_the_order_of_the_people_of_a_company_counts(repertoire: Repertoire) -> None:
    elus = [
        {"siren": f.siren_no(n), "nom": nom, "prenom": "Paul", "mandat": "Conseiller municipal"}
        for n, nom in ((3, "QUERSIN"), (4, "TARDIVEL"), (3, "BRUNELLE"))
    ]
    poser("elus", elus)
    services.indexer()
    poser("elus", reversed(elus))
    # All the rows moved in the file, those of one company alone changed places among themselves.
    assert services.indexer().extra["unites_retouchees"] == 1
    (trouve,) = selectors.moteur().search(Question("entreprises", seulement=(f.siren_no(3),))).hits
    noms = [m.split("\t")[1] for m in trouve.mentions if m.startswith("Élu")]
    assert noms == ["Paul BRUNELLE", "Paul QUERSIN"]


def test_an_establishment_that_changes_leaves_the_others_of_its_company_as_they_are(
    repertoire: Repertoire, monkeypatch: pytest.MonkeyPatch
) -> None:
    siren = f.siren_no(5)
    for n in range(2, 6):
        repertoire.etablissement(siren, n, **LYON)
    repertoire.placer()
    services.indexer()
    ajoutes: list[str] = []
    vrai = redaction.RedacteurDeRetouche.ajouter

    def ajouter(self: Any, genre: Any, etat: Any, faits: Any) -> None:
        ajoutes.extend([genre] * len(faits))
        vrai(self, genre, etat, faits)

    monkeypatch.setattr(redaction.RedacteurDeRetouche, "ajouter", ajouter)
    repertoire.etablissement(siren, 3, **BREST)
    repertoire.placer()
    services.indexer()
    assert sorted(ajoutes) == ["entreprises", "etablissements"]


@pytest.mark.epreuve
@pytest.mark.django_db(transaction=True)
def test_the_fragments_are_amended_each_in_its_process(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "SEUIL_RETOUCHE", 1)
    base = connection.settings_dict
    lieu = f"{quote(base['HOST'], safe='')}:{base['PORT']}/{base['NAME']}"
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{base['USER']}@{lieu}")
    settings.FCE_INDEX_FRAGMENTS = 2
    r = Repertoire()
    for n in range(1, 60):
        r.entreprise(n, f"{MOTS[n % len(MOTS)]} {n}", VILLES[n % 3])
    r.placer()
    services.indexer(forcer=True)
    for n in range(20, 50):
        r.entreprise(n, f"NEUF {n}", BREST)
    del r.lignes[UNITES][f.siren_no(7)]
    r.placer()
    assert services.indexer().extra["unites_retouchees"] == 31
    assert documents_de(selectors.moteur()) == {"entreprises": 58, "etablissements": 58}
    reponse = selectors.rechercher(Requete.depuis({"q": "neuf brest"}))
    assert reponse.total == 30
    assert {x.entreprise.siren for x in reponse.resultats} <= {f.siren_no(n) for n in range(20, 50)}
    assert f.siren_no(7) not in trouves("quersin 7")
