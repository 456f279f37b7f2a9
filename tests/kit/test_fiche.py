"""On the sheet: the four states of every source, and its access class on every surface (page, list, API, workbook)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.test import Client

from fce.donnees.entreprises.repertoire import JEUX
from fce.droits.habilitations.finalites import GROUPES, GROUPES_NATIONAUX, Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import en_entier
from fce.fiche.formes.contenu import Bloc, EtatBloc
from fce.fiche.lecture.plans import prevoir, sources_de
from fce.fiche.unite.unite_visee import Unite
from fce.sources import champs
from fce.sources.acces import Acces, Secret
from fce.sources.declaration import Source
from tests.donnees.entreprises import fabrique as f
from tests.droits.habilitations.fabrique import OUVRE_TOUT, agent, habilitation
from tests.echantillon import chaque_jour
from tests.fiche.fiches import bloc, fiche_de
from tests.kit.outils import SOURCES, exemple, nommer

pytestmark = pytest.mark.django_db
MIDI = datetime(2026, 11, 25, 11, tzinfo=UTC)
FINALITE = "controle-travail"
MONTREES = [s for s in SOURCES if s.nom not in JEUX]
RESERVEES = [s for s in MONTREES if s.acces.classe != "C0"]
# Shorter texts are words of the page itself.
LONGUEUR = 6
_PARLANTES: dict[str, str] = {}


def lecteur(groupe: str | None, action: Droit = Droit.CONSULTER) -> LecteurDeDonnees:
    """An agent habilitated for ``groupe`` everywhere, for every action."""
    droits = frozenset({Droit.CONSULTER, Droit.EXPORTER, Droit.API})
    groupes = frozenset({groupe or "emploi"})
    return LecteurDeDonnees(
        agent(habilitation(finalites=(OUVRE_TOUT,), groupes=groupes, territoire=frozenset({"FR"}), droits=droits)),
        action,
        FINALITE,
        MIDI,
    )


def unites(source: Source) -> list[str]:
    """SIREN and SIRET that the sample is about, most told first; the companies before their establishments."""
    trouves: dict[str, int] = {}
    for unite in (Unite(f.siren_no(1)), Unite(f.siret_no(f.siren_no(1)))):
        if source not in sources_de(unite):
            continue
        cle, longueur = prevoir(source, unite, LecteurDeDonnees(maintenant=MIDI), {}).cle, len(unite.numero)
        siens = [str(rang[cle])[:longueur] for rang in exemple(source) if rang[cle]]
        trouves |= {n: siens.count(n) for n in sorted(set(siens), key=lambda n: (-siens.count(n), n))}
    return list(trouves)


def peupler(source: Source, numero: str, rangs: Sequence[dict[str, Any]] | None) -> None:
    """Put the unit in Sirene and ``rangs`` in the source (None: never imported)."""
    siren = numero[:9]
    f.unites(f.unite(siren, denomination="VERGERS INVENTES"))
    siege = f.lieu(siren, libelle_commune="LILLE", code_commune="59350")
    if len(numero) == 14:
        siege |= {"siret": numero, "nic": numero[9:]}
    f.lieux(siege)
    if rangs is not None:
        f.charger(source.nom, rangs)


def lire(source: Source, numero: str, qui: LecteurDeDonnees) -> Bloc:
    return bloc(fiche_de(numero, qui), source.nom)


def parlante(source: Source, qui: LecteurDeDonnees) -> str:
    """A unit of the sample of which the sheet has something to say (rules of display may leave old facts out).

    It is in Sirene from then on, and the sample in the source.
    """
    essayees = [_PARLANTES[source.nom]] if source.nom in _PARLANTES else unites(source)
    for numero in essayees:
        peupler(source, numero, exemple(source))
        if source.nom in _PARLANTES or lire(source, numero, qui).etat is EtatBloc.DONNEES:
            return _PARLANTES.setdefault(source.nom, numero)
    pytest.fail(f"aucune des {len(essayees)} unités de l'exemple n'a de bloc rempli")


def surfaces(client: Client, numero: str, nom: str) -> dict[str, str]:
    """Everything that an anonymous reader gets of a unit, as text, by surface."""
    genre = "entreprise" if len(numero) == 9 else "etablissement"
    adresse = f"/{genre}/{numero}"
    classeur = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"{adresse}/export.xlsx"))))
    return {
        "page": unescape(client.get(f"{adresse}/tout").content.decode()),
        "liste": unescape(client.get(f"{adresse}/{nom}").content.decode()),
        "csv": b"".join(client.get(f"{adresse}/{nom}.csv")).decode(),
        "api": json.dumps(client.get(f"/api/v1/{genre}s/{numero}").json(), ensure_ascii=False),
        "classeur": "\n".join(
            f"{feuille.title}\t{cellule}" for feuille in classeur for rangee in feuille.values for cellule in rangee
        ),
    }


def marques(rangs: Sequence[dict[str, Any]], hors: str) -> set[str]:
    """Texts of the rows long enough to be told from the words of the page, numbers of units apart."""
    textes = {v for rang in rangs for v in rang.values() if isinstance(v, str) and len(v) > LONGUEUR}
    return {t for t in textes if t not in hors and not (t.isdigit() and len(t) in (9, 14))}


@pytest.mark.parametrize("source", MONTREES, ids=nommer)
def test_the_block_tells_each_of_its_four_states(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    qui = lecteur(source.acces.groupe)
    premiere = unites(source)[0]
    peupler(source, premiere, None)
    jamais = lire(source, premiere, qui)
    assert (jamais.etat, jamais.contenu, jamais.lignes) == (EtatBloc.INDISPONIBLE, None, ())
    assert "pas encore importée" in jamais.message

    f.charger(source.nom, [])
    vide = lire(source, premiere, qui)
    assert (vide.etat, vide.lignes) == (EtatBloc.AUCUNE, ())
    assert vide.message.startswith(source.absence)
    assert "31/10/2026" in vide.message

    numero = parlante(source, qui)
    plein = lire(source, numero, qui)
    assert plein.contenu is not None
    assert plein.lignes
    assert plein.provenances[0].date_metier == f.jour_des_fichiers()

    monkeypatch.setattr(source, "acces", _plus_strict(source.acces))
    ferme = lire(source, numero, qui)
    assert (ferme.etat, ferme.contenu, ferme.lignes) == (EtatBloc.RESERVEE, None, ())
    assert source.titre in ferme.message
    assert ferme.raison


def _plus_strict(acces: Acces) -> Acces:
    """An access that the reader of ``acces`` does not have."""
    return Secret(next(g for g in GROUPES if g not in (acces.groupe, "emploi", "contacts")))


@pytest.mark.parametrize("source", RESERVEES, ids=nommer)
def test_nothing_of_a_reserved_source_gets_out_for_an_anonymous_reader(source: Source, client: Client) -> None:
    numero = parlante(source, lecteur(source.acces.groupe))
    f.charger(source.nom, [])
    sans = surfaces(client, numero, source.nom)
    f.charger(source.nom, exemple(source))
    avec = surfaces(client, numero, source.nom)
    for nom, texte in avec.items():
        assert not [m for m in marques(exemple(source), sans[nom]) if m in texte], nom
        # Figures and dates too: nothing depends on what the source holds.
        assert texte == sans[nom], nom
    assert "réservées aux agents publics" in avec["page"] or "réservée aux agents publics" in avec["page"]
    assert lire(source, numero, LecteurDeDonnees(maintenant=MIDI)).etat is EtatBloc.RESERVEE


@pytest.mark.parametrize("source", RESERVEES, ids=nommer)
def test_the_habilitation_of_the_group_opens_reading_export_and_api(source: Source) -> None:
    numero = parlante(source, lecteur(source.acces.groupe))
    sens = {str(v) for rang in exemple(source) for v in rang.values() if v is not None}
    for action in (Droit.CONSULTER, Droit.EXPORTER, Droit.API):
        lu = lire(source, numero, lecteur(source.acces.groupe, action))
        assert lu.etat is EtatBloc.DONNEES, action
        assert sens & {str(v) for ligne in lu.lignes for v in ligne.values() if v is not None}
    assert not isinstance(
        en_entier.donnees(numero, source.nom, lecteur=lecteur(source.acces.groupe, Droit.EXPORTER)), str
    )
    if source.acces.groupe:
        autre = next(g for g in GROUPES if g != source.acces.groupe)
        assert lire(source, numero, lecteur(autre)).etat is EtatBloc.RESERVEE
        sans_finalite = LecteurDeDonnees(lecteur(source.acces.groupe).acteur, maintenant=MIDI)
        assert lire(source, numero, sans_finalite).etat is EtatBloc.RESERVEE


@pytest.mark.parametrize("source", [s for s in MONTREES if s.acces.classe == "C0"], ids=nommer)
def test_an_open_source_is_on_each_surface_without_its_reserved_fields(source: Source, client: Client) -> None:
    numero = parlante(source, LecteurDeDonnees(maintenant=MIDI))
    sorties = surfaces(client, numero, source.nom)
    assert source.titre in sorties["page"]
    assert source.titre in sorties["classeur"]
    api = client.get(f"/api/v1/{'entreprises' if len(numero) == 9 else 'etablissements'}/{numero}").json()
    (lue,) = (s for r in api["rubriques"] for s in r["sources"] if s["source"] == source.nom)
    assert lue["etat"] == "donnees"
    assert lue["lignes"]
    fermes = {a for a, c in source.champs.items() if c.acces is not None and c.acces.classe != "C0"}
    assert not fermes & set(_cles(lue["lignes"]))
    if not fermes:
        return
    caches = [{a: v for a, v in rang.items() if a in fermes} for rang in exemple(source)]
    f.charger(source.nom, [])
    sans = surfaces(client, numero, source.nom)
    for nom, texte in sorties.items():
        assert not [m for m in marques(caches, sans[nom]) if m in texte], nom


def _cles(lignes: Sequence[dict[str, Any]]) -> Iterator[str]:
    for ligne in lignes:
        yield from ligne


def _sirets(source: Source) -> set[str]:
    """Attributes that are the number of an establishment."""
    return {a for a, c in source.champs.items() if isinstance(c, champs.Siret)}


PAR_TERRITOIRE = [s for s in RESERVEES if s.acces.groupe and s.acces.groupe not in GROUPES_NATIONAUX]
UNE_ENTREPRISE = Unite(f.siren_no(1))
D_ETABLISSEMENTS = [
    s for s in PAR_TERRITOIRE if prevoir(s, UNE_ENTREPRISE, LecteurDeDonnees(maintenant=MIDI), {}).cle in _sirets(s)
]


def du_nord(source: Source) -> LecteurDeDonnees:
    """The same agent as ``lecteur``, in the Nord only."""
    groupes = frozenset({source.acces.groupe})
    tenue = habilitation(finalites=(OUVRE_TOUT,), groupes=groupes, territoire=frozenset({"59"}))
    return LecteurDeDonnees(agent(tenue), Droit.CONSULTER, FINALITE, MIDI)


def implanter(siren: str, communes: dict[str, str]) -> None:
    """The establishments of a company, by SIRET."""
    f.unites(f.unite(siren, denomination="VERGERS INVENTES"))
    f.lieux(
        *(
            {**f.lieu(siren, n), "siret": siret, "nic": siret[9:], "code_commune": commune}
            for n, (siret, commune) in enumerate(communes.items(), start=1)
        )
    )


@pytest.mark.parametrize("source", chaque_jour(D_ETABLISSEMENTS, sur=2), ids=nommer)
def test_t1_an_agent_of_a_territory_reads_what_each_source_speaks_of(source: Source) -> None:
    """Facts elsewhere, then here, then elsewhere in one sole place: never a part for the whole, nor none for some."""
    partout, ici = lecteur(source.acces.groupe), du_nord(source)
    siren = parlante(source, partout)[:9]
    cle = prevoir(source, Unite(siren), partout, {}).cle
    faits = [rang for rang in exemple(source) if str(rang[cle] or "").startswith(siren)]
    sirets = sorted({rang[cle] for rang in faits})
    autres = [s for n in range(1, 5) if (s := f.siret_no(siren, n)) not in sirets][:3]

    implanter(siren, {autres[0]: "59350", **dict.fromkeys([*sirets, *autres[1:]], "75056")})
    entier = lire(source, siren, partout)
    ailleurs = lire(source, siren, ici)
    assert (entier.etat, ailleurs.etat) == (EtatBloc.DONNEES, EtatBloc.DONNEES)
    assert entier.mention == ""
    assert not ailleurs.perimetre.entier
    assert "Nord (59)" in ailleurs.mention
    assert (list(ailleurs.lignes), ailleurs.ensemble is None) == ([], False)
    assert ailleurs.ensemble.faits == ailleurs.ensemble.ailleurs > 0
    montres = set(f.textes(ailleurs.contenu))
    assert not {t for t in montres for siret in sirets if siret in t.replace(" ", "").replace("\u202f", "")}
    assert not marques(faits, "") & montres

    implanter(siren, {**dict.fromkeys(sirets, "59350"), **dict.fromkeys(autres, "75056")})
    dedans = lire(source, siren, ici)
    assert (dedans.etat, dedans.perimetre.entier, dedans.mention) == (EtatBloc.DONNEES, True, "Toute l'entreprise.")
    assert list(dedans.lignes) == list(entier.lignes)

    seul = sirets[0]
    f.charger(source.nom, [rang for rang in faits if rang[cle] == seul])
    implanter(siren, {autres[0]: "59350", seul: "75056"})
    isole = lire(source, siren, ici)
    assert (isole.etat, isole.ensemble) == (EtatBloc.AUCUNE, None)
    assert "Nord (59)" in isole.message
    f.charger(source.nom, [])
    assert lire(source, siren, ici).message == isole.message


@pytest.mark.parametrize("source", [s for s in RESERVEES if s not in D_ETABLISSEMENTS], ids=nommer)
def test_t1_what_is_national_or_of_the_company_is_read_in_full(source: Source) -> None:
    partout = lecteur(source.acces.groupe)
    siren = parlante(source, partout)[:9]
    if source not in sources_de(Unite(siren)):
        pytest.skip("cette source ne parle que d'un établissement")
    siege, autre = f.siret_no(siren, 1), f.siret_no(siren, 2)
    implanter(siren, {siege: "59350", autre: "75056"})
    ici = du_nord(source) if source.acces.groupe else partout
    assert list(lire(source, siren, ici).lignes) == list(lire(source, siren, partout).lignes)
    assert lire(source, siren, ici).perimetre.entier
