from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "fce.droits.journal"
    label = "journal"
    verbose_name = "Journal des consultations"
