"""Write the tables of the documents that the code knows, and the copies of those published at ``/transparence``.

``python -m scripts.dossiers`` writes; a test compares what is written with what it would write. A table lies between
``<!-- tableau : NOM -->`` and ``<!-- fin du tableau -->``: the text around it is written by hand.
"""
