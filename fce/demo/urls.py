"""URLs of the demonstration, absent in production."""

from django.urls import path

from fce.demo import views

app_name = "demo"
urlpatterns = [path("demonstration/courriels", views.boite, name="courriels")]
