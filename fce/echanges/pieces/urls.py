"""Addresses of the attachments."""

from django.urls import path

from fce.echanges.pieces import views

urlpatterns = [path("pieces/<uuid:cle>", views.piece, name="piece")]
