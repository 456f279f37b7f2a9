"""NDI-01 to NDI-14: what a holder opposed the diffusion of (art. R123-232-1 C. com.) leaves by no surface.

One scene, one harvest of all that leaves of it: each rule is read in the harvest. The drill takes every case, every
reader, every list and file. What the law hides is written by hand in ``masquees`` and ``marques``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.journal.models import Consultation
from fce.fiche.assemblage import en_entier
from fce.recherche import services
from fce.socle.erreurs import Introuvable
from fce.sources import champs, registre
from tests.acces import acteurs, masquees
from tests.acces.acteurs import Joue
from tests.acces.masquees import AUTRES, CAS, LECTEURS, TOUS, Scene, Sortie
from tests.donnees.entreprises import fabrique as f
from tests.donnees.entreprises.marques import MORALE, PHYSIQUE
from tests.donnees.imports.directes import conftest as directes
from tests.donnees.imports.directes.serveur import Serveur, donnees

pytestmark = pytest.mark.django_db(transaction=True)
serveur = directes.serveur
SECRETE = "sirene-diffusion-partielle"


@dataclass(frozen=True)
class Recolte:
    """``recherches``: {hidden word: all that a search for it answers}."""

    scene: Scene
    sorties: tuple[Sortie, ...]
    recherches: dict[str, str]

    def de(self, lecteur: str = "", surface: str = "") -> Iterator[Sortie]:
        return (s for s in self.sorties if s.lecteur.startswith(lecteur) and s.surface.startswith(surface))

    def fuites(self, sorties: Iterator[Sortie]) -> list[str]:
        cachees = self.scene.marques.cachees
        return [f"{s.lecteur} : {s.surface} {s.numero}" for s in sorties if s.marques & cachees]


_FAITES: dict[bool, Recolte] = {}


@pytest.fixture
def recolte(request: pytest.FixtureRequest, transactional_db: None) -> Recolte:
    """Made by the first test that needs it."""
    entiere = request.node.get_closest_marker("epreuve") is not None
    if entiere not in _FAITES:
        _FAITES[entiere] = _recolter(TOUS, 300, 3, 1) if entiere else _recolter(CAS, 12, 1, 8)
    return _FAITES[entiere]


def _recolter(cas: list[masquees.Cas], mots: int, listes: int, pas: int) -> Recolte:
    scene = masquees.installer(cas)
    sirens = list(scene.cas)
    sorties = list(masquees.fiches("anonyme", LECTEURS["anonyme"](), scene, sirens, listes=listes))
    for nom in LECTEURS if pas == 1 else ("inspection", "programme"):
        sorties += masquees.fiches(nom, LECTEURS[nom](), scene, sirens[2::pas], listes=0)
    sorties += masquees.publiques(scene)
    # From every table: names, streets, towns, shop names, directors, free texts.
    cachees = sorted(scene.marques.cachees)
    return Recolte(
        scene, tuple(sorties), {mot: masquees.trouvees(mot) for mot in cachees[:: max(1, len(cachees) // mots)]}
    )


def test_ndi_01_no_surface_shows_what_the_law_hides_and_the_rest_is_shown(recolte: Recolte) -> None:
    assert recolte.fuites(recolte.de()) == []
    montrables = recolte.scene.marques.montrables
    vues = {marque for s in recolte.sorties for marque in s.marques}
    assert len(vues & montrables) > len(montrables) * 0.75
    muettes = {s.surface.split()[0] for s in recolte.sorties} - {
        s.surface.split()[0] for s in recolte.sorties if s.marques
    }
    # The catalogue describes; a stranger's number is answered by its sheet or by nothing.
    assert muettes <= {"dcat", "api-numero"}


@pytest.mark.epreuve
def test_ndi_01_every_case_every_reader_every_list(recolte: Recolte) -> None:
    assert recolte.fuites(recolte.de()) == []
    assert {s.lecteur for s in recolte.sorties} == set(LECTEURS)
    assert _trouvees(recolte) == []


def test_ndi_01_a_masked_company_keeps_its_name_and_town_a_masked_person_nothing(recolte: Recolte) -> None:
    montrables = recolte.scene.marques.montrables
    for siren, (categorie, statut, *_) in recolte.scene.cas.items():
        if statut == "O":
            continue
        (page,) = (s for s in recolte.de("anonyme", "page") if s.numero == siren)
        assert bool(page.marques & montrables), siren
        resultats = list(recolte.de("anonyme", "resultats"))
        assert any(siren in s.numeros for s in resultats) == (categorie == MORALE), siren


def test_ndi_02_the_mark_of_insee_is_never_shown_nor_found(recolte: Recolte) -> None:
    assert [f"{s.surface} {s.numero}" for s in recolte.sorties if s.insee] == []
    for mot in ("[ND]", "ND ND"):
        reponses = masquees.trouvees(mot)
        assert not [s for s in recolte.scene.cas if s in reponses], mot


def test_ndi_03_a_status_that_nobody_knows_masks(recolte: Recolte) -> None:
    inconnus = {s for s, cas in recolte.scene.cas.items() if set(cas[1:]) - {"O", "P"}}
    assert len(inconnus) >= 4
    sorties = [s for s in recolte.sorties if s.numero[:9] in inconnus]
    assert recolte.fuites(iter(sorties)) == []
    assert len(sorties) > 50


def test_ndi_06_other_data_sets_hide_the_same_person() -> None:
    """Whatever is called a name, a place or a free text has a nature, in every data set: masking follows from it."""
    sans_nature = {
        f"{source.nom}.{attribut}"
        for source in AUTRES
        for attribut, champ in source.champs.items()
        if isinstance(champ, champs.Texte | champs.Code)
        and champ.masque is champs.Nature.DIFFUSIBLE
        and _NOMME.search(champ.libelle)
    }
    assert sans_nature == _DE_QUELQU_UN_D_AUTRE


_NOMME = re.compile(
    r"\b(noms?|dénomination|raison sociale|prénoms?|enseigne|sigle|titulaire|exploitant|bénéficiaire|adresse|voie|rue"
    r"|commune|ville|code postal|département|région|téléphone|courriel|messagerie|objet|observation|lieu|dirigeant"
    r"|déclarant|naissance|nationalité|latitude|longitude|groupe|complément|unité|bureau|direction|tribunal|greffe"
    r"|académie|préfecture|chambre|collectivité)\b",
    re.IGNORECASE,
)
_DE_QUELQU_UN_D_AUTRE = {
    # Of a local authority.
    "collectivites.code_departement", "collectivites.code_region", "elus.code",
    # Numbers and codes: what kind of unit is told of, or signs.
    "accords-publies.unite_signataire", "sirene-flux.nature",
    "inpi-beneficiaires.identifiant", "rna.objet_social1", "rna.objet_social2",
}  # fmt: skip


def test_v14_every_number_that_is_shown_of_a_masked_person_has_its_reason() -> None:
    """A key of a public register leads to a name and an address: hidden. Those below are shown, each for its reason."""
    montres = {
        f"{source.nom}.{attribut}"
        for source in registre.toutes()
        for attribut, champ in source.champs.items()
        if isinstance(champ, champs.Texte | champs.Code)
        and champ.masque is champs.Nature.DIFFUSIBLE
        and (_NUMEROTE.search(champ.libelle) or (attribut in source.cle and attribut in _CLES_OPAQUES))
    }
    assert montres == set(_NUMEROS_MONTRES)


_NUMEROTE = re.compile(r"(\bN°|\bnuméros?\b|\bidentifiant|\bréférence\b|\bUAI\b|\bAIOT\b|\bFINESS\b)", re.IGNORECASE)
_CLES_OPAQUES = ("id", "uid", "cle", "recepisse", "declaration")
_LE_SIREN = "made of the SIREN alone, which a masked unit shows"
_DOSSIER = "a file number of the service that keeps the data, read under a habilitation: no public register has it"
_NUMEROS_MONTRES = {
    "activite-partielle.convention": _DOSSIER,
    "subventions.identifiant_rae": "of the aid in the public list of aids: the same for all who receive it",
    "aides-ademe.identifiant_rae": "of the aid in the public list of aids: the same for all who receive it",
    "dgddi-eori.identifiant": _LE_SIREN,
    "dgddi-operateurs.numero": _DOSSIER,
    "inpi-beneficiaires.identifiant": "drawn at random by the INPI for a reserved file",
    "mdf-controles.numero": _DOSSIER,
    "mdf-controles.nic": "the end of the SIRET, which a masked unit shows",
    "rne-observations.numero": "the rank of an observation in one file",
    "rupco-etablissements.numero": _DOSSIER,
    "rupco-procedures.numero": _DOSSIER,
    "sirene-etablissements.nic": "the end of the SIRET, which a masked unit shows",
    "sirene-etablissements-historique.nic": "the end of the SIRET, which a masked unit shows",
    "sirene-flux.numero": "SIREN or SIRET",
    "sirene-unites-legales.nic_siege": "the end of the SIRET, which a masked unit shows",
    "sirene-unites-legales-historique.nic_siege": "the end of the SIRET, which a masked unit shows",
    "tva.numero": _LE_SIREN,
    "tva.ecrit": _LE_SIREN,
}


def test_ndi_07_a_hidden_word_finds_nothing(recolte: Recolte) -> None:
    assert len(recolte.recherches) >= 12
    assert _trouvees(recolte) == []


def _trouvees(recolte: Recolte) -> list[str]:
    return [mot for mot, reponses in recolte.recherches.items() if any(s in reponses for s in recolte.scene.cas)]


def test_ndi_07_masked_people_change_no_page_of_results() -> None:
    """ACM-04, ACM-05: byte for byte the answer of a register that does not hold them; facets, counts and order too."""
    ouverte, cachee = f.siren_no(0), f.siren_no(1)
    visible = f.unite(ouverte, categorie_juridique=PHYSIQUE, nom="MOREL", prenom_1="ANNE")
    lieu: dict[str, Any] = {
        "libelle_commune": "LILLE",
        "code_commune": "59350",
        "code_postal": "59000",
        "libelle_voie": "DES LILAS",
    }
    secret = f.unite(cachee, categorie_juridique=PHYSIQUE, nom="DALVERCOURT", prenom_1="ANNE", statut_diffusion="P")
    recherches = [
        f"{page}?{quoi}"
        for page in ("/recherche", "/api/v1/recherche", "/recherche/export.csv")
        for quoi in ("q=dalvercourt", "q=anne", "q=lilas", "departement=59", "etat=actif&vue=etablissements")
    ] + ["/recherche/suggestions?q=dalver", "/recherche/suggestions?q=ann"]
    vues = []
    for unites, lieux in (
        ([visible], [f.lieu(ouverte, **lieu)]),
        ([visible, secret], [f.lieu(ouverte, **lieu), f.lieu(cachee, **lieu)]),
    ):
        f.unites(*unites)
        f.lieux(*lieux)
        services.indexer(forcer=True)
        vues.append([masquees.corps(Client(), adresse) for adresse in recherches])
    assert vues[0] == vues[1]
    assert b"MOREL" in vues[0][1]


def test_ndi_08_nothing_says_where_a_masked_unit_is(recolte: Recolte) -> None:
    assert [f"{s.surface} {s.numero}" for s in recolte.sorties if s.situee] == []


def _masquee() -> tuple[str, str]:
    siren = f.siren_no(1)
    f.unites(f.unite(siren, statut_diffusion="P", categorie_juridique=PHYSIQUE))
    f.lieux(f.lieu(siren, statut_diffusion="P", code_commune="59350", libelle_commune="LILLE"))
    return siren, f"/entreprise/{siren}/direct/{SECRETE}"


def test_ndi_09_v14_an_habilitated_agent_reads_the_restricted_feed_live_and_it_is_written_down(
    serveur: Serveur,
) -> None:
    siren, adresse = _masquee()
    serveur.jouer(donnees(masquees.reponse_de_l_insee(siren)))
    joue = acteurs.habilite("inspection-travail", mfa=False)
    lue = joue.client.get(adresse, headers={"HX-Request": "true"})
    texte = lue.content.decode()
    assert "DALVERCOURT" in texte
    assert "usage interne" in texte
    assert "Source : Insee" in texte
    assert re.search(r"\d\d/\d\d/\d{4}", texte)
    assert lue["Cache-Control"] == "no-store, private"
    (ecrite,) = Consultation.objects.filter(agent=joue.acteur.identifiant)
    assert (ecrite.sources, ecrite.numero, ecrite.surface, ecrite.classe) == ([SECRETE], siren, "direct", "C1")
    assert ecrite.siret_administration == joue.acteur.siret_administration
    assert ecrite.finalite == "controle-travail"
    assert list(ecrite.habilitations) == [h.reference for h in joue.acteur.habilitations]
    for suite in ("", "/chronologie", "/export.xlsx", f"/{SECRETE}", f"/{SECRETE}.csv"):
        assert "DALVERCOURT" not in masquees.lire(joue.client, f"/entreprise/{siren}{suite}"), suite


AUTRES_LECTEURS: dict[str, Callable[[], Joue]] = {
    **{qui: acteurs.ACTEURS[qui] for qui in ("anonyme", "dirigeant", "prestataire")},
    "sans habilitation": acteurs.agent_simple,
    "habilité ailleurs": lambda: acteurs.habilite("inspection-travail", ("2A",)),
    "habilitation expirée": acteurs.expire,
    "habilitation révoquée": acteurs.revoque,
}


@pytest.mark.parametrize("qui", AUTRES_LECTEURS)
def test_ndi_09_v14_nobody_else_ever_does(serveur: Serveur, qui: str) -> None:
    siren, adresse = _masquee()
    serveur.jouer(donnees(masquees.reponse_de_l_insee(siren)))
    # Kept for the administration of the agent who asked first: for it alone.
    acteurs.habilite("inspection-travail").client.get(adresse)
    avant = len(serveur.recues)
    joue = AUTRES_LECTEURS[qui]()
    for surface in (adresse, *masquees.adresses(siren)):
        assert "DALVERCOURT" not in masquees.lire(joue.client, surface), surface
    if qui in acteurs.ACTEURS:
        assert joue.client.get(adresse).status_code == 403
    assert len(serveur.recues) == avant
    assert not Consultation.objects.filter(agent=joue.acteur.identifiant, sources__contains=[SECRETE]).exists()


def test_ndi_10_no_day_of_birth_nor_address_of_a_director_exists_here() -> None:
    """Nothing to leak: the columns are not there; the month of birth and the nationality are for agents."""
    for nom in ("rne-dirigeants", "inpi-beneficiaires"):
        source = registre.source(nom)
        libelles = " ".join(c.libelle.lower() for c in source.champs.values())
        assert not re.search(r"adresse|domicile|jour de naissance|lieu de naissance|voie|commune", libelles)
    assert registre.source("rne-dirigeants").acces.classe == "C0"
    for attribut in ("naissance", "nationalite"):
        reserve = registre.source("rne-dirigeants").champs[attribut].acces
        assert reserve is not None
        assert reserve.classe == "C1"


def test_ndi_10_the_public_reads_no_birth_and_an_agent_its_month() -> None:
    siren = f.siren_no(1)
    f.unites(f.unite(siren, denomination="VERGERS INVENTES"))
    f.lieux(f.lieu(siren, code_commune="59350"))
    f.charger("rne-dirigeants", [{"siren": siren, "rang": 1, "nom": "MOREL", "prenoms": "ANNE", "naissance": "1961-07",
                                  "nationalite": "MARKERIENNE"}])  # fmt: skip
    for joue in (acteurs.anonyme(), acteurs.dirigeant()):
        for adresse in (*masquees.adresses(siren), "/sources/rne-dirigeants/donnees.csv"):
            texte = masquees.lire(joue.client, adresse)
            assert not re.search("1961-07|07/1961|MARKERIENNE|juillet 1961", texte), adresse
    page = masquees.lire(acteurs.agent_simple().client, f"/entreprise/{siren}/rne-dirigeants")
    assert "MARKERIENNE" in page


def test_ndi_11_files_of_agents_hold_nothing_of_masked_units(recolte: Recolte) -> None:
    fichiers = [s for s in recolte.de() if s.lecteur in ("inspection", "programme") and s.surface in ("xlsx", "api")]
    assert len(fichiers) >= 12
    assert recolte.fuites(iter(fichiers)) == []


def test_ndi_11_the_restricted_feed_has_no_file(serveur: Serveur) -> None:
    siren, _ = _masquee()
    serveur.jouer(donnees(masquees.reponse_de_l_insee(siren)))
    joue = acteurs.agent_simple()
    for suite in (f"/{SECRETE}.csv", "/export.xlsx"):
        masquees.lire(joue.client, f"/entreprise/{siren}{suite}")
    assert serveur.recues == []
    with pytest.raises(Introuvable):
        en_entier.donnees(siren, SECRETE, lecteur=LecteurDeDonnees(joue.acteur, Droit.EXPORTER))


def test_ndi_12_every_page_of_a_masked_unit_says_noindex(recolte: Recolte) -> None:
    for s in (*recolte.de("anonyme", "page"), *recolte.de("anonyme", "chronologie"), *recolte.de("anonyme", "liste")):
        categorie, statut, siege, secondaire = recolte.scene.cas[s.numero[:9]]
        sien = {9: siege, 14: siege if s.numero == f.siret_no(s.numero[:9], 1) else secondaire}[len(s.numero)]
        assert s.noindex or (s.surface == "page" and statut == sien == "O"), (s.surface, s.numero, categorie)
    assert not [s for s in recolte.de("anonyme", "resultats") if not s.noindex]
    # Pages of the service alone: no sheet of anybody.
    assert not re.search(r"/(entreprise|etablissement)/|\d{9}", Client().get("/sitemap.xml").content.decode())
    assert Client().get("/sitemap-entreprises.xml").status_code == 404


def test_ndi_14_there_is_no_table_of_figures_and_counts_are_of_open_rows(recolte: Recolte) -> None:
    ancienne = Client().get("/statistics", follow=True)
    assert not re.search(r"ZZ\d+ZZ", ancienne.content.decode())
    (resultats,) = recolte.de("anonyme", "api-recherche")
    # As many as the register without its masked people: nobody can be told from a difference.
    assert resultats.total == len(recolte.scene.cas) - len(recolte.scene.masquees)
