"""Pages of the catalogue: data sets with their state, schema, sample, and rows when open."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from fce.donnees.imports import selectors as sources_en_place
from fce.donnees.imports.directes.etat import conservation
from fce.donnees.publication import base, catalogue, dcat, fichiers, telechargement
from fce.droits.habilitations.requete import lecteur_de_la_page
from fce.socle.erreurs import Introuvable
from fce.socle.texte.pliage import normaliser_requete
from fce.socle.web.offres import offres
from fce.socle.web.routes import Qui, Voie, acces
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.schema import schema_officiel, schema_publie

TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


@acces(Qui.TOUS)
def sources(request: HttpRequest) -> HttpResponse:
    """Every data set, by chapter of the sheet or by producer. Two round trips."""
    par = "producteur" if request.GET.get("par") == "producteur" else "rubrique"
    etats = sources_en_place.etat_des_sources()
    cherche = normaliser_requete(request.GET.get("q_source", ""))
    retenus = catalogue.chercher(etats, cherche)
    contexte = {
        "groupes": catalogue.groupes(retenus, par, lecteur_de_la_page(request)),
        "par": par,
        "complements": offres().jeux,
        "nombre": len(retenus),
        "total": len(etats),
        "cherche": cherche,
    }
    return render(request, "donnees/sources.html", contexte)


@acces(Qui.TOUS)
def source(request: HttpRequest, nom: str) -> HttpResponse:
    """The page of one data set. Three round trips."""
    declaree = _source(nom)
    etat = catalogue.etat(nom)
    comptee = catalogue.compte(declaree, lecteur_de_la_page(request))
    contexte = {
        "source": declaree,
        "ligne": catalogue.ligne(etat, comptee=comptee) if etat else None,
        "champs": catalogue.champs_decrits(declaree),
        "imports": catalogue.derniers_imports(declaree, comptes=comptee),
        "mode": catalogue.mode(declaree.mode),
        "format": catalogue.format_du_fichier(declaree),
        "conservation": conservation(declaree) if declaree.direct else "",
        "seuils": catalogue.seuils(declaree),
        "lien_origine": declaree.origine.startswith(("https://", "http://")),
        "refus": catalogue.refus(declaree),
        "nouvelles": [nouvelle.phrase for nouvelle in declaree.nouvelles] if settings.FCE_ECHANGES else [],
        "releve": catalogue.releve(declaree),
    }
    return render(request, "donnees/source.html", contexte)


@acces(Qui.TOUS)
def base_de_donnees(request: HttpRequest) -> HttpResponse:
    """The schema of the database. No query."""
    contexte = {"vues": base.vues(), "tables": base.tables(), "techniques": base.TECHNIQUES}
    return render(request, "donnees/base_de_donnees.html", contexte)


@acces(Qui.TOUS)
def schema(request: HttpRequest, nom: str) -> HttpResponse:
    """Table Schema of the producer's file."""
    return _json(schema_officiel(_source(nom)))


@acces(Qui.TOUS)
def schema_donnees(request: HttpRequest, nom: str) -> HttpResponse:
    """Table Schema of the file served by ``donnees``."""
    declaree = _source(nom)
    if refus := catalogue.refus(declaree):
        return _reserve(request, declaree, refus)
    return _json(schema_publie(declaree, telechargement.publies(declaree, catalogue.ouverte(declaree))))


@acces(Qui.TOUS)
def exemple(request: HttpRequest, nom: str) -> HttpResponseBase:
    declaree = _source(nom)
    fichier = registre.exemple(declaree)
    return FileResponse(
        fichier.open("rb"),
        as_attachment=True,
        filename=f"exemple-{declaree.nom}{''.join(fichier.suffixes)}",
        content_type="application/octet-stream",
    )


@acces(Qui.TOUS, voie=Voie.FICHIER, parties=True)
def donnees(request: HttpRequest, nom: str, genre: str) -> HttpResponseBase:
    declaree = _source(nom)
    if refus := catalogue.refus(declaree):
        return _reserve(request, declaree, refus)
    publiee, chemin = fichiers.fichier(declaree, genre)
    etag = f'"{publiee.cle}"'
    reponse = fichiers.envoyer(request, chemin, f"{declaree.nom}.{genre}", TYPES[genre], etag)
    reponse["ETag"] = etag
    schema = request.build_absolute_uri(reverse("donnees:schema-donnees", args=[declaree.nom]))
    reponse["Link"] = f'<{schema}>; rel="describedby"'
    for entete, valeur in fichiers.entetes_http(publiee).items():
        reponse[entete] = valeur
    return reponse


@acces(Qui.TOUS)
def jsonld(request: HttpRequest) -> HttpResponse:
    """The catalogue in DCAT, for harvesters."""

    def adresse(vue: str, *arguments: str) -> str:
        return request.build_absolute_uri(reverse(vue, args=arguments))

    return _json(dcat.catalogue(sources_en_place.etat_des_sources(), adresse), "application/ld+json")


def _source(nom: str) -> Source:
    try:
        return registre.source(nom)
    except Introuvable:
        # The registry's message lists all the names: useful on a command line, too long for a page.
        raise Introuvable(
            "Aucun jeu de données ne porte ce nom. Choisissez-le dans la liste des données en place."
        ) from None


def _reserve(request: HttpRequest, source: Source, refus: str) -> HttpResponse:
    return render(request, "donnees/source_reservee.html", {"source": source, "refus": refus}, status=403)


def _json(contenu: Mapping[str, Any], genre: str = "application/json") -> HttpResponse:
    return JsonResponse(contenu, content_type=genre, json_dumps_params={"ensure_ascii": False, "indent": 2})
