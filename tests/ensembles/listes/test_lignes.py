"""The lines of a list: added, read, sorted, filtered, marked, annotated, removed."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from fce.droits.journal.models import Consultation
from fce.ensembles.listes import selectors, services
from fce.ensembles.listes.models import EtatLigne, LigneDeListe, ListeDeTravail
from fce.ensembles.listes.saisies import LIGNES_MAX, lire_numeros
from fce.ensembles.listes.selectors import FiltreDeListe
from fce.ensembles.listes.taches import taches
from fce.socle.base import conservation
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web.pages import page_de
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.listes import fabrique as l

pytestmark = pytest.mark.django_db


def test_a_list_is_made_in_one_page(unite: l.ServiceJoue, sirets: list[str]) -> None:
    saisie = {"nom": "Chantiers", "pour": str(unite.pk), "numeros": f"{sirets[0]}\n{sirets[1][:9]}"}
    fait = unite.client().post("/listes/creer", saisie | {"etiquettes": "canal, été", "note": "Avant juin."})
    liste = ListeDeTravail.objects.get()
    assert fait["Location"] == f"/listes/{liste.reference}?fait=liste-creee"
    assert (liste.service_id, liste.etiquettes) == (unite.pk, ["canal", "été"])
    assert [ligne.numero for ligne in liste.lignes.all()] == [sirets[0], sirets[1][:9]]
    page = unite.client().get(fait["Location"]).content.decode()
    assert page.index("ATELIERS INVENTES 1") < page.index("ATELIERS INVENTES 2")
    assert "LILLE" in page


def test_what_was_typed_comes_back_with_the_error(unite: l.ServiceJoue) -> None:
    client = unite.client()
    page = client.post("/listes/creer", {"nom": "Chantiers", "pour": "moi", "numeros": "123 456 789"})
    texte = page.content.decode()
    assert page.status_code == 400
    assert "Ce ne sont ni des SIREN ni des SIRET : 123 456 789" in texte
    assert "123 456 789</textarea>" in texte
    assert not ListeDeTravail.objects.exists()
    assert client.post("/listes/creer", {"nom": "x", "pour": "987654", "numeros": ""}).status_code == 400


def test_numbers_are_read_however_they_are_written() -> None:
    siret = f.siret_no(f.siren_no(5))
    lus = lire_numeros(f" SIRET : {siret[:3]} {siret[3:]} ;{siret[:9]}\n\n{siret},SIREN {siret[:9]}")
    assert lus == ((siret, siret[:9]), ())
    with pytest.raises(ParametreInvalide, match="abc"):
        lire_numeros("abc")


def test_pasted_lines_that_are_no_number_stay_in_the_list_until_somebody_deletes_them(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    client, liste = unite.client(), l.liste(unite, sirets[:1])
    page, colle = f"/listes/{liste.reference}", f"{sirets[0]}\n{sirets[1]}\nBoulangerie  du port, Lille\n123 456 789"
    fait = client.post(f"{page}/ajouter", {"numeros": colle})
    assert fait["Location"] == f"{page}?fait=lignes-ajoutees.1"
    html = client.get(fait["Location"]).content.decode()
    assert "C’est ajouté à la liste : 1 de plus." in html
    assert "3 lignes collées ne sont ni SIREN ni SIRET" in html
    for ligne in ("Boulangerie du port", "Lille", "123 456 789"):
        assert f"<bdi>{ligne}</bdi>" in html
    client.post(f"{page}/ajouter", {"numeros": colle})
    liste.refresh_from_db()
    assert len(liste.non_reconnues) == 3
    client.post(f"{page}/oublier")
    assert "lignes collées" not in client.get(page).content.decode()


def test_a_number_is_added_once_and_a_list_is_bounded(
    unite: l.ServiceJoue, sirets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    liste = l.liste(unite, sirets[:1])
    ajout = services.ajouter(unite.lecteur(), liste.pk, [*sirets, *sirets])
    assert (ajout.ajoutees, ajout.deja) == (2, 1)
    assert LIGNES_MAX == 50_000
    monkeypatch.setattr(services, "LIGNES_MAX", 3)
    with pytest.raises(ParametreInvalide, match="lignes au plus"):
        services.ajouter(unite.lecteur(), liste.pk, [sirets[0][:9]])
    with pytest.raises(ParametreInvalide, match="123"):
        services.ajouter(unite.lecteur(), liste.pk, ["123"])
    assert liste.lignes.count() == 3


def test_lines_are_marked_and_removed_in_one_gesture_that_keeps_the_choice(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    liste, client = l.liste(unite, sirets), unite.client()
    page = client.get(f"/listes/{liste.reference}?etat=a_voir").content.decode()
    lignes = re.findall(r'name="ligne" value="(\w{32})"', page)
    assert len(lignes) == 3
    suite = {"suite": "etat=a_voir"}
    fait = client.post(f"/listes/{liste.reference}/lignes", suite | {"ligne": lignes[:2], "geste": "ecarte"})
    assert fait["Location"] == f"/listes/{liste.reference}?etat=a_voir&fait=lignes-traitees.2"
    assert liste.lignes.filter(etat=EtatLigne.ECARTE).count() == 2
    client.post(f"/listes/{liste.reference}/lignes", suite | {"toutes": "oui", "nombre": "1", "geste": "retirer"})
    assert list(liste.lignes.values_list("etat", flat=True)) == [EtatLigne.ECARTE] * 2
    assert client.post(f"/listes/{liste.reference}/lignes", {"geste": "vu"}).status_code == 400
    assert client.post(f"/listes/{liste.reference}/lignes", {"ligne": lignes, "geste": "x"}).status_code == 400


def test_the_note_of_a_colleague_is_not_overwritten(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste, client = l.liste(unite, sirets[:1]), unite.client()
    ligne = liste.lignes.get()
    adresse = f"/listes/{liste.reference}/lignes/{ligne.reference}"
    services.annoter(l.collegue(unite).lecteur(), liste.pk, ligne.pk, EtatLigne.VU, "Fermé le lundi", 1)
    conflit = client.post(adresse, {"etat": "ecarte", "note": "La mienne", "version": "1"})
    texte = conflit.content.decode()
    assert conflit.status_code == 409
    assert "Fermé le lundi" in texte
    assert "La mienne</textarea>" in texte
    (version,) = re.findall(r'name="version" value="(\d+)"', texte)
    assert client.post(adresse, {"etat": "ecarte", "note": "La mienne", "version": version}).status_code == 302
    assert LigneDeListe.objects.get().note == "La mienne"
    assert client.post(adresse, {"etat": "vu", "note": "1 85 05 78 006 084 91", "version": "3"}).status_code == 400


def test_lines_are_sorted_and_filtered_by_what_the_public_reads(unite: l.ServiceJoue, sirets: list[str]) -> None:
    """A masked person sorts as every masked person does, and no département finds it."""
    cachee, masque = f.siren_no(8), {"statut_diffusion": "P"}
    f.unites(
        *(f.unite(siret[:9], denomination=f"ATELIERS INVENTES {n}") for n, siret in enumerate(sirets, 1)),
        f.unite(cachee, categorie_juridique="1000", nom="AAAA", prenom_1="ZOE", **masque),
    )
    f.lieux(
        *(f.lieu(siret[:9], code_commune="59350", libelle_commune="LILLE") for siret in sirets),
        f.lieu(cachee, code_commune="59350", libelle_commune="LILLE", **masque),
    )
    liste = l.liste(unite, [*reversed(sirets), f.siret_no(cachee), f.siren_no(99)])
    lue = selectors.page_de_lignes(liste, FiltreDeListe(tri="nom"), 1)
    noms = [ligne.nom for ligne in lue.lignes]
    assert noms[:3] == [f"ATELIERS INVENTES {n}" for n in (1, 2, 3)]
    assert "AAAA" not in noms
    ici = selectors.page_de_lignes(liste, FiltreDeListe(departement="59"), 1)
    assert {ligne.ligne.numero for ligne in ici.lignes} == set(sirets)
    perdues = selectors.page_de_lignes(liste, FiltreDeListe(ouverture="inconnus"), 1)
    assert [ligne.nom for ligne in perdues.lignes] == ["Inconnu de Sirene"]
    page = unite.client().get(f"/listes/{liste.reference}?tri=nom&colonnes=adresse").content.decode()
    assert "AAAA" not in page


def test_beyond_the_lines_read_at_once_the_page_says_what_it_did_not_apply(
    unite: l.ServiceJoue, sirets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "TRIEES_MAX", 2)
    liste = l.liste(unite, sirets)
    assert "n’est pas appliqué" in unite.client().get(f"/listes/{liste.reference}?tri=nom").content.decode()
    assert "n’est pas appliqué" not in unite.client().get(f"/listes/{liste.reference}?tri=numero").content.decode()


@pytest.mark.parametrize("geste", ["retirer", "vu"])
def test_a_gesture_on_all_the_lines_of_a_choice_takes_no_line_that_the_page_did_not_count(
    geste: str, unite: l.ServiceJoue, sirets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A choice that can no longer be applied, one that means nothing, one cut short, a line added meanwhile."""
    monkeypatch.setattr(selectors, "TRIEES_MAX", 2)
    monkeypatch.setattr(selectors, "PAR_PAGE", 1)
    liste, client = l.liste(unite, sirets[:2]), unite.client()
    page, avant = f"/listes/{liste.reference}", set(liste.lignes.values_list("pk", flat=True))

    def faire(suite: str, nombre: int) -> int:
        dit = {"suite": suite, "toutes": "oui", "nombre": str(nombre), "geste": geste}
        return client.post(f"{page}/lignes", dit).status_code

    assert 'name="nombre" value="2"' in client.get(f"{page}?departement=59").content.decode()
    for suite, nombre in (
        *(("departement=99", 2), ("etat=faux", 2), ("tri=faux", 2)),
        (f"{'colonnes=commune&' * 130}departement=99", 2),
        *(("departement=59", 1), ("", 1), ("", 3)),
    ):
        assert faire(suite, nombre) == 400, suite[-20:]
    services.ajouter(l.collegue(unite).lecteur(), liste.pk, sirets)
    assert faire("departement=59", 2) == 400
    assert faire("", 2) == 400
    assert 'name="toutes"' not in client.get(f"{page}?departement=59").content.decode()
    assert client.get(f"{page}.csv?departement=59").status_code == 400
    assert client.get(f"{page}/operation?departement=59").status_code == 400
    intactes = liste.lignes.filter(etat=EtatLigne.A_VOIR)
    assert avant < set(intactes.values_list("pk", flat=True))
    assert intactes.count() == 3
    assert faire("tri=nom", 3) == 302
    assert not intactes.exists()


def test_a_list_ends_after_a_year_unless_kept_and_a_task_says_so_before(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    liste, autre, maintenant = l.liste(unite, sirets), l.collegue(unite), timezone.now()
    jour = timezone.localdate()
    assert list(taches(autre.compte, jour)) == []
    ListeDeTravail.objects.filter(pk=liste.pk).update(expire_le=maintenant + timedelta(days=20))
    (tache,) = taches(autre.compte, jour)
    assert (tache.adresse, tache.precision) == (f"/listes/{liste.reference}", f"Liste {liste.marque}")
    assert list(taches(l.service("Brigade").compte, jour)) == []
    autre.client().post(f"/listes/{liste.reference}/garder")
    assert list(taches(autre.compte, jour)) == []
    conservation.purger(maintenant + timedelta(days=364))
    assert ListeDeTravail.objects.filter(pk=liste.pk).exists()
    conservation.purger(maintenant + timedelta(days=367))
    assert not LigneDeListe.objects.exists()


def test_a_list_is_deleted_as_it_was_read(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste, client = l.liste(unite, sirets), unite.client()
    adresse = f"/listes/{liste.reference}"
    modifiee = {"nom": "Autre", "note": "", "etiquettes": "", "version": "1"}
    assert client.post(f"{adresse}/modifier", modifiee)["Location"] == f"{adresse}?fait=liste-modifiee"
    assert client.post(f"{adresse}/modifier", modifiee).status_code == 409
    assert client.post(f"{adresse}/supprimer", {"version": "1"}).status_code == 409
    assert client.post(f"{adresse}/supprimer", {"version": "2"})["Location"] == "/listes?fait=liste-supprimee"
    assert not LigneDeListe.objects.exists()


def test_the_queries_of_a_page_do_not_grow_with_its_lines(
    unite: l.ServiceJoue, sirets: list[str], django_assert_max_num_queries: object
) -> None:
    une, trois = l.liste(unite, sirets[:1]), l.liste(unite, sirets)
    client = unite.client()
    comptees = []
    for liste in (une, trois):
        with django_assert_max_num_queries(40) as lues:  # type: ignore[operator]
            client.get(f"/listes/{liste.reference}")
        comptees.append(len(lues))
    assert comptees[0] == comptees[1]


def test_my_lists_count_the_lines_of_the_page_alone(
    unite: l.ServiceJoue, sirets: list[str], django_assert_max_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    vieille, liste = l.liste(unite, sirets[:1], nom="Ancienne"), l.liste(unite, sirets)
    ListeDeTravail.objects.filter(pk=vieille.pk).update(etiquettes=["canal"])
    services.marquer(unite.lecteur(), liste.pk, [liste.lignes.first().pk], EtatLigne.VU)  # type: ignore[union-attr]
    monkeypatch.setattr("fce.ensembles.listes.views.page_de", partial(page_de, par_page=1))
    client = unite.client()
    with django_assert_max_num_queries(40) as lues:  # type: ignore[operator]
        texte = client.get("/listes").content.decode()
    assert "Ancienne" not in texte
    assert ">canal<" in texte
    assert re.findall(r'data-libelle="(Lignes|À voir)">(\d)<', texte) == [("Lignes", "3"), ("À voir", "2")]
    (compte,) = (requete["sql"] for requete in lues if "listes_lignedeliste" in requete["sql"])
    assert f"IN ({liste.pk})" in compte


def test_a14_a_filter_by_state_names_the_few_companies_of_a_list(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste = l.liste(unite, sirets)
    sirens = {siret[:9] for siret in sirets}
    assert "ATELIERS" not in unite.client().get(f"/listes/{liste.reference}?etat=vu").content.decode()
    ecrites = Consultation.objects.exclude(numero="")
    assert {e.numero for e in ecrites} == sirens
    assert {(e.surface, e.poids) for e in ecrites} == {("filtre", 1)}
    # The public part of the filter chooses first.
    assert selectors.parmi(liste, FiltreDeListe(etat="vu", ouverture="fermes")) == []
    assert selectors.parmi(liste, FiltreDeListe()) == []
    autres = l.liste(unite, [f.siren_no(n) for n in range(100, 140)], nom="Longue")
    unite.client().get(f"/listes/{autres.reference}?etat=vu")
    (garde,) = {x for e in Consultation.objects.filter(numero="") for x in e.sources if x.startswith("filtres:")}
    assert garde.startswith("filtres:liste?etat=vu")


def test_e23_few_actions_come_before_the_first_row_the_others_are_a_menu(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    page = unite.client().get(f"/listes/{l.liste(unite, sirets).reference}").content.decode()
    avant = page[page.index("<h1") : page.index("<table")]
    actions, _, menu = avant.partition("<details")
    assert len(re.findall(r'class="fr-btn ', actions)) <= 3
    assert {"Modifier", "Garder douze mois de plus", "Télécharger en CSV"} <= set(
        re.findall(r">([^<>]+)</(?:a|button)>", menu)
    )
