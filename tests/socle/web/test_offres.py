"""What a room offers has one meaning for all: no room declares again what another one does."""

from __future__ import annotations

from collections import Counter

from fce.socle.web.offres import RUBRIQUES_DU_PLAN, offres, offres_ouvertes


def test_nothing_is_offered_twice() -> None:
    ouvertes = offres_ouvertes()
    noms = [
        *(("code", code) for o in ouvertes for code in o.faits),
        *(("thing", chose) for o in ouvertes for chose in o.liens),
        *(("reading", nom) for o in ouvertes for nom in o.lectures_tues),
        *(("page above", palier) for o in ouvertes for palier in o.fil),
        *(("page under another", route) for o in ouvertes for routes in o.fil.values() for route in routes),
        *(("entry", (entree.route, entree.qui)) for o in ouvertes for entree in o.menu),
        *(("action", action.libelle) for o in ouvertes for action in (*o.actions, *o.actions_de_liste)),
        *(("open page", page.route) for o in ouvertes for page in o.pages),
        *(("data set", jeu.nom) for o in ouvertes for jeu in o.jeux),
        *((nom, "") for o in ouvertes for nom in ("noms", "couts", "impact", "evenements") if getattr(o, nom)),
    ]
    assert len(noms) > 200
    assert [nom for nom, fois in Counter(noms).items() if fois > 1] == []


def test_every_open_page_is_under_a_heading_of_the_map() -> None:
    assert {page.rubrique for page in offres().pages} == {*RUBRIQUES_DU_PLAN}
