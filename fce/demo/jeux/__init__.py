"""Every data set of the catalogue over the companies of the universe, in its official layout.

A module per theme; each data set is a pure function from the universe, and from the stories decided once in
``difficultes``, ``effectifs``, ``dirigeants`` and ``comptes``, to rows. A source that has none here keeps its sample.
"""
