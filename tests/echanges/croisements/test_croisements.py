"""The double-visit shield: five hundred collisions are all told, five hundred that are none are never; the statement
and the rule say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, strategies as st

from fce.donnees.imports.chargement import generations
from fce.droits.comptes.models import Groupe
from fce.echanges.croisements.adresses import LieuConnu, cle, lieux_de
from fce.echanges.croisements.recherche import DEBUTE, Croisement, croisements_de
from fce.echanges.croisements.regles import Duree
from fce.echanges.models import OperationConjointe
from fce.echanges.vocabulaire import PROXIMITE, Signe
from tests.donnees.entreprises.fabrique import lieu, lieux, siren_no, siret_no, successions, unite, unites
from tests.droits.comptes import fabrique as c
from tests.echanges.croisements.regle import Venue, signe
from tests.echanges.visites import fabrique as v

CAS = 500
JOUR = date(2026, 11, 25)
JOURS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
FACONS = (
    {"numero_voie": "012", "type_voie": "AVENUE", "libelle_voie": "SAINT EXUPERY"},
    {"numero_voie": "12", "type_voie": None, "libelle_voie": "Av. de St-Exupéry"},
    {"numero_voie": None, "type_voie": None, "libelle_voie": "12 avenue St Exupéry"},
    {"numero_voie": "12-14", "type_voie": "AV", "libelle_voie": "DE SAINT-EXUPERY"},
    {"numero_voie": "10", "dernier_numero_voie": "12", "type_voie": "AV", "libelle_voie": "ANTOINE DE SAINT EXUPERY"},
    {"numero_voie": None, "type_voie": None, "libelle_voie": "12 av. du Cdt A. de St-Exupéry"},
)


@dataclass
class Cas:
    """A visit that I mean to make, and what another service does elsewhere or there."""

    rang: int
    genre: str
    unites: list[dict[str, Any]] = field(default_factory=list)
    lieux: list[dict[str, Any]] = field(default_factory=list)
    liens: list[dict[str, Any]] = field(default_factory=list)
    mien: str = ""
    autre: str = ""
    debut: date = JOUR
    fin: date = JOUR
    contact: bool = False
    differences: dict[str, Any] = field(default_factory=dict)
    du_mien: bool = False
    cle_d_avant: str = ""
    attendu: Signe | None = None

    def place(self, n: int, nic: int = 1, *, statut: str = "O", de_l_unite: str = "O", **champs: Any) -> str:
        """The SIRET of one more establishment, at an address of its own unless said."""
        siren = siren_no(10 * self.rang + n)
        if all(u["siren"] != siren for u in self.unites):
            self.unites.append(unite(siren, statut_diffusion=de_l_unite))
        propre = {"code_commune": f"{10000 + self.rang}", "numero_voie": str(100 * n + nic), "libelle_voie": "DU BOIS"}
        self.lieux.append(lieu(siren, nic, statut_diffusion=statut, **{"type_voie": "RUE", **propre, **champs}))
        return siret_no(siren, nic)

    def lier(self, *sirets: str) -> None:
        self.liens += [{"siret_predecesseur": a, "siret_successeur": b} for a, b in pairwise(sirets)]


def _loin(cas: Cas, alea: Random) -> None:
    """The nearest days of the two weeks are at most sixty days apart, before or after."""
    semaines = alea.randint(-8, 8)
    cas.debut = cas.fin = JOUR + timedelta(days=7 * semaines + alea.randint(-2, 4))


def meme_etablissement(cas: Cas, alea: Random) -> None:
    cas.mien = cas.autre = cas.place(1)
    cas.attendu = Signe.ETABLISSEMENT


def semaines_communes(cas: Cas, alea: Random) -> None:
    cas.mien = cas.autre = cas.place(1)
    cas.debut, cas.fin = JOUR - timedelta(days=alea.randint(0, 10)), JOUR + timedelta(days=alea.randint(0, 10))
    cas.attendu = Signe.ETABLISSEMENT


def succession(cas: Cas, alea: Random) -> None:
    cas.mien = cas.place(1)
    chaine = [cas.mien, *(cas.place(n) for n in range(2, 2 + alea.randint(1, 3)))]
    cas.autre = chaine[-1]
    cas.lier(*(chaine if alea.random() < 0.5 else chaine[::-1]))
    cas.attendu = Signe.SUCCESSION


def meme_adresse(cas: Cas, alea: Random) -> None:
    une, autre = alea.sample(FACONS, 2)
    cas.mien, cas.autre = cas.place(1, **une), cas.place(2, **autre)
    cas.attendu = Signe.ADRESSE


def contact_fait(cas: Cas, alea: Random) -> None:
    alea.choice((meme_etablissement, meme_adresse, succession))(cas, alea)
    cas.contact = True
    cas.differences = {"genre": alea.choice(("visite", "controle"))}


def meme_entreprise(cas: Cas, alea: Random) -> None:
    cas.mien, cas.autre = cas.place(1, 1), cas.place(1, 2)
    cas.attendu = Signe.ENTREPRISE


def adresse_masquee(cas: Cas, alea: Random) -> None:
    """One of the two hides its address: the key of the other was kept before, or not."""
    masques = alea.choice(({"statut": "P"}, {"de_l_unite": "P"}, {"statut": "N"}))
    une, autre = alea.sample(FACONS, 2)
    for n, ou in enumerate(alea.sample((une | masques, autre), 2), 1):
        siret = cas.place(n, **ou)  # type: ignore[arg-type]
        cas.mien, cas.autre = (siret, cas.autre) if n == 1 else (cas.mien, siret)
    cas.cle_d_avant = cle({"code_commune": f"{10000 + cas.rang}", **FACONS[0]})


def autre_prenom(cas: Cas, alea: Random) -> None:
    cas.mien = cas.place(1, **FACONS[4])
    cas.autre = cas.place(2, **{**FACONS[0], "libelle_voie": "CONSTANCE DE SAINT EXUPERY"})


def autre_commune(cas: Cas, alea: Random) -> None:
    cas.mien = cas.place(1, **FACONS[0])
    cas.autre = cas.place(2, **{**FACONS[1], "code_commune": "62041"})


def trop_loin(cas: Cas, alea: Random) -> None:
    """From the sixty-first day that separates the two weeks."""
    cas.mien = cas.autre = cas.place(1)
    ecart = PROXIMITE + timedelta(days=alea.randint(1, 200))
    semaine = Duree(JOUR, JOUR).semaines
    cas.contact = True
    cas.debut = cas.fin = semaine.debut - ecart
    if alea.random() < 0.5:
        cas.contact, sens = False, alea.choice((-1, 1))
        cas.debut = cas.fin = JOUR + sens * timedelta(days=7 * alea.randint(10, 40))


def mon_service(cas: Cas, alea: Random) -> None:
    meme_etablissement(cas, alea)
    cas.du_mien, cas.contact = True, alea.random() < 0.5


def abandonnee(cas: Cas, alea: Random) -> None:
    meme_etablissement(cas, alea)
    cas.differences = {"etat": alea.choice(("renoncee", "expiree", "non_tenue"))}


def retire(cas: Cas, alea: Random) -> None:
    meme_etablissement(cas, alea)
    cas.contact, cas.differences = True, {"retiree_le": "2026-11-01T08:00:00Z"}


def courrier(cas: Cas, alea: Random) -> None:
    meme_etablissement(cas, alea)
    cas.contact, cas.differences = True, {"genre": alea.choice(("courrier", "entretien", "accompagnement"))}


def operation_cachee(cas: Cas, alea: Random) -> None:
    meme_etablissement(cas, alea)
    cas.differences = {"operation": alea.choice(list(OperationConjointe.objects.all()))}


def parente_lointaine(cas: Cas, alea: Random) -> None:
    """Four links away, or the other heir of one same predecessor."""
    cas.mien = cas.place(1)
    suite = [cas.place(n) for n in range(2, 6)]
    cas.autre = suite[-1]
    if alea.random() < 0.5:
        cas.lier(cas.mien, *suite)
    else:
        cas.lier(suite[0], cas.mien)
        cas.lier(suite[0], cas.autre)


VRAIS = (meme_etablissement, semaines_communes, succession, meme_adresse, contact_fait, meme_entreprise)
FAUX = (
    adresse_masquee, autre_commune, autre_prenom, trop_loin, mon_service, abandonnee, retire, courrier,
    operation_cachee, parente_lointaine,
)  # fmt: skip

DITS_PAR_LA_REGLE = (autre_commune, autre_prenom, trop_loin, mon_service, parente_lointaine)


def _cas(rang: int, genres: tuple[Callable[[Cas, Random], None], ...], alea: Random) -> Cas:
    faire = genres[rang % len(genres)]
    cas = Cas(rang, faire.__name__)
    faire(cas, alea)
    if faire not in (semaines_communes, trop_loin):
        _loin(cas, alea)
    if faire not in VRAIS:
        cas.attendu = None
    return cas


def _poser(cas: list[Cas], mien: Groupe, autre: Groupe) -> dict[str, LieuConnu]:
    unites(*(u for x in cas for u in x.unites))
    lieux(*(e for x in cas for e in x.lieux))
    successions(*(s for x in cas for s in x.liens))
    connus = lieux_de(siret for x in cas for siret in (x.mien, x.autre))
    for x in cas:
        ou = connus[x.autre]
        if x.cle_d_avant:
            ou = LieuConnu(ou.siret, ou.siren, x.cle_d_avant)
        qui = mien if x.du_mien else autre
        if x.contact:
            v.contact(qui, ou, x.debut, **x.differences)
        else:
            v.visite(qui, ou, x.debut, x.fin, **x.differences)
    return connus


def _parente(depart: str, liens: list[dict[str, Any]]) -> frozenset[str]:
    """By hand: three links forward, three backward."""
    atteints: set[str] = set()
    for de, vers in (("siret_predecesseur", "siret_successeur"), ("siret_successeur", "siret_predecesseur")):
        ici = {depart}
        for _ in range(3):
            ici = {lien[vers] for lien in liens if lien[de] in ici}
            atteints |= ici
    return frozenset(atteints - {depart})


@pytest.mark.parametrize("nombre", [100, pytest.param(CAS, marks=pytest.mark.epreuve)])
def test_every_collision_is_told_and_nothing_else(db: None, nombre: int) -> None:
    alea = Random(13)
    mien, autre = c.groupe(), c.groupe(courriel="autre@service.example")
    v.operation(autre)
    v.operation(autre, ouverte_aux_croisements=True)
    vrais = [_cas(rang, VRAIS, alea) for rang in range(nombre)]
    faux = [_cas(rang, FAUX, alea) for rang in range(nombre, 2 * nombre)]
    connus = _poser([*vrais, *faux], mien, autre)
    manques, alarmes = [], []
    for cas in [*vrais, *faux]:
        ma_place = connus[cas.mien]
        if cas.cle_d_avant:
            ma_place = LieuConnu(ma_place.siret, ma_place.siren, cas.cle_d_avant)
        trouves = croisements_de([ma_place], JOUR, JOUR, [mien.pk])
        if [x.signe for x in trouves] != ([cas.attendu] if cas.attendu else []):
            (manques if cas.attendu else alarmes).append((cas.genre, cas.rang, cas.attendu, trouves))
        # The rule says the same, wherever states and statuses do not decide.
        if cas.genre in {
            f.__name__ for f in (*VRAIS, autre_commune, autre_prenom, trop_loin, mon_service, parente_lointaine)
        }:
            duree = Duree(cas.debut, cas.fin)
            ici = Venue(mien.pk, Duree(JOUR, JOUR).semaines, (ma_place,))
            la = Venue(
                mien.pk if cas.du_mien else autre.pk, duree if cas.contact else duree.semaines, (connus[cas.autre],)
            )
            assert signe(ici, la, _parente(cas.mien, cas.liens)) == cas.attendu, cas.genre
    assert (manques, alarmes) == ([], [])


@given(JOURS, JOURS, JOURS, JOURS)
def test_the_distance_of_two_periods_is_that_of_their_nearest_days(a: date, b: date, x: date, y: date) -> None:
    une, autre = Duree(min(a, b), max(a, b)), Duree(min(x, y), max(x, y))
    assert une.ecart(autre) == autre.ecart(une)
    if une.debut <= autre.fin and autre.debut <= une.fin:
        assert une.ecart(autre) == timedelta()
    else:
        assert une.ecart(autre) == min(abs(p - q) for p in (une.debut, une.fin) for q in (autre.debut, autre.fin))


@given(JOURS, JOURS)
def test_crossing_is_mutual_and_no_day_tells_more_than_its_week(a: date, b: date) -> None:
    place = (LieuConnu("1" * 14, "1" * 9, ""),)
    ici, la = Venue(1, Duree(a, a).semaines, place), Venue(2, Duree(b, b).semaines, place)
    assert signe(ici, la) == signe(la, ici)
    lundi = Duree(a, a).semaines.debut
    for jours in range(7):
        essai = lundi + timedelta(days=jours)
        assert signe(Venue(1, Duree(essai, essai).semaines, place), la) == signe(ici, la)


def test_a_visit_is_told_by_its_week_whatever_day_was_announced(db: None) -> None:
    mien, autre = c.groupe(), c.groupe(courriel="boite@service.example")
    (ou,) = v.places()
    for jour in (JOUR, JOUR + timedelta(days=2)):
        v.visite(autre, ou, jour, precision="jour")
    v.visite(autre, ou, date(2026, 11, 23), date(2026, 11, 29), precision="semaine")
    trouves = croisements_de([ou], JOUR, JOUR, [mien.pk])
    assert {(x.debut, x.fin) for x in trouves} == {(date(2026, 11, 23), date(2026, 11, 29))}
    assert {(x.service, x.courriel, x.siret) for x in trouves} == {(autre.pk, "boite@service.example", ou.siret)}


def test_a_collision_reads_in_one_round_trip_and_the_strongest_sign_comes_first(db: None) -> None:
    mien, autre = c.groupe(), c.groupe()
    siren = siren_no(1)
    unites(unite(siren))
    lieux(lieu(siren, 1), lieu(siren, 2))
    ici, la = lieux_de([siret_no(siren, 1), siret_no(siren, 2)]).values()
    faible, forte = v.visite(autre, la, JOUR), v.visite(autre, ici, JOUR)
    fait = v.contact(autre, ici, JOUR - timedelta(days=3))
    with CaptureQueriesContext(connection) as requetes:
        trouves = croisements_de([ici], JOUR, JOUR, [mien.pk])
    assert sum("SAVEPOINT" not in requete["sql"] for requete in requetes.captured_queries) == 1
    assert [x.cle for x in trouves] == [f"visite-{forte.pk}", f"contact-{fait.pk}", f"visite-{faible.pk}"]
    assert [x.fort for x in trouves] == [True, True, False]


@pytest.mark.parametrize(
    ("table", "index"),
    [("echanges_lieuvisite", "lieu_visite_adresse"), ("echanges_lieuinteraction", "lieu_interaction_adresse")],
)
def test_e7_neighbours_are_found_by_the_index_of_the_keys_never_by_reading_them_all(
    db: None, table: str, index: str
) -> None:
    """A partial index serves only a statement that says its condition."""
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_seqscan = off")
        soi = "WITH soi AS MATERIALIZED (SELECT '59350-1-'::text AS debut)"
        curseur.execute(f"EXPLAIN {soi} SELECT 1 FROM {table} l JOIN soi ON {DEBUTE}")
        assert index in " ".join(ligne for (ligne,) in curseur.fetchall())


def test_a_visit_that_matches_in_two_ways_is_told_once_by_the_strongest(db: None) -> None:
    mien, autre = c.groupe(), c.groupe()
    ici, la = v.places(2)
    deux = v.visite(autre, la, JOUR, siren=ici.siren)
    deux.lieux.create(siret=ici.siret, cle_adresse=ici.cle_adresse)
    assert _signes(croisements_de([ici, la], JOUR, JOUR, [mien.pk])) == [Signe.ETABLISSEMENT]


def test_a_place_without_an_address_meets_no_other_without_one(db: None) -> None:
    mien, autre = c.groupe(), c.groupe()
    ici, la = v.places(2, numero_voie=None)
    v.visite(autre, la, JOUR)
    assert ici.cle_adresse == la.cle_adresse == ""
    assert croisements_de([ici], JOUR, JOUR, [mien.pk]) == []


@pytest.mark.parametrize("liens", [[(1, 2), (2, 1)], [(1, 1), (1, 2)], [(1, 2), (2, 3), (3, 1)]])
def test_links_that_go_round_end(db: None, liens: list[tuple[int, int]]) -> None:
    mien, autre = c.groupe(), c.groupe()
    trois = v.places(3)
    successions(*({"siret_predecesseur": trois[a - 1].siret, "siret_successeur": trois[b - 1].siret} for a, b in liens))
    v.visite(autre, trois[1], JOUR)
    assert _signes(croisements_de([trois[0]], JOUR, JOUR, [mien.pk])) == [Signe.SUCCESSION]


def test_files_compared_byte_by_byte_as_imports_make_them_are_followed_too(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    creer = generations.creer_table
    octets = lambda base, table, colonnes: creer(base, table, colonnes, frozenset(c.nom for c in colonnes))  # noqa: E731
    monkeypatch.setattr(generations, "creer_table", octets)
    mien, autre = c.groupe(), c.groupe()
    ici, la, ailleurs = v.places(3)
    successions({"siret_predecesseur": ici.siret, "siret_successeur": la.siret})
    v.visite(autre, la, JOUR)
    v.visite(autre, LieuConnu(ailleurs.siret, ailleurs.siren, ici.cle_adresse), JOUR)
    assert _signes(croisements_de([ici], JOUR, JOUR, [mien.pk])) == [Signe.SUCCESSION, Signe.ADRESSE]


def _signes(trouves: list[Croisement]) -> list[Signe]:
    return [x.signe for x in trouves]
