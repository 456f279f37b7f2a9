"""Invented exchanges between services: contacts, announced visits, a joint operation, questions, alerts."""
