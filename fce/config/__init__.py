"""Assembles the rooms into one application: settings, URLs, access to views, the ``fce`` command."""
